"""A matrix product by OpenBLAS, loaded by another package's wheel."""

import libopenblas  # noqa: F401  # first: it loads the library that _ext needs

from ._ext import product

__all__ = ["product"]
