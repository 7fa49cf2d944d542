"""The platform under test: this machine's own, or the one that the environment variable TESTS_PLATFORM names."""

import os

from ..platforms.known import named

PLATFORM = named(os.environ.get("TESTS_PLATFORM", "native"))
