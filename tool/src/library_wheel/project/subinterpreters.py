"""Code that runs code in a subinterpreter, from Python 3.12 on with its own GIL."""

# The module for subinterpreters depends on Python's version.
IN_SUBINTERPRETER = """
import sys

if sys.version_info >= (3, 14):
    from concurrent.interpreters import create
    run = create().exec
elif sys.version_info >= (3, 13):
    import _interpreters
    def run(code):
        if failure := _interpreters.exec(_interpreters.create(), code):
            raise ImportError(failure.formatted)
else:
    import _xxsubinterpreters
    def run(code):
        _xxsubinterpreters.run_string(_xxsubinterpreters.create(), code)
"""
