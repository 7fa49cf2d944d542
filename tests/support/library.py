"""What the tests know of the library and of the packages: the file to change with them."""

from .package import Package

# In the order they are built, since one may need those before it. A consumer joins the tests by its line here.
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

# Where the sources of a wheel's libraries are, if in folders of this repository.
LIBRARIES = {"libfoo": "libfoo", "libbar": "examples/libbar"}

# An expression about `consumer`, the module of one: whichever and how many are asked in a process, the answer is the
# same if they run the same copy of the library. In a second copy the strings would be numbered anew.
EXPRESSION = '[consumer.intern(s) for s in ("alpha", "beta", "gamma")] + [consumer.hash(b"chongo was here!\\n")]'
# The last is from test_fnv.c of the hash's authors.
ANSWER = [1, 2, 3, 0x46810940EFF5F915]

# One of its functions.
FUNCTION = "foo_intern"

# What its users include.
HEADERS = {"foo.h"}
