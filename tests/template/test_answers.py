"""Answers that no project can be made of are refused, with a sentence that says what is allowed."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Render = Callable[..., Path]

LETTERS = 'Letters, digits, and between them single "-", "_" or ".", with a letter first'


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("int", '"int" is a word of C or C++: nothing can be named so. Choose a longer name, such as intkit.'),
        ("class", '"class" is a word of C or C++: nothing can be named so. Choose a longer name, such as classkit.'),
        ("libint", '"int" is a word of C or C++: nothing can be named so. Choose a longer name, such as intkit.'),
        ("con", 'Windows has no file named "con". Choose a longer name, such as conkit.'),
        ("c", '"libc" is part of the system or of Python, and loaded before any wheel\'s. Choose another name.'),
        ("lib", 'Say what follows: the "foo" of libfoo.so.'),
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
def test_what_is_no_version_is_refused(render: Render, version: str) -> None:
    said = refusal(render, "version", version=version)
    assert "Two or three numbers with dots between, and what PEP 440 allows behind them: 1.2, 1.2.3" in said


@pytest.mark.parametrize("compatible", [">=2", "<1", ">=1.0,<1.0.0", "==2.*", "==1.1"])
def test_a_range_that_excludes_the_version_is_refused(render: Render, compatible: str) -> None:
    said = refusal(render, "compatible", version="1.0.0", compatible=compatible)
    assert "1.0.0, which consumers are built against, is outside of " in said


@pytest.mark.parametrize("compatible", ["~=1", "1", ">=1,", "!=1.1", ">=1.*"])
def test_what_is_no_range_is_refused(render: Render, compatible: str) -> None:
    said = refusal(render, "compatible", version="1.0.0", compatible=compatible)
    assert "is none of >=1.2, <2, ==1.2.3, ==1.2.*; several have commas between." in said


@pytest.mark.parametrize(("expression", "unknown"), [("Nope", "Nope"), ("MIT AND GPL", "GPL"), ("mit", "mit")])
def test_an_unknown_licence_is_refused(render: Render, expression: str, unknown: str) -> None:
    said = refusal(render, "library_license", library_license=expression)
    assert f'"{unknown}" is not known here. Known are 0BSD, ' in said
    assert said.endswith(", and LicenseRef-NAME for any other.")


@pytest.mark.parametrize("expression", ["", "MIT AND", "MIT Zlib", "(MIT", "MIT, Zlib"])
def test_what_is_no_licence_expression_is_refused(render: Render, expression: str) -> None:
    assert "MIT" in refusal(render, "library_license", library_license=expression)


@pytest.mark.parametrize(
    ("expression", "of_the_wheel"),
    [
        ("MIT", "MIT"),
        ("LicenseRef-Ours", "MIT AND LicenseRef-Ours"),
        ("Zlib AND (Apache-2.0 OR BSL-1.0)", "MIT AND (Zlib AND (Apache-2.0 OR BSL-1.0))"),
    ],
)
def test_a_licence_expression_is_accepted(render: Render, expression: str, of_the_wheel: str) -> None:
    pyproject = render(name="spam", library_license=expression) / "libspam-wheel" / "pyproject.toml"
    assert f'license = "{of_the_wheel}"' in pyproject.read_text()


@pytest.mark.parametrize("compatible", [">=1.0,<2", "==1.*", "==1.0.*", "==1.0.0", ">= 1.0, < 2"])
def test_a_range_around_the_version_is_accepted(render: Render, compatible: str) -> None:
    packages = render(name="spam", version="1.0.0", compatible=compatible) / "tests" / "support" / "packages.py"
    assert f'REQUIREMENT = "libspam{compatible}"' in packages.read_text()


@pytest.mark.parametrize(
    ("question", "answer", "sentence"),
    [
        ("soversion", "one", "A number, or several with dots between"),
        ("description", "two\nlines", "One line of text."),
        ("description", "by @me", 'Without "@", which stands for variables in Meson and CMake.'),
        ("authors", "two\nlines", "One line of text."),
    ],
)
def test_what_would_not_fit_into_a_file_is_refused(render: Render, question: str, answer: str, sentence: str) -> None:
    assert sentence in refusal(render, question, **{question: answer})


@pytest.mark.parametrize("kind", ["meson", "prebuilt"])
def test_the_dll_is_named_as_upstream_names_it(render: Render, kind: str) -> None:
    wheel = render(name="spam", kind=kind, dll_name="libspam-0.dll") / "libspam-wheel"
    for name in ("meson.build", "libspam/_libraries.py"):
        assert (wheel / name).read_text().count("libspam-0.dll") == 1


@pytest.mark.parametrize("name", ["libspam-0", "bin/spam.dll", ".dll"])
def test_what_is_no_dll_is_refused(render: Render, name: str) -> None:
    assert "A file's name that ends in .dll." in refusal(render, "dll_name", kind="prebuilt", dll_name=name)


OTHER = {
    "target": "spam_c",
    "file_stem": "spam_c",
    "link_name": "spam_c",
    "soversion": "0",
    "function": "spam_new",
    "pkgconfig_name": "spam_c",
}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("spam_c", "This is no list."),
        ({"target": "spam_c"}, "This is no list."),
        (["spam_c"], "Number 1 has not these keys."),
        ([OTHER, {key: OTHER[key] for key in OTHER if key != "function"}], "Number 2 has not these keys."),
        ([{**OTHER, "needs": "spam"}], "Number 1 has not these keys."),
        ([{**OTHER, "target": "spam::c"}], '"spam::c" is no target.'),
        ([{**OTHER, "file_stem": "lib/spam"}], '"lib/spam" is no file_stem.'),
        ([{**OTHER, "link_name": "-lspam"}], '"-lspam" is no link_name.'),
        ([{**OTHER, "soversion": "one"}], '"one" is no soversion.'),
        ([{**OTHER, "function": "spam_new()"}], '"spam_new()" is no function.'),
        ([{**OTHER, "pkgconfig_name": "spam c"}], '"spam c" is no pkgconfig_name.'),
        ([{**OTHER, "link_name": "spam"}], 'There is another "spam".'),
        ([OTHER, OTHER], 'There is another "spam_c".'),
    ],
)
def test_what_is_no_other_library_is_refused(render: Render, answer: object, sentence: str) -> None:
    said = refusal(render, "other_libraries", kind="cmake", other_libraries=yaml.safe_dump(answer))
    assert f"{sentence} A list, each with target" in said


def refusal(render: Render, question: str, **answers: str) -> str:
    """Return what is said against an answer."""
    with pytest.raises(ValueError, match=f"^Validation error for question '{question}': ") as error:
        render(**{"name": "spam", **answers})
    return str(error.value)
