"""The libraries' files, by their names. The stub knows them too, but may be what can't be imported."""

import sys

LIBRARIES = {
@%- for library in libraries %@
    "@{ library.name }@": {
        "darwin": "lib@{ library.packed_stem }@.@{ library.soversion }@.dylib",
        "win32": "@{ library.packed_dll }@",
    }.get(sys.platform, "lib@{ library.packed_stem }@.so.@{ library.soversion }@"),
@%- endfor %@
}
