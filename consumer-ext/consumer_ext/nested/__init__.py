"""An extension in a subpackage: it needs nothing more, since the parent package was imported, and libfoo with it."""

from ._C import Symbol, symbol

__all__ = ["Symbol", "symbol"]
