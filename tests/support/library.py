"""The library and the packages, as the tests know them. Change this file when you change those."""

from .package import Package

# In the order in which they are built, since one may need those before it. To add a consumer to the tests, add a line.
ALL = {
    "libfoo": Package(
        "libfoo-wheel",
        "libfoo",
        requires=(),
        libraries=("foo",),
    ),
    "libbar": Package("examples/libbar-wheel", "libbar", ("libfoo",), ("bar", "barutil")),
    "consumer-ext": Package("consumer-ext", "consumer_ext"),
    # nanobind needs the stable ABI of 3.12: the wheels for older CPythons are for one version.
    "consumer-cmake": Package("examples/consumer-cmake", "consumer_cmake", ("libfoo", "libbar"), stable_abi=False),
    "consumer-cython": Package("examples/consumer-cython", "consumer_cython"),
    # Its setup.py imports the exporter.
    "consumer-setuptools": Package("examples/consumer-setuptools", "consumer_setuptools", needs=("own builds",)),
    "consumer-pure": Package("consumer-pure", "consumer_pure"),
}

# The folders with the sources of a wheel's libraries, if they are in this repository.
LIBRARIES = {"libfoo": "libfoo", "libbar": "examples/libbar-wheel/upstream"}

# An expression about `consumer`, a consumer's module. All consumers in a process give the same answer if they run
# the same copy of the library. A second copy would number the strings from 1 again.
EXPRESSION = '[consumer.intern(s) for s in ("alpha", "beta", "gamma")] + [consumer.hash(b"chongo was here!\\n")]'
# The last is from test_fnv.c of the hash's authors.
ANSWER = [1, 2, 3, 0x46810940EFF5F915]

# One of its functions.
FUNCTION = "foo_intern"

# The headers that its users include.
HEADERS = {"foo.h"}
