"""A matrix product with OpenBLAS, which another package's wheel loads."""

import libopenblas  # noqa: F401  # first: it loads the library that _ext needs

from ._ext import product

__all__ = ["product"]
