"""Which libfoo was built against, and which is running: `python -m consumer_ext`."""

from . import _build, _ext, _shared_library

exporter = _shared_library.load_library_module("libfoo") if _build.LIBFOO_FROM == "wheel" else None
file = exporter.get_loaded_library() if exporter else "found by the system's loader"
print(f"built against  libfoo {_build.LIBFOO_VERSION} of the {_build.LIBFOO_FROM}")
print(f"running        libfoo {_ext.library_version()}, {file}")
