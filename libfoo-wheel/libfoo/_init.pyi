__version__: str
# For each library: the file that is running, its version, and whether it is as recent as this wheel's.
loaded: dict[str, tuple[str, str | None, int]]
