"""The documentation states how many files and lines a project has."""

import sizes


def test_the_table_in_the_documentation_matches_the_template() -> None:
    page = sizes.PAGE.read_text(encoding="utf-8")
    assert sizes.with_table(page, sizes.table()) == page


def test_an_outdated_table_would_be_noticed() -> None:
    page = sizes.PAGE.read_text(encoding="utf-8")
    other = sizes.HEADING + "| nowhere | C | 1 | 1 | 1 |\n"
    assert sizes.with_table(page, other) != page
    assert sizes.with_table(sizes.with_table(page, other), sizes.table()) == page
