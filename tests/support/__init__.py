"""Modules that the tests and the demo are made with."""
