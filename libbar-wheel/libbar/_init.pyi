__version__: str
libraries: dict[str, str]

def loaded_library(name: str, /) -> str: ...
