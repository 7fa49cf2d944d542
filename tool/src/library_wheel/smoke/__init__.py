"""Tests that take seconds once the wheels are built.

Run them with `pytest --pyargs library_wheel.smoke`.
"""
