__version__: str
# For each library: the file that is running, its version, and whether it has everything that this wheel's has.
loaded: dict[str, tuple[str, str | None, int]]
