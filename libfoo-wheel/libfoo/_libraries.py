"""The libraries' files, by their names. The stub knows them too, but may be what can't be imported."""

import sys

# As libfoo/meson.build names the file.
LIBRARIES = {
    "foo": {
        "darwin": "libfoo.1.dylib",
        "win32": "foo-1.dll",
    }.get(sys.platform, "libfoo.so.1"),
}
