"""Tests of what is in a project's wheels: `pytest --pyargs library_wheel.audit`."""
