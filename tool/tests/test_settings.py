"""`[tool.library-wheel]` and the packages' own files describe a project, and mistakes in them get one sentence."""

from pathlib import Path

import pytest
from toy_project import PROJECT, project

from library_wheel.errors import CannotRunError
from library_wheel.project.settings import Library, Package, find_root, packages, settings


def test_names_modules_and_exporters_come_from_the_packages_own_files(tmp_path: Path) -> None:
    assert packages(project(tmp_path)) == {
        "py-spam": Package("spam-wheel", "py_spam", (), (Library("spam", "2"),)),
        "consumer.ext": Package("consumer-ext", "consumer_ext", ("py-spam",)),
        "consumer-pure": Package("consumer-pure", "consumer_pure", ("py-spam",), pure=True),
    }


def test_a_library_has_other_names_only_if_they_are_given() -> None:
    plain = Library("spam", "2")
    assert (plain.file_names, plain.pkgconfig_file) == (("spam", "2", ""), "spam.pc")
    other = Library("spam", "2", stem="spam-ng", dll="spam.dll", pkgconfig="libspam")
    assert (other.file_names, other.pkgconfig_file) == (("spam-ng", "2", "spam.dll"), "libspam.pc")


def test_the_keys_of_a_package_are_its_attributes(tmp_path: Path) -> None:
    more = 'sources = "spam"\ncmake = "Spam"\nstable-abi = false\nneeds = ["own builds"]\n'
    (project(tmp_path) / "pyproject.toml").write_text(PROJECT.replace("libraries = ", f"{more}libraries = "))
    spam = packages(tmp_path)["py-spam"]
    assert (spam.sources, spam.cmake, spam.stable_abi, spam.needs) == ("spam", "Spam", False, ("own builds",))


def test_a_requirement_for_builds_alone_names_an_exporter_as_well(tmp_path: Path) -> None:
    file = project(tmp_path) / "consumer-ext" / "pyproject.toml"
    file.write_text(file.read_text().replace("Py_Spam >=2,<3", "other"))
    assert packages(tmp_path)["consumer.ext"].requires == ("py-spam",)
    file.write_text(file.read_text().replace('"Py-Spam >=2"', '"other"'))
    assert packages(tmp_path)["consumer.ext"].requires == ()


def test_a_package_that_pypi_refuses_is_not_published(tmp_path: Path) -> None:
    file = project(tmp_path) / "consumer-ext" / "pyproject.toml"
    file.write_text(file.read_text().replace("[project]", '[project]\nclassifiers = ["Private :: Do Not Upload"]'))
    assert {name: package.published for name, package in packages(tmp_path).items()} == {
        "py-spam": True,
        "consumer.ext": False,
        "consumer-pure": True,
    }


def test_a_folder_below_belongs_to_the_project(tmp_path: Path) -> None:
    assert find_root(project(tmp_path) / "consumer-ext") == tmp_path


@pytest.mark.parametrize("text", ["", "[tool.other]\n", "[tool.library-wheel]\nanswer = 1\n"])
def test_without_packages_a_folder_is_no_project(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert find_root(tmp_path) is None


def mistake(root: Path, *edit: str) -> str:
    """Return the error about a project with an edit of its settings; assert that it names the file."""
    (root / "pyproject.toml").write_text(PROJECT.replace(*edit))
    assert (root / "pyproject.toml").read_text() != PROJECT
    with pytest.raises(CannotRunError) as caught:
        packages(root)
    assert str(root / "pyproject.toml") in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


LISTED = "[[tool.library-wheel.packages]] in "


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("answer = 1", "answr = 1", "has the unknown key 'answr'; the known keys are packages, expression, answer, "),
        ('expression = "consumer.last_id()"', "expression = 3", "has expression = 3, which must be a string"),
        (PROJECT, "[tool]\nlibrary-wheel = 3\n", "must be a table, not 3"),
        (PROJECT, "[tool.library-wheel]\npackages = 3\n", "has packages = 3, which must be a list"),
        (PROJECT, '[tool.library-wheel]\npackages = ["spam"]\n', "must be a table, not 'spam'"),
        ("pure = true", 'pure = "yes"', "has pure = 'yes', which must be true or false"),
        ("pure = true", "stable_abi = true", "has the unknown key 'stable_abi'; the known keys are folder, "),
        ('folder = "consumer-ext"', "", "has an entry without 'folder'"),
        (', soversion = "2"', "", "folder 'spam-wheel', libraries: has an entry without 'soversion'"),
        ('soversion = "2"', "soversion = 2", "has soversion = 2, which must be a string"),
        (
            "pure = true",
            'needs = ["forks"]',
            "folder 'consumer-pure', has the unknown capability 'forks' in needs; the known ones are ELF, ",
        ),
        ('"spam-wheel"', '"spam"', "names the folder 'spam', which has no pyproject.toml: correct the folder, or "),
        ("[tool.library-wheel]", "[tool.library-wheel", "can't be read: "),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_file_and_the_key(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert said in mistake(project(tmp_path), old, new)


def test_a_package_is_listed_after_what_it_requires(tmp_path: Path) -> None:
    exporter = PROJECT[PROJECT.index("[[") : PROJECT.index('[[tool.library-wheel.packages]]\nfolder = "consumer-ext"')]
    (project(tmp_path) / "pyproject.toml").write_text(PROJECT.replace(exporter, "") + exporter)
    with pytest.raises(CannotRunError, match=r"must list py-spam before consumer\.ext, which requires it"):
        packages(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "consumer.ext"', "", "lacks 'name'"),
        ("[build-system]", "[build-systems]", "lacks 'build-system'"),
        ("Py_Spam >=2,<3", "Py_Spam >=2<3", "has an invalid requirement: "),
        ("[project]", "[project", "can't be read: "),
    ],
)
def test_a_mistake_in_a_packages_own_file_is_one_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = project(tmp_path) / "consumer-ext" / "pyproject.toml"
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(CannotRunError) as caught:
        packages(tmp_path)
    assert str(caught.value).startswith(f"{file} {said}")
    assert "\n" not in str(caught.value)


def test_a_table_without_packages_may_have_the_expression_that_try_evaluates(tmp_path: Path) -> None:
    table = 'expression = "consumer.f()"\nanswer = 2\nimport = { consumer-ext = "consumer_ext._ext" }\n'
    (tmp_path / "pyproject.toml").write_text(f"[tool.library-wheel]\n{table}")
    assert settings(tmp_path)["import"] == {"consumer-ext": "consumer_ext._ext"}
