"""The platform under test: this machine's own."""

from library_wheel.platforms.native import Native

PLATFORM = Native()
