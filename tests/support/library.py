"""What the tests know of the library: the file to change with it."""

# An expression about `consumer`, the module of one: whichever and how many are asked in a process, the answer is the
# same if they run the same copy of the library. In a second copy the strings would be numbered anew.
EXPRESSION = '[consumer.intern(s) for s in ("alpha", "beta", "gamma")] + [consumer.hash(b"chongo was here!\\n")]'
# The last is from test_fnv.c of the hash's authors.
ANSWER = [1, 2, 3, 0x46810940EFF5F915]

# One of its functions.
FUNCTION = "foo_intern"

# What its users include.
HEADERS = {"foo.h"}
