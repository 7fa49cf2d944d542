"""Tests of a project's hosted workflows and its environments of tox: `pytest --pyargs library_wheel.workflows`."""
