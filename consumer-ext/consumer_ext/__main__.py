"""Show which libfoo this package was built against and which is running: `python -m consumer_ext`."""

import sys

from . import _build, _ext

exporter = sys.modules.get("libfoo")  # without functions if it is only a folder of that name
get_loaded_library = getattr(exporter, "get_loaded_library", lambda: "found by the system's loader")
print(f"built against  libfoo {_build.LIBRARY_VERSION} of the {_build.LIBRARY_FROM}")
print(f"running        libfoo {_ext.library_version()}, {get_loaded_library()}")
