"""A pytest plugin for a consumer's own tests: of a test with more than 100 sets of arguments, every 17th runs.

No number of arguments is a multiple of 17, so each value of each argument still occurs.
"""

from collections import defaultdict

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the others."""
    tests = defaultdict(list)
    for item in items:
        tests[item.nodeid.partition("[")[0]].append(item)
    items[:] = [item for sets in tests.values() for item in sets[:: 17 if len(sets) > 100 else 1]]
