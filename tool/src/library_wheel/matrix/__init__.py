"""Tests that install a project's wheels across site-packages, in all orders, and break them.

Run them with `pytest --pyargs library_wheel.matrix`.
"""
