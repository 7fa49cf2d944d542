from typing import Literal

LIBRARY_FROM: Literal["wheel", "system"]
LIBRARY_VERSION: str
REQUIREMENT: str
LIBRARY_NAMES: tuple[str, ...]
