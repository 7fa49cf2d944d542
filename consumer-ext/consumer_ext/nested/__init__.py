"""An extension in a subpackage. Importing the parent package has already loaded libfoo."""

from ._C import Symbol, symbol

__all__ = ["Symbol", "symbol"]
