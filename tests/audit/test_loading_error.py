"""The file to vendor loading_error.py, with errors and requirements that this repository's consumers don't have."""

import pytest
from examples.vendorable import loading_error


class OwnConstructorError(ImportError):
    """An error that is made from a number."""

    def __init__(self, code: int) -> None:
        """Make the message."""
        super().__init__(f"code {code}")


def test_an_error_with_a_constructor_of_its_own_is_explained() -> None:
    explained = loading_error.explain(OwnConstructorError(7), ("foo", "libfoo", "libfoo>=1.1,<2"))
    assert isinstance(explained, ImportError)
    assert str(explained) == "code 7"


def test_a_missing_module_stays_one() -> None:
    explained = loading_error.explain(ModuleNotFoundError("No module named 'x'", name="x"))
    assert isinstance(explained, ModuleNotFoundError)
    assert explained.name == "x"


@pytest.mark.parametrize(
    ("requirement", "satisfied", "unsatisfied"),
    [
        ("libfoo>=1.1,<2", "1.1 1.1.0 1.10 1.1.0.post1 1.1.0+local", "1.0.9 2 2.0.0 2.1"),
        ("libfoo>=1.1.2", "1.1.2 1.2 2", "1.1.1 1.1"),
        ("libfoo<=1.1", "1.1.0 1.0", "1.1.1"),
        ("libfoo>=0.3.0rc1,<0.4", "0.3.0rc1 0.3.0rc2 0.3.0 0.3.1", "0.2.9 0.4"),
        ("libfoo==0.3.0rc1", "0.3.0rc1", "0.3.1 0.2"),
        ("libfoo==0.3.0", "0.3 0.3.0", "0.3.31 0.30"),
        ("libfoo==1.0", "1 1.0.0", "1.5 1.0.1"),
        ("libfoo==1.0.*", "1 1.0 1.0.5", "1.1 1.5 10.0"),
        ("libfoo==1.*,>=1.1", "1.1 1.7", "1.0 2"),
        ("libfoo~=1.4.2", "1.4.2 1.4.10", "1.4.1 1.5"),
        ("libfoo ~= 1.0", "1.0 1.9", "0.9 2.0"),
    ],
)
def test_versions_are_compared_with_a_requirement(requirement: str, satisfied: str, unsatisfied: str) -> None:
    assert [version for version in satisfied.split() if not loading_error._satisfies(version, requirement)] == []
    assert [version for version in unsatisfied.split() if loading_error._satisfies(version, requirement)] == []


@pytest.mark.parametrize("requirement", ["libfoo", "libfoo!=1.0", "libfoo===1.5", "libfoo>1", 'libfoo; os_name<"9"'])
def test_where_numbers_can_not_tell_no_version_is_blamed(requirement: str) -> None:
    assert loading_error._satisfies("1.0", requirement)
    assert loading_error._satisfies("unknown", "libfoo>=1")
