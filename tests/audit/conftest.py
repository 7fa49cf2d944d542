"""Fixtures of the audits: those of the tool's."""

from library_wheel.audit.conftest import using, wheels

__all__ = ["using", "wheels"]
