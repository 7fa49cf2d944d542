"""libfoo has one table of strings in a process, even with subinterpreters and in child processes."""

import pytest

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import CONSUMERS, PACKAGES
from library_wheel.project.subinterpreters import IN_SUBINTERPRETER


@pytest.fixture
def layout(layouts: Layouts) -> Layout:
    """The exporter in user and every consumer in the system's site-packages."""
    return layouts.layout({"libfoo": "user", **dict.fromkeys(CONSUMERS, "system")})


@pytest.mark.needs("fork")
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_forked_child_keeps_the_parents_table(layout: Layout, consumer: str) -> None:
    assert ids_in_child(layout, "fork", consumer) == {"parent": [1, 2], "child": [2, 3]}


@pytest.mark.needs("processes")
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_a_spawned_child_starts_its_own_table(layout: Layout, consumer: str) -> None:
    assert ids_in_child(layout, "spawn", consumer) == {"parent": [1, 2], "child": [1, 2]}


def ids_in_child(layout: Layout, method: str, consumer: str) -> object:
    """Return the ids of alpha and beta in a parent process, then of beta and gamma in its child."""
    module = PACKAGES[consumer].module
    return layout.evaluate(
        f"""
import multiprocessing
import {module}
result = {{"parent": [{module}.intern(s) for s in ("alpha", "beta")]}}
with multiprocessing.get_context("{method}").Pool(1) as pool:
    # Not {module}.intern itself: the functions of some binding generators can't be pickled.
    result["child"] = pool.map(eval, [f"__import__('{module}').intern('{{s}}')" for s in ("beta", "gamma")])
"""
    )


# The errors of other modules that some versions of CPython can't import in such a subinterpreter.
REFUSALS = {
    "consumer-pure": ["module _ctypes does not support loading in subinterpreters"],
    "consumer-cmake": ["module consumer_cmake._ext does not support loading in subinterpreters"],
    "consumer-cython": [
        "module consumer_cython._ext does not support loading in subinterpreters",
        "this module can only be loaded into one interpreter per process",
    ],
}


@pytest.mark.needs("subinterpreters")
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_isolated_subinterpreters_share_the_table(layout: Layout, consumer: str) -> None:
    module = PACKAGES[consumer].module
    code = f"import {module}; {module}.intern('alpha'); print({module}.intern('beta'))"
    result = layout.run("-c", IN_SUBINTERPRETER + f"run({code!r})\nrun({code.replace('alpha', 'gamma')!r})")
    for refusal in REFUSALS.get(consumer, []):
        if refusal in result.stderr:
            pytest.skip(refusal)
    assert result.stdout.split() == ["2", "2"], result.stderr


def test_the_library_outlives_every_module_that_loaded_it(layout: Layout) -> None:
    seen = layout.evaluate(
        """
import gc, sys
import consumer_ext
alpha = consumer_ext.intern("alpha")
for name in [name for name in sys.modules if name.startswith(("libfoo", "consumer_ext"))]:
    del sys.modules[name]
del consumer_ext
gc.collect()
import consumer_ext
result = [alpha, consumer_ext.intern("beta"), consumer_ext.intern("alpha")]
"""
    )
    assert seen == [1, 2, 1]
