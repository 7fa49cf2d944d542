"""docs/transcript-lz4.md is what `tox -e transcript` wrote about the commands in README.md."""

from library_wheel.project.packages import ROOT
from transcript import COPY, PAGE, TEST


def test_the_page_shows_the_commands_and_that_they_passed() -> None:
    text = PAGE.read_text()
    assert f"$ {COPY}\n" in text
    assert f"$ {TEST}\n" in text
    assert "check: OK" in text


def test_the_commands_are_the_readmes() -> None:
    text = (ROOT / "README.md").read_text()
    assert COPY.startswith("copier copy --vcs-ref=HEAD ")
    assert 'bin/copier copy --vcs-ref=HEAD "$PWD" ../my-library\n' in text
    assert f"bin/{TEST.replace('liblz4', '../my-library')}  # " in text
