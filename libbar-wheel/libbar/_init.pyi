__version__: str
libraries: dict[str, str]
link_files: dict[str, str]

def loaded_library(name: str, /) -> str: ...
