LIBRARIES: dict[str, tuple[str, str]]
