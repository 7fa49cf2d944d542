"""The example's consumers offer the same functions of libfoo, and one has a nested extension."""

import pytest

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import CONSUMERS, PACKAGES


@pytest.fixture(scope="module")
def layout(layouts: Layouts) -> Layout:
    """Exporter and consumers in the system's site-packages."""
    return layouts.layout(dict.fromkeys(PACKAGES, "system"))


@pytest.mark.parametrize("consumer", CONSUMERS)
@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("name(99)", "LookupError"),
        ("name(0)", "LookupError"),
        ("name(2**40)", "LookupError"),
        ("name(-1)", "OverflowError"),
        ("intern('a\\0b')", "ValueError"),
        ("intern(b'bytes')", "TypeError"),
        ("hash('text')", "TypeError"),
    ],
)
def test_a_bad_argument_is_refused(layout: Layout, consumer: str, call: str, error: str) -> None:
    module = PACKAGES[consumer].module
    code = f"import {module} as c\ntry: c.{call}; result = None\nexcept Exception as e: result = type(e).__name__"
    assert layout.evaluate(code) == error


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_name_comes_back_as_it_was(layout: Layout, consumer: str) -> None:
    module = PACKAGES[consumer].module
    code = f"import {module} as c; result = [c.name(c.intern(s)) for s in ('', 'spam', 'größe')] + [c.count()]"
    assert layout.evaluate(code) == ["", "spam", "größe", 3]


def test_a_nested_extension_keeps_its_name(layout: Layout) -> None:
    code = "import consumer_ext.nested as n; m = n._C"
    names = "[m.__name__, n.symbol.__module__, n.Symbol.__module__, n.Symbol.__qualname__]"
    expected = ["consumer_ext.nested._C"] * 3 + ["Symbol"]
    assert layout.evaluate(f"{code}; result = {names}") == expected


def test_an_object_of_a_nested_extension_is_pickled_by_its_string(layout: Layout) -> None:
    dump = "import pickle, consumer_ext.nested as n; n.Symbol('first'); result = pickle.dumps(n.Symbol('spam')).hex()"
    pickled = layout.evaluate(dump)
    load = f"import pickle; s = pickle.loads(bytes.fromhex('{pickled}')); result = [repr(type(s)), s.string, s.id]"
    assert layout.evaluate(load) == ["<class 'consumer_ext.nested._C.Symbol'>", "spam", 1]
