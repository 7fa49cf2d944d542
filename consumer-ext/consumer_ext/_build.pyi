from typing import Literal

LIBRARY_FROM: Literal["wheel", "system"]
LIBRARY_VERSION: str
REQUIREMENT: str
NEEDED: tuple[str, str, str]
