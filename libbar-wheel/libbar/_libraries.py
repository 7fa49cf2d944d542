"""The libraries' files, by their names. The stub knows them too, but may be what can't be imported."""

from . import _shared_library

# As libbar/meson.build names the files.
LIBRARIES = {name: _shared_library.file_name(name, "2") for name in ("bar", "barutil")}
