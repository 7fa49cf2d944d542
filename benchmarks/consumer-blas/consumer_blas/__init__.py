"""A matrix product by OpenBLAS, loaded by another package's wheel."""

import libopenblas  # noqa: F401

from ._ext import product

__all__ = ["product"]
