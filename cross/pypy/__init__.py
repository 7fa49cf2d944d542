"""Linux on x86-64 with PyPy: wheels built by PyPy itself, and tested with it."""
