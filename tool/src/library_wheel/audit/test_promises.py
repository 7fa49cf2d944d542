"""Exporters keep the promises of their versions, SONAMEs and symbols."""

import subprocess
import warnings
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename

from ..project.layouts import Layouts
from ..project.libraries import compile_library, compiler
from ..project.packages import CONSUMERS, EXPORTERS, LIBRARY_FILE, PACKAGES
from ..project.promises import admits, exported, is_version, next_soname, undeclared, unqualified
from ..project.wheel_files import binaries, members
from ..project.wheels import Wheelhouse
from ..wheel import Wheel


def version_of(wheel: Path) -> str:
    """Return the version that a wheel states."""
    return str(parse_wheel_filename(wheel.name)[1])


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_the_library_reports_the_version_of_the_wheel(layouts: Layouts, wheels: Wheelhouse, exporter: str) -> None:
    version = version_of(wheels.repaired(exporter))
    module, names = PACKAGES[exporter].module, PACKAGES[exporter].libraries
    places = dict.fromkeys([*PACKAGES[exporter].requires, exporter], "system")
    layout = layouts.layout({name: place for name, place in places.items() if name in EXPORTERS})
    code = f"import {module}; result = {{name: {module}._init.loaded[name][1] for name in {names}}}"
    known = {name: said for name, said in layout.evaluate(code).items() if said is not None}
    if not known:
        pytest.skip(f"the stub of {exporter} doesn't ask the library for its version: see _init.c")
    wrong = {name: said for name, said in known.items() if not is_version(said, version)}
    assert wrong == {}, (
        f"the version of {exporter} is {version}, but its library reports {', '.join(wrong.values())}. Build version "
        f"{version} of the library, or change the version of the wheel"
    )


@pytest.mark.parametrize(
    ("said", "version", "same"),
    [
        ("1.2.3", "1.2.3", True),
        ("1.2.3", "1.2.4", False),
        ("1.2.3", "1.2.3.post1", True),
        ("libfoo 1.2.3-rc1 (2026)", "1.2.3rc1", True),
        ("1.2", "1.2.3", True),
        ("1.3", "1.2.3", False),
        ("1.13.0", "1.13", True),
        ("v2", "1.13", False),
        ("", "1.2.3", False),
    ],
)
def test_another_version_would_be_noticed(said: str, version: str, same: bool) -> None:
    assert is_version(said, version) == same


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_consumer_requires_no_version_that_is_known_to_have_another_soname(wheels: Wheelhouse, consumer: str) -> None:
    wheel = wheels.repaired(consumer)
    needed = {name for elf in binaries(wheel).values() for name in elf.needed} or {LIBRARY_FILE}
    required = {canonicalize_name(requirement.name): requirement for requirement in Wheel(wheel).requirements}
    for exporter in PACKAGES[consumer].requires:
        version = version_of(wheels.repaired(exporter))
        for elf in binaries(wheels.repaired(exporter)).values():
            if elf.soname in needed:
                other = next_soname(elf.soname, version)
                requirement = required[canonicalize_name(exporter)]
                assert not admits(requirement.specifier, other), (
                    f"{consumer} requires {requirement}, which admits {exporter} {other}, whose SONAME is not "
                    f"{elf.soname}. End the range with <{other}"
                )


@pytest.mark.parametrize(
    ("soname", "version", "requirement", "admitted"),
    [
        ("libfoo.so.3.13.1", "3.13.1", "<4", True),
        ("libfoo.so.3.13.1", "3.13.1", ">=3.13.1,<3.13.2", False),
        ("libfoo.so.3.13", "3.13.1", ">=3.13.1,<3.15", True),
        ("libfoo.so.3.13", "3.13.1", ">=3.13.1,<3.14", False),
        ("libfoo.so.3", "3.13.1", "<5", False),  # 3 may be the major version by chance
        ("libfoo.so.3.12", "3.13.1", "<5", False),
        ("libfoo.so", "3.13.1", "<5", False),
    ],
)
def test_a_range_with_another_soname_would_be_noticed(
    soname: str, version: str, requirement: str, admitted: bool
) -> None:
    assert admits(SpecifierSet(requirement), next_soname(soname, version)) == admitted


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_the_exporter_exports_what_its_headers_declare(wheels: Wheelhouse, exporter: str) -> None:
    assert warn_of_undeclared(members(wheels.repaired(exporter)), PACKAGES[exporter].module) > 0


def warn_of_undeclared(files: dict[str, bytes], module: str) -> int:
    """Warn about each library in a wheel that exports undeclared symbols; return how many symbols they all export."""
    headers = [content for name, content in files.items() if name.startswith(f"{module}/include/")]
    total = 0
    for name, content in files.items():
        if content.startswith(b"\x7fELF") and not Path(name).name.startswith("_init."):
            symbols = exported(content)
            total += len(symbols)
            if found := undeclared(symbols, headers):
                warnings.warn(
                    f"{name} exports {len(symbols)} symbols, {len(found)} of which no installed header declares: "
                    f"{', '.join(found[:10])}{', ...' if len(found) > 10 else ''}. Consumers may start to use any of "
                    "them. If the headers mark public functions, compile upstream with -fvisibility=hidden (CMake: the "
                    "options CMAKE_C_VISIBILITY_PRESET=hidden and CMAKE_CXX_VISIBILITY_PRESET=hidden; Meson: "
                    "gnu_symbol_visibility). Otherwise link with -Wl,--version-script=FILE, which lists the public "
                    "functions, or with -Wl,--exclude-libs,ALL, which hides those of static libraries. "
                    "To make this warning an error: tox -e check -- --pyargs library_wheel.audit -W error",
                    stacklevel=1,
                )
    return total


# The template renames foo, so these tests have a library of another name.
PUBLIC = "int zoo_public(void) { return 0; }"
INTERNAL = "int zoo_a(void) { return 1; } int zoo_b(void) { return 2; } int zoo_table = 3;"
HEADER = b"/* Of zoo_public_too there is only a longer name. */\nint zoo_public(void);\n"


@pytest.mark.parametrize("options", [[], ["-Wl,--gc-sections"]])
def test_a_library_that_hides_nothing_causes_a_warning(tmp_path: Path, options: list[str]) -> None:
    library = compile_library(tmp_path / "libzoo.so.1", PUBLIC + INTERNAL, *options)
    files = {"libzoo/libzoo.so.1": library.read_bytes(), "libzoo/include/zoo.h": HEADER}
    warning = "exports 4 symbols, 3 of which no installed header declares: zoo_a, zoo_b, zoo_t"
    with pytest.warns(UserWarning, match=warning):
        assert warn_of_undeclared(files, "libzoo") == 4


def test_hidden_functions_are_not_counted(tmp_path: Path) -> None:
    source = f'__attribute__((visibility("default"))) {PUBLIC}{INTERNAL}'
    library = compile_library(tmp_path / "libzoo.so.1", source, "-fvisibility=hidden")
    files = {"libzoo/libzoo.so.1": library.read_bytes(), "libzoo/include/zoo.h": HEADER}
    assert warn_of_undeclared(files, "libzoo") == 1


def test_functions_that_a_version_script_makes_local_are_not_counted(tmp_path: Path) -> None:
    script = tmp_path / "zoo.map"
    script.write_text("ZOO_1.0 { global: zoo_public; local: *; };")
    library = compile_library(tmp_path / "libzoo.so.1", PUBLIC + INTERNAL, f"-Wl,--version-script={script}")
    assert exported(library.read_bytes()) == ["zoo_public"]


def test_headers_are_searched_for_cpp_names_without_namespace_and_arguments(tmp_path: Path) -> None:
    source = """
    namespace zoo {
    class Shape { public: virtual ~Shape(); virtual int area(int) const; };
    Shape::~Shape() {} int Shape::area(int) const { return 0; }
    int helper(const Shape &, const char *) { return 1; }
    template <typename T> T twice(T x) { return x + x; } template int twice<int>(int);
    }
    """
    library = tmp_path / "libzoo.so"
    command: list[str | Path] = [*compiler("C++"), "-shared", "-fPIC", "-x", "c++", "-", "-o", library]
    subprocess.run(command, input=source, text=True, check=True)
    header = b"namespace zoo { class Shape { public: virtual ~Shape(); virtual int area(int) const; }; }"
    assert undeclared(exported(library.read_bytes()), [header]) == ["zoo::helper(zoo::Shape const&, char const*)"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("zoo_open", "zoo_open"),
        ("zoo::Bar<int, std::less<int> >::size(char const*) const", "size"),
        ("std::map<int, zoo::Bar> zoo::convert<int>(int)", "convert"),
        ("zoo::(anonymous namespace)::hidden()", "hidden"),
        ("zoo::name[abi:cxx11]()", "name"),
        ("vtable for zoo::Bar", "Bar"),
        ("non-virtual thunk to zoo::Bar::~Bar()", "Bar"),
        ("zoo::operator<<(std::ostream&, zoo::Bar const&)", "operator"),
    ],
)
def test_a_demangled_name_is_reduced_to_the_name_that_headers_declare(name: str, found: str) -> None:
    assert unqualified(name) == found
