"""Deliberately different or broken builds of libfoo and libbar, for tests of versions and as negative controls."""

from pathlib import Path

from library_wheel.project.edits import replace_once


def set_version(tree: Path, version: str) -> None:
    """Give libfoo and its wheel another version."""
    for folder in ("libfoo", "libfoo-wheel"):
        replace_once(tree / folder / "meson.build", "version: '1.1.0'", f"version: '{version}'")


def older_minor(tree: Path) -> None:
    """libfoo 1.0: without foo_hash(), which becomes hidden because no version exports it."""
    set_version(tree, "1.0.0")
    map = tree / "libfoo" / "src" / "libfoo.map"
    replace_once(map, "LIBFOO_1.1 {\n  global:\n    foo_hash;\n} LIBFOO_1.0;\n", "")


def same_version(tree: Path) -> None:
    """The same libfoo, from another build."""


def newer_minor(tree: Path) -> None:
    """libfoo 1.2."""
    set_version(tree, "1.2.0")


def next_major(tree: Path) -> None:
    """libfoo 2.0, SOVERSION 2, in the same package."""
    set_version(tree, "2.0.0")
    replace_once(tree / "libfoo" / "meson.build", "foo_soversion = '1'", "foo_soversion = '2'")


def stub_for_any_major(tree: Path) -> None:
    """A stub that accepts every later version of the library, even another major version."""
    stub = tree / "libfoo-wheel" / "libfoo" / "_init.c"
    replace_once(stub, " && foo_version_number() >> 16 == FOO_VERSION_MAJOR", "")


def library_without_soname(tree: Path) -> None:
    """A library that a custom command links without -soname."""
    meson = tree / "libfoo-wheel" / "meson.build"
    text = meson.read_text()
    start, end = text.index("exported = build_target("), text.index("library = fs.name(")
    command = """exported = custom_target(
          'foo',
          input: upstream.get_variable('foo_sources'),
          output: 'libfoo.so.1',
          command: [
            cc.cmd_array(), '-O2', '-shared', '-fPIC', '-DFOO_BUILDING', '@INPUT@', '-o', '@OUTPUT@', '-lpthread',
            '-Wl,--version-script=' + meson.current_source_dir() / 'subprojects/libfoo/src/libfoo.map',
            '-I' + meson.current_source_dir() / 'subprojects/libfoo/include',
            '-I' + meson.current_build_dir() / 'subprojects/libfoo',
          ],
          install: true,
          install_dir: package,
        )
        """
    meson.write_text(text[:start] + command + text[end:])


def library_open_to_interposition(tree: Path) -> None:
    """A library whose calls to its own functions another file can intercept."""
    meson = tree / "libfoo" / "meson.build"
    replace_once(
        meson, "link_args += cc.first_supported_link_argument('-Wl,-Bsymbolic-functions', '-Wl,-Bsymbolic')\n", ""
    )


def type_information_hidden(tree: Path) -> None:
    """A libbar that hides the type information of its exceptions, so that other files can't catch them."""
    map = tree / "examples" / "libbar-wheel" / "upstream" / "src" / "libbar.map"
    replace_once(map, '      "typeinfo for bar::ParseError";\n', "")
