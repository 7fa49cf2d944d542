"""What an exporter has only if its project was made with the answer `extras`."""

import pytest

from .packages import EXPORTER, PACKAGES, ROOT


def only_with(file: str) -> pytest.MarkDecorator:
    """Return the mark of tests about this file of the exporter, which skips them if the exporter doesn't have it."""
    there = (ROOT / PACKAGES[EXPORTER].folder / file).is_file()
    return pytest.mark.skipif(not there, reason=f"without extras, the exporter has no {file}")
