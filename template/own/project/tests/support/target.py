"""The platform that the tests are about: this machine's own."""

from .target_type import Target

TARGET = Target("native", "Linux, glibc")
