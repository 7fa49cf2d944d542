"""Answers that can't work are refused, with a sentence that says what is allowed."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from mesonbuild.coredata import FORBIDDEN_TARGET_NAMES
from packaging.specifiers import SpecifierSet

from library_wheel import toml
from library_wheel.project.packages import ROOT
from library_wheel.variables import clean_environment
from support.meson import meson

Render = Callable[..., Path]

PYPROJECT = "pyproject.toml"
CONSUMER = "consumer-ext/pyproject.toml"

LETTERS = 'Enter a name such as my-lib: letters and digits, with single "-", "_" or "." between them, and a letter'


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("int", '"int" is a keyword in C or C++. Choose a longer name, such as intkit.'),
        ("class", '"class" is a keyword in C or C++. Choose a longer name, such as classkit.'),
        ("libint", '"int" is a keyword in C or C++. Choose a longer name, such as intkit.'),
        ("con", 'Windows allows no file named "con". Choose a longer name, such as conkit.'),
        ("dist", 'Meson, which builds the library, uses the name "dist" itself. Choose a longer name, such as distkit'),
        ("libtest", 'Meson, which builds the library, uses the name "test" itself. Choose a longer name'),
        ("c", '"libc" is part of the system or of Python and is loaded before any wheel. Choose another name.'),
        ("lib", 'Enter what follows "lib": "foo" for libfoo.so.'),
        ("7zip", LETTERS),
        ("lib7zip", LETTERS),
        ("a--b", LETTERS),
        ("a_", LETTERS),
        ("größe", LETTERS),
        ("a b", LETTERS),
        ("", LETTERS),
    ],
)
def test_a_name_that_c_or_a_file_cannot_have_is_refused(render: Render, name: str, sentence: str) -> None:
    assert sentence in refusal(render, "name", name=name)


@pytest.mark.parametrize("version", ["1.x", "1", "v1.0", "1.0-beta", "1.2.3.4"])
def test_a_text_that_is_not_a_version_is_refused(render: Render, version: str) -> None:
    said = refusal(render, "version", version=version)
    assert "Enter a version such as 1.2.3: two or three numbers with dots between them, and any suffix" in said


def test_each_target_that_meson_keeps_for_itself_is_refused(render: Render) -> None:
    reserved = (ROOT / "template" / "reserved.jinja").read_text().partition("set meson = [")[2].partition("]")[0]
    refused = set(re.findall(r"'(\w+)'", reserved))
    # A library's name has no capital letters, "-" or ".".
    assert {name for name in FORBIDDEN_TARGET_NAMES if re.fullmatch("[a-z0-9_]+", name)} - refused == set()
    # An upstream's targets are its own.
    assert render(CONSUMER, name="test", kind="cmake") / CONSUMER


@pytest.mark.parametrize("kind", ["in-tree", "meson", "prebuilt"])
@pytest.mark.parametrize("folder", ["libspam-wheel", "consumer-ext"])
def test_no_variable_of_a_wheels_build_has_the_librarys_name(render: Render, kind: str, folder: str) -> None:
    files = list((render(name="spam", kind=kind, extras="true") / folder).rglob("meson.build"))
    assert len(files) >= 1
    for file in files:
        assert re.findall(r"^ *(spam\w*) \+?= .*", file.read_text(), re.MULTILINE) == [], file


@pytest.mark.parametrize("name", ["fs", "package"])
def test_a_wheel_configures_whose_library_has_the_name_of_a_variable(render: Render, tmp_path: Path, name: str) -> None:
    project = render(name=name, version="1.2.3", extras="true")
    wheel = shutil.copytree(project, tmp_path / "project") / f"lib{name}-wheel"
    meson("setup", tmp_path / "build", wheel)
    installed = json.loads((tmp_path / "build" / "meson-info" / "intro-installed.json").read_text())
    folders = {Path(file).parent.name for file in installed.values() if f"lib{name}.so" in file}
    assert folders == {f"lib{name}"}
    assert f"lib{name}-1.2.3.dist-info" in str(installed.values())


@pytest.mark.parametrize(
    ("version", "normal"), [("2024.08.1", "2024.8.1"), ("01.00.0", "1.0.0"), ("1.10.00", "1.10.0")]
)
def test_a_version_that_pythons_tools_would_write_otherwise_is_refused(
    render: Render, version: str, normal: str
) -> None:
    assert f"Enter {normal}: Python's tools drop leading zeros." in refusal(render, "version", version=version)
    with_suffix = refusal(render, "version", kind="cmake", version=f"{version}rc01")
    assert f"Enter {normal}rc1: " in with_suffix


@pytest.mark.parametrize("version", ["1.0.20241130", "1.256.0", "32768.0.0"])
def test_a_version_that_the_librarys_own_files_cannot_hold_is_refused(render: Render, version: str) -> None:
    assert "Enter at most 32767.255.255: the library's header, and files" in refusal(render, "version", version=version)
    # An upstream has files of its own.
    of_upstream = render(CONSUMER, name="spam", kind="cmake", version=version)
    assert requirement(of_upstream).startswith(f">={version},<")


def test_the_highest_version_that_the_librarys_own_files_can_hold_configures(render: Render, tmp_path: Path) -> None:
    meson("setup", tmp_path, render(name="spam", version="32767.255.255") / "libspam")
    meson("test", "-C", tmp_path)


@pytest.mark.parametrize("compatible", [">=2", "<1", ">=1.0,<1.0.0", "==2.*", "==1.1", ">=1.0.0.post1"])
def test_a_range_that_excludes_the_version_is_refused(render: Render, compatible: str) -> None:
    said = refusal(render, "compatible", version="1.0.0", compatible=compatible)
    assert "1.0.0, which consumers are built against, is outside " in said


@pytest.mark.parametrize(
    ("version", "compatible", "hint"),
    [
        ("1.2.3rc1", ">=1.2.3", " Write >=1.2.3rc1."),
        ("1.2.3rc1", ">=1.2.3rc2,<2", " Write >=1.2.3rc1."),
        ("1.2.3.dev4", ">=1.2.3a1", " Write >=1.2.3.dev4."),
        ("1.2rc1", "==1.2.0", " Write ==1.2.0.*."),
        ("1.2.3.post1", "==1.2.3", " Write ==1.2.3.*."),
        ("1.2.3", "==1.2.3.post1", " Write ==1.2.3.*."),
        ("2.0.0rc1", ">=1,<2.0.0", ""),
        ("1.2.3", "==1.2", ""),
    ],
)
def test_a_range_that_excludes_the_version_only_by_its_suffix_is_refused(
    render: Render, version: str, compatible: str, hint: str
) -> None:
    assert not SpecifierSet(compatible).contains(version, prereleases=True)
    said = refusal(render, "compatible", kind="cmake", version=version, compatible=compatible)
    clause = next(clause for clause in compatible.split(",") if not SpecifierSet(clause).contains(version, True))
    assert said.endswith(f"{version}, which consumers are built against, is outside {clause}.{hint}")


@pytest.mark.parametrize(
    ("version", "compatible", "meson"),
    [
        ("2.0.0rc1", "<3", "'>=2.0.0', '<3'"),
        ("2.0.0rc1", ">=2.0.0b12,<3", "'>=2.0.0', '<3'"),
        ("2.0.0rc1", "==2.0.*", "'>=2.0', '<2.1'"),
        ("2.0.0rc1", "==2.0.0rc1", "'>=2.0.0', '<2.0.1'"),
        ("2.0.0rc1.post1.dev2", "<3", "'>=2.0.0', '<3'"),
        ("1.2.3.dev1", "<2", "'>=1.2.3', '<2'"),
        ("1.2.3.post1", "<2", "'>=1.2.3', '<2'"),
        ("1.2.3.post1", "==1.2.3.*", "'>=1.2.3', '<1.2.4'"),
        ("1.2.3.post1", "==1.2.3.post1", "'>=1.2.3', '<1.2.4'"),
        ("1.2", ">=1.2.0,<2", "'>=1.2.0', '<2'"),
    ],
)
def test_the_range_includes_the_version_for_python_and_for_meson(
    render: Render, version: str, compatible: str, meson: str
) -> None:
    build = "consumer-ext/meson.build"
    project = render(CONSUMER, build, name="spam", kind="meson", version=version, compatible=compatible)
    assert SpecifierSet(requirement(project)).contains(version, prereleases=True)
    assert f"  version: [{meson}],\n" in (project / build).read_text()


@pytest.mark.parametrize("compatible", ["~=1", "1", ">=1,", "!=1.1", ">=1.*", "<2rc1", "==1.0rc1.*", ">=1.0-rc1"])
def test_a_text_that_is_not_a_range_is_refused(render: Render, compatible: str) -> None:
    said = refusal(render, "compatible", version="1.0.0", compatible=compatible)
    assert "is none of >=1.2, <2, ==1.2.3, ==1.2.*; separate several with commas." in said


@pytest.mark.parametrize("expression", ["", "MIT AND", "MIT Zlib", "(MIT", "MIT, Zlib"])
def test_a_text_that_is_not_a_licence_expression_is_refused(render: Render, expression: str) -> None:
    said = refusal(render, "library_license", library_license=expression)
    assert "Enter MIT AND Zlib, for example: identifiers from https://spdx.org/licenses, with AND, OR and WITH" in said


@pytest.mark.parametrize(
    ("expression", "of_the_wheel"),
    [
        ("MIT", "MIT"),
        ("LicenseRef-Ours", "MIT AND LicenseRef-Ours"),
        ("libtiff", "MIT AND libtiff"),
        ("LGPL-2.1+", "MIT AND LGPL-2.1+"),
        ("Apache-2.0 WITH LLVM-exception", "MIT AND Apache-2.0 WITH LLVM-exception"),
        ("Zlib AND (Apache-2.0 OR BSL-1.0)", "MIT AND (Zlib AND (Apache-2.0 OR BSL-1.0))"),
    ],
)
def test_a_licence_expression_is_accepted(render: Render, expression: str, of_the_wheel: str) -> None:
    name = "libspam-wheel/pyproject.toml"
    pyproject = render(name, name="spam", library_license=expression) / name
    assert f'license = "{of_the_wheel}"' in pyproject.read_text()


def test_the_projects_audit_refuses_an_identifier_that_spdx_does_not_have(render: Render) -> None:
    project = render(name="spam", library_license="MIT OR Nope")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--pyargs",
        "library_wheel.audit.test_licences",
    ]
    result = subprocess.run(command, cwd=project, env=clean_environment(), capture_output=True, text=True)
    assert "1 failed" in result.stdout
    # The middle is packaging's sentence.
    said = r"MIT AND \(MIT OR Nope\): .*\bnope\b.*\. PyPI accepts the licences in https://spdx\.org/licenses"
    assert re.search(said, result.stdout, re.IGNORECASE)


@pytest.mark.parametrize("compatible", [">=1.0,<2", "==1.*", "==1.0.*", "==1.0.0", ">= 1.0, < 2"])
def test_a_range_around_the_version_is_accepted(render: Render, compatible: str) -> None:
    project = render(CONSUMER, name="spam", version="1.0.0", compatible=compatible)
    assert requirement(project) == compatible.replace(" ", "")


def requirement(project: Path) -> str:
    """Return the range of versions that a project's consumers require."""
    consumer = (project / CONSUMER).read_text()
    return consumer.partition('dependencies = ["libspam')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("version", "soversion", "wanted"),
    [
        ("1.5.7", "1", ">=1.5.7,<2"),
        ("1.5.7", "12", ">=1.5.7,<2"),
        ("1.13", "1", ">=1.13,<2"),
        ("0.5.7", "2", ">=0.5.7,<0.6"),
        ("1.5.7.post1", "1", ">=1.5.7,<2"),
        ("1.5.7rc1", "1", ">=1.5.7rc1,<2"),
        ("3.13.1", "3.13.1", ">=3.13.1,<3.13.2"),
        ("3.13.1", "3.13", ">=3.13.1,<3.14"),
        ("3.13.1", "3.12", ">=3.13.1,<4"),
    ],
)
def test_consumers_require_the_version_they_were_built_against_up_to_the_next_soname(
    render: Render, version: str, soversion: str, wanted: str
) -> None:
    assert requirement(render(CONSUMER, name="spam", kind="cmake", version=version, soversion=soversion)) == wanted


@pytest.mark.parametrize("compatible", ["<4", ">=3.13.1,<3.14", "==3.13.*", ">=3"])
def test_a_range_with_a_version_of_another_soname_is_refused(render: Render, compatible: str) -> None:
    said = refusal(render, "compatible", kind="cmake", version="3.13.1", soversion="3.13.1", compatible=compatible)
    assert "version 3.13.2 has another SONAME" in said
    assert said.endswith("End the range with <3.13.2.")


@pytest.mark.parametrize("compatible", ["<3.13.2", "==3.13.1", "==3.13.1.*", ">=3.13.0,<3.13.2"])
def test_a_range_within_one_soname_is_accepted(render: Render, compatible: str) -> None:
    project = render(CONSUMER, name="spam", kind="cmake", version="3.13.1", soversion="3.13.1", compatible=compatible)
    assert requirement(project).endswith(compatible)


@pytest.mark.parametrize(
    ("question", "answer", "sentence"),
    [
        ("soversion", "one", "Enter a number: 1 for libfoo.so.1"),
        ("soversion", "1\n", "Enter a number: 1 for libfoo.so.1"),
        ("description", "two\nlines", "Enter one line of text"),
        ("description", "by @me", 'Leave out "@": Meson and CMake read it as the beginning of a variable\'s name.'),
        ("authors", "two\nlines", "Enter one line of text"),
    ],
)
def test_an_answer_that_does_not_fit_into_a_file_is_refused(
    render: Render, question: str, answer: str, sentence: str
) -> None:
    assert sentence in refusal(render, question, **{question: answer})


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        ("cmake", "[TOOLS=OFF, TESTS=OFF, TOOLS=ON]", "TOOLS is in the list more than once."),
        ("cmake", "[BUILD_SHARED_LIBS=ON, BUILD_SHARED_LIBS=ON]", "BUILD_SHARED_LIBS is in the list more than once."),
        ("cmake", "[BUILD_SHARED_LIBS=Off]", "BUILD_SHARED_LIBS must be ON, which is the default: the wheel contains"),
        ("meson", "[tests=false, tests=false]", "tests is in the list more than once."),
    ],
)
def test_options_that_contradict_each_other_or_the_wheel_are_refused(
    render: Render, kind: str, options: str, sentence: str
) -> None:
    question = f"{kind}_options"
    assert sentence in refusal(render, question, kind=kind, **{question: options})


@pytest.mark.parametrize("options", [["BUILD_SHARED_LIBS=ON", "TOOLS=OFF"], ["TOOLS=OFF"]])
def test_an_option_that_has_its_value_by_default_may_be_repeated(render: Render, options: list[str]) -> None:
    name = "libspam-wheel/pyproject.toml"
    file = render(name, name="spam", kind="cmake", cmake_options=yaml.safe_dump(options)) / name
    assert toml.read(file)["tool"]["scikit-build"]["cmake"]["define"] == {"BUILD_SHARED_LIBS": "ON", "TOOLS": "OFF"}


@pytest.mark.parametrize("kind", ["cmake", "meson", "prebuilt"])
@pytest.mark.parametrize(
    ("answers", "dll"),
    [
        ({"dll_name": "spam.dll"}, "spam.dll"),
        ({"dll_name": "libspam-0.dll"}, "libspam-0.dll"),
        ({"dll_name": "libspam-0.dll", "soname": "private"}, "libspam_libspam-0.dll"),
        ({"dll_name": "eggs.dll", "soname": "private"}, "eggs_libspam.dll"),
    ],
    ids=lambda value: "" if isinstance(value, str) else " ".join(value.values()),
)
def test_every_file_that_names_the_dll_has_the_name_that_was_answered(
    render: Render, kind: str, answers: dict[str, str], dll: str
) -> None:
    build_file = {"cmake": ("CMakeLists.txt", f" DLL {dll} ")}
    name, text = build_file.get(kind, ("meson.build", f"'windows': '{dll}'"))
    others = [
        "consumer-pure/consumer_pure/_requirement.py",
        PYPROJECT,
    ]
    project = render(f"libspam-wheel/{name}", *others, name="spam", kind=kind, consumers="[consumer-pure]", **answers)
    assert text in (project / "libspam-wheel" / name).read_text()
    for name in others:
        assert f'"{dll}"' in (project / name).read_text(), name


@pytest.mark.parametrize("name", ["libspam-0", "bin/spam.dll", ".dll"])
def test_a_text_that_is_not_the_name_of_a_dll_is_refused(render: Render, name: str) -> None:
    assert "Enter a file name that ends in .dll." in refusal(render, "dll_name", kind="prebuilt", dll_name=name)


STUB = "libspam-wheel/libspam/_init.c"


@pytest.mark.parametrize(
    ("smoke_test", "function"),
    [
        ('strcmp(spam_version(), "1.0 (a)") == 0', "spam_version"),
        ('strcmp("1 (a) \\" b(", spam_version()) == 0', "spam_version"),
        ("sizeof(spam_t) == spam_size()", "spam_size"),
        ("abs (spam_minus(1)) == (int)sizeof (int)", "spam_minus"),
        ("__builtin_strlen(spam_version()) != 0 && strlen_of(1)", "spam_version"),
        ("spam_api->version() != 0", "spam_api"),
    ],
)
def test_the_stub_refers_to_a_function_of_the_library_and_not_of_c(
    render: Render, smoke_test: str, function: str
) -> None:
    stub = render(STUB, name="spam", kind="cmake", smoke_test=smoke_test) / STUB
    assert f"(void *)&{function}, " in stub.read_text()


@pytest.mark.parametrize(
    ("smoke_test", "function"),
    [
        ('std::string(::spam::version()) == "1"', "spam::version"),
        ("static_cast<int>(spam::f<int>(1)) == 1", "spam::f"),
        ("std::strlen(spam::make()->version()) != 0", "spam::make"),
    ],
)
def test_the_stub_refers_to_a_function_of_a_library_in_cpp(render: Render, smoke_test: str, function: str) -> None:
    name = "libspam-wheel/libspam/library.cpp"
    source = render(name, name="spam", kind="cmake", language="C++", smoke_test=smoke_test) / name
    assert f"(&{function})" in source.read_text()


@pytest.mark.parametrize("smoke_test", ["sizeof(int) == 4", 'strcmp("a", "spam()") != 0', "SPAM_OK", "1.5"])
def test_an_expression_that_calls_nothing_of_the_library_is_refused(render: Render, smoke_test: str) -> None:
    said = refusal(render, "smoke_test", kind="cmake", smoke_test=smoke_test)
    assert "Call a function of the library, such as LZ4_compressBound(1) > 1, and not only C's own." in said


def test_a_function_that_was_given_is_kept(render: Render) -> None:
    answers = {"name": "spam", "kind": "cmake", "smoke_test": "SPAM_IS_NEW(spam_version())"}
    project = render(STUB, ".copier-answers.yml", **answers, function="spam_version")
    assert "(void *)&spam_version, " in (project / STUB).read_text()
    assert "function: spam_version\n" in (project / ".copier-answers.yml").read_text()
    assert "\nfunction: " not in (render(".copier-answers.yml", **answers) / ".copier-answers.yml").read_text()


OTHER = {"target": "spam_c", "soversion": "0", "function": "spam_new"}
SECOND = {"target": "spam_d", "soversion": "0", "function": "spam_open"}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("spam_c", "Enter a list: [{target: tag_c, "),
        ({"target": "spam_c"}, "Enter a list: "),
        (0, "Enter a list: "),
        (["spam_c"], "Entry 1: give keys and values, such as {target: tag_c, "),
        ([OTHER, {"target": "spam_d", "soversion": "0"}], "Entry 2: the key function is missing: "),
        ([{**OTHER, "need": ["spam"]}], 'Entry 1: there is no key "need"; the keys are target, soversion, function, '),
        ([{**OTHER, "target": "spam::c"}], "Entry 1: target must be the first argument of upstream's add_library(), "),
        ([{**OTHER, "file_stem": "lib/spam"}], 'Entry 1: file_stem must be a file\'s name without "lib" and the '),
        ([{**OTHER, "link_name": "-lspam"}], 'Entry 1: link_name must be what follows "-l", such as '),
        ([{**OTHER, "soversion": "one"}], "Entry 1: soversion must be numbers with dots between them, "),
        ([{**OTHER, "soversion": 1.10}], "Entry 1: soversion must be numbers with dots between them, "),
        ([{**OTHER, "function": "spam_new()"}], "Entry 1: function must be the name of a function, such as "),
        ([{**OTHER, "pkgconfig_name": "spam c"}], 'Entry 1: pkgconfig_name must be a file\'s name without ".pc", '),
        ([{**OTHER, "dll_name": "spam_c"}], "Entry 1: dll_name must be a file's name that ends in .dll, such as "),
        ([{**OTHER, "imported_target": "Spam:c"}], "Entry 1: imported_target must be a target's name, such as "),
        (
            [{**OTHER, "compatible": ">=2"}],
            "Entry 1: compatible: 1.0.0, which consumers are built against, is outside ",
        ),
        ([{**OTHER, "needs": "spam"}], 'Entry 1: needs must be a list of link names, such as [tag], not "spam".'),
        (
            [OTHER, {**SECOND, "needs": ["eggs"]}],
            'Entry 2: needs names "eggs", but the wheel\'s other libraries have the ',
        ),
        ([{**OTHER, "needs": ["spam_c"]}], 'Entry 1: needs names "spam_c", but the wheel\'s other libraries have the '),
        ([{**OTHER, "definitions": ["A B"]}], "Entry 1: definitions must be a list of macros, such as "),
    ],
)
def test_an_entry_that_does_not_describe_another_library_is_refused(
    render: Render, answer: object, sentence: str
) -> None:
    said = refusal(render, "other_libraries", kind="cmake", other_libraries=yaml.safe_dump(answer))
    assert f": {sentence}" in said


def test_the_documentations_table_has_the_keys_of_an_entry(render: Render) -> None:
    answer = yaml.safe_dump([{**OTHER, "need": ["spam"]}])
    said = refusal(render, "other_libraries", kind="cmake", other_libraries=answer)
    allowed = said.partition("the keys are ")[2].rstrip(".").split(", ")
    text = (ROOT / "docs" / "template.md").read_text().partition("### Several libraries in one wheel")[2]
    rows = text[text.index("|---") :].partition("\n\n")[0].splitlines()[1:]
    assert sorted(row.split("`")[1] for row in rows) == sorted(allowed)


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        ({"target": "eggs"}, "Entry 2: target eggs is already used by the first library."),
        ({"target": "spam_c"}, "Entry 2: target spam_c is already used by entry 1."),
        ({"file_stem": "eggs-2"}, "Entry 2: file_stem eggs-2 is already used by the first library."),
        ({"link_name": "eggs-1"}, "Entry 2: link_name eggs-1 is already used by the first library."),
        ({"link_name": "spam_c"}, "Entry 2: link_name spam_c is already used by entry 1."),
        ({"link_name": "spam"}, "Entry 2: link_name spam gives macros the prefix SPAM_, which the first "),
        ({"link_name": "spam+c"}, "Entry 2: link_name spam+c gives macros the prefix SPAM_C_, which entry 1 already"),
        ({"pkgconfig_name": "eggs"}, "Entry 2: pkgconfig_name eggs is already used by the first library."),
        ({"dll_name": "spam_c-0.dll"}, "Entry 2: dll_name spam_c-0.dll is already used by entry 1."),
        ({"imported_target": "spam::spam_c"}, "Entry 2: imported_target spam::spam_c is already used by entry 1."),
    ],
)
def test_a_name_that_two_libraries_would_share_is_refused(
    render: Render, second: dict[str, str], sentence: str
) -> None:
    first = {"cmake_target": "eggs", "link_name": "eggs-1", "file_stem": "eggs-2", "pkgconfig_name": "eggs"}
    answer = yaml.safe_dump([OTHER, {**SECOND, **second}])
    assert sentence in refusal(render, "other_libraries", kind="cmake", other_libraries=answer, **first)


def test_missing_keys_of_another_library_follow_from_its_target(render: Render) -> None:
    wheel = render(name="spam", kind="cmake", other_libraries=yaml.safe_dump([OTHER])) / "libspam-wheel"
    assert '"spam_c": (' in (wheel / "libspam" / "_libraries.py.in").read_text()
    assert '{ name = "spam_c", soversion = "0" },' in (wheel.parent / "pyproject.toml").read_text()
    assert (wheel / "pkgconfig" / "spam_c.pc.in").is_file()


def refusal(render: Render, question: str, **answers: str) -> str:
    """Return the message that refuses an answer."""
    with pytest.raises(ValueError, match=f"^Validation error for question '{question}': ") as error:
        render(**{"name": "spam", **answers})
    return str(error.value)
