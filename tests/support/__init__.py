"""Modules that the tests are made with."""
