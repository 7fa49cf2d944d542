from typing import Literal

LIBFOO_FROM: Literal["wheel", "system"]
LIBFOO_VERSION: str
