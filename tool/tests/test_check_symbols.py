"""The libraries that will be loaded must have the symbols, and the symbol versions, that files import."""

import struct
from pathlib import Path

from synthetic import (
    MACOS,
    MACOS_INTEL,
    MANYLINUX,
    WINDOWS,
    Native,
    consumer,
    exporter,
    ext,
    foo,
    library,
    module,
    of,
    pack,
    problems,
    serious,
)

OLD_MAP = "FOO_1.0 { global: foo_version; local: *; };"
NEW_MAP = f"{OLD_MAP} FOO_1.1 {{ global: foo_added; }} FOO_1.0;"


def old() -> Native:
    return foo(versions=OLD_MAP)


def new() -> Native:
    return foo(exports=["foo_version", "foo_added"], versions=NEW_MAP)


def test_a_release_without_a_needed_symbol_version_is_named(tmp_path: Path) -> None:
    using = consumer(tmp_path, ["libfoo>=1.0,<2"], ext(new(), imports=["foo_version", "foo_added"]))
    releases = [exporter(tmp_path, "1.0", old()), exporter(tmp_path, "1.1", new())]
    (problem,) = of("missing-symbol-version", problems(using, beside=releases))
    assert "needs FOO_1.1, which libfoo.so.1 of libfoo 1.0 does not define" in problem.message
    assert "The requirement libfoo<2,>=1.0 allows that release" in problem.message
    assert of("missing-symbol", problems(using, beside=releases)) == []
    narrow = consumer(tmp_path, ["libfoo>=1.1,<2"], ext(new(), imports=["foo_version", "foo_added"]))
    assert serious(problems(narrow, beside=releases)) == []


def test_a_symbol_that_is_gone_from_its_version_is_named(tmp_path: Path) -> None:
    broken = foo(exports=["foo_version"], versions="FOO_1.0 { global: foo_version; local: *; }; FOO_1.1 {} FOO_1.0;")
    using = consumer(tmp_path, extension=ext(new(), imports=["foo_version", "foo_added"]))
    (problem,) = of("missing-symbol", problems(using, beside=[exporter(tmp_path, "1.1", broken)]))
    assert "imports foo_added@FOO_1.1" in problem.message


def test_copies_of_a_file_have_one_problem(tmp_path: Path) -> None:
    broken = foo(exports=["foo_version"], versions="FOO_1.0 { global: foo_version; local: *; }; FOO_1.1 {} FOO_1.0;")
    copy = ext(new(), imports=["foo_version", "foo_added"])
    files = {"c/__init__.py": "import libfoo", "c/_ext.abi3.so": copy, "c/a/_ext.abi3.so": copy}
    using = pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files, requires=["libfoo>=1,<2"])
    (problem,) = of("missing-symbol", problems(using, beside=[exporter(tmp_path, "1.1", broken)]))
    assert problem.files == ("c/_ext.abi3.so", "c/a/_ext.abi3.so")


def test_a_symbol_gone_from_a_later_release_without_symbol_versions_is_named(tmp_path: Path) -> None:
    both = foo(exports=["foo_version", "foo_added"])
    using = consumer(tmp_path, extension=ext(both, imports=["foo_version", "foo_added"]))
    releases = [exporter(tmp_path, "1.0", both), exporter(tmp_path, "1.1", foo())]
    (problem,) = of("missing-symbol", problems(using, beside=releases))
    assert "imports foo_added, which libfoo.so.1 of libfoo 1.1 does not export" in problem.message


def test_a_symbol_that_the_only_known_release_lacks_is_named(tmp_path: Path) -> None:
    both = foo(exports=["foo_version", "foo_added"])
    using = consumer(tmp_path, extension=ext(both, imports=["foo_version", "foo_added"]))
    (problem,) = of("missing-symbol", problems(using, beside=[exporter(tmp_path)]))
    assert "imports foo_added" in problem.message


def test_data_symbols_count(tmp_path: Path) -> None:
    with_data = foo(source="int foo_table[4] = {1};")
    code = "extern int foo_table[4]; int use(void) { return foo_table[1]; }"
    using = consumer(tmp_path, extension=ext(with_data, source=code))
    releases = [exporter(tmp_path, "1.0", with_data), exporter(tmp_path, "1.1", foo())]
    (problem,) = of("missing-symbol", problems(using, beside=releases))
    assert "foo_table" in problem.message
    assert serious(problems(using, beside=releases[:1])) == []


def test_weak_imports_may_be_missing(tmp_path: Path) -> None:
    code = "__attribute__((weak)) int foo_maybe(void); int use(void) { return foo_maybe ? foo_maybe() : 0; }"
    using = consumer(tmp_path, extension=ext(foo(), source=code))
    assert serious(problems(using, beside=[exporter(tmp_path)])) == []


def test_weak_and_ifunc_definitions_count(tmp_path: Path) -> None:
    code = """
    __attribute__((weak)) int foo_weak(void) { return 1; }
    static int one(void) { return 1; }
    static int (*choose(void))(void) { return one; }
    int foo_fast(void) __attribute__((ifunc("choose")));
    """
    lib = foo(source=code)
    using = consumer(tmp_path, extension=ext(lib, imports=["foo_version", "foo_weak", "foo_fast"]))
    assert serious(problems(using, beside=[exporter(tmp_path, lib=lib)])) == []


def test_symbols_of_the_interpreter_or_its_libc_are_not_missing(tmp_path: Path) -> None:
    code = "void *PyLong_FromLong(long); void *dladdr(void *); void *use(void) { return dladdr(PyLong_FromLong(1)); }"
    using = consumer(tmp_path, extension=ext(foo(), source=code))
    assert serious(problems(using, beside=[exporter(tmp_path)])) == []


def test_symbols_that_not_every_platform_has_are_named(tmp_path: Path) -> None:
    zlib = library("libz.so.1", exports=["zlibVersion", "inflate_table"])
    files = {"c/_ext.abi3.so": module("_ext.abi3.so", zlib, imports=["zlibVersion", "inflate_table"])}
    found = problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", files))
    (problem,) = of("missing-symbol", found)
    assert "imports inflate_table" in problem.message
    assert problem.message.endswith("Bundle libz.so.1, or link it statically.")
    assert "zlibVersion" not in problem.message


def test_nobody_is_advised_to_bundle_glibc(tmp_path: Path) -> None:
    glibc = library("libc.so.6", exports=["__cxa_thread_atexit_impl"])
    extension = module("_ext.abi3.so", glibc, imports=["__cxa_thread_atexit_impl"])
    found = problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", {"c/_ext.abi3.so": extension}))
    (problem,) = of("missing-symbol", found)
    assert "imports __cxa_thread_atexit_impl" in problem.message
    assert problem.message.endswith("Repair the wheel, which gives it a later tag, or build it for the older platform.")


def test_a_symbol_with_a_version_that_is_too_new_is_one_problem(tmp_path: Path) -> None:
    name = "__cxa_thread_atexit_impl"
    glibc = library("libc.so.6", exports=[name], versions=f"GLIBC_2.18 {{ global: {name}; local: *; }};")
    extension = module("_ext.abi3.so", glibc, imports=[name])
    found = problems(pack(tmp_path, f"c-1.0-cp310-abi3-{MANYLINUX}", {"c/_ext.abi3.so": extension}))
    assert [rule for rule, _ in serious(found)] == ["tag-too-old"]


def test_on_macos_a_symbol_must_come_from_the_library_it_names(tmp_path: Path) -> None:
    both = library("libfoo.1.dylib", exports=["foo_version", "foo_added"], target=MACOS)
    extension = module("_ext.abi3.so", both, imports=["foo_added"], search_path="@loader_path", target=MACOS)
    shipped = library("libfoo.1.dylib", target=MACOS)
    files = {"c/_ext.abi3.so": extension, "c/libfoo.1.dylib": shipped}
    (problem,) = of("missing-symbol", problems(pack(tmp_path, "c-1.0-cp310-abi3-macosx_11_0_arm64", files)))
    assert "imports _foo_added, which c/libfoo.1.dylib does not export" in problem.message


def test_on_windows_a_symbol_must_come_from_the_dll_it_names(tmp_path: Path) -> None:
    both = library("foo-1.dll", exports=["foo_version", "foo_added"], target=WINDOWS)
    extension = module("_ext.pyd", both, imports=["foo_added"], target=WINDOWS)
    files = {"c/_ext.pyd": extension, "c/foo-1.dll": library("foo-1.dll", target=WINDOWS)}
    (problem,) = of("missing-symbol", problems(pack(tmp_path, "c-1.0-cp310-abi3-win_amd64", files)))
    assert "imports foo_added, which c/foo-1.dll does not export" in problem.message


def universal(arm: Native, intel: Native) -> Native:
    """Return a Mach-O file for both of macOS's machines."""
    start = 0x4000
    second = start + (len(intel.content) + 0x3FFF) // 0x4000 * 0x4000
    head = struct.pack(">II", 0xCAFEBABE, 2)
    head += struct.pack(">IIIII", 0x1000007, 3, start, len(intel.content), 14)
    head += struct.pack(">IIIII", 0x100000C, 0, second, len(arm.content), 14)
    return Native(arm.name, (head.ljust(start, b"\0") + intel.content).ljust(second, b"\0") + arm.content)


def test_a_function_may_be_for_one_machine_of_a_universal_file(tmp_path: Path) -> None:
    arm = library("libfoo.1.dylib", exports=["foo_version", "foo_neon"], target=MACOS)
    intel = library("libfoo.1.dylib", target=MACOS_INTEL)
    using = universal(
        module("_ext.abi3.so", arm, imports=["foo_neon"], target=MACOS, search_path="@loader_path"),
        module("_ext.abi3.so", intel, target=MACOS_INTEL, search_path="@loader_path"),
    )
    files = {"c/_ext.abi3.so": using, "c/libfoo.1.dylib": universal(arm, intel)}
    wheel = pack(tmp_path, "c-1.0-cp310-abi3-macosx_11_0_universal2", files)
    assert wheel.native_files["c/_ext.abi3.so"].machines == ("x86_64", "arm64")
    assert of("missing-symbol", problems(wheel)) == []
