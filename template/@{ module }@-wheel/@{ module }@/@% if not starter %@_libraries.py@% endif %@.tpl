"""The libraries' files, by their names. The stub knows them too, but may be what can't be imported."""

import sys

LIBRARIES = {
@%- for library in libraries %@
    "@{ library.name }@": {
        "darwin": "lib@{ library.file_stem }@.@{ library.soversion }@.dylib",
        "win32": "@{ library.dll_name }@",
    }.get(sys.platform, "lib@{ library.file_stem }@.so.@{ library.soversion }@"),
@%- endfor %@
}
