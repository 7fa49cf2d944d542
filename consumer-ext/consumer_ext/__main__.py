"""Which libfoo was built against, and which is running: `python -m consumer_ext`."""

from . import _build, _ext, _shared_library

exporter = None
if _build.LIBRARY_FROM == "wheel":
    exporter = _shared_library.load_library_module("libfoo")
file = exporter.get_loaded_library() if exporter else "found by the system's loader"
print(f"built against  libfoo {_build.LIBRARY_VERSION} of the {_build.LIBRARY_FROM}")
print(f"running        libfoo {_ext.library_version()}, {file}")
