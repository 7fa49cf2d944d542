"""The libraries' files, by their names. The stub knows them too, but may be what can't be imported."""

import sys

LIBRARIES = {
    "@{ stem }@": {
        "darwin": "lib@{ file_stem }@.@{ soversion }@.dylib",
        "win32": "@{ dll_name }@",
    }.get(sys.platform, "lib@{ file_stem }@.so.@{ soversion }@"),
@%- for other in other_libraries %@
    "@{ other.link_name }@": {
        "darwin": "lib@{ other.file_stem }@.@{ other.soversion }@.dylib",
        "win32": "@{ other.file_stem }@-@{ other.soversion }@.dll",
    }.get(sys.platform, "lib@{ other.file_stem }@.so.@{ other.soversion }@"),
@%- endfor %@
}
