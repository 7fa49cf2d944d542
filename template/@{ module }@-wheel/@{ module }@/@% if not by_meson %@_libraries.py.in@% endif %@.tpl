"""The libraries in this wheel: the file of each, named by its SONAME (install name, DLL name), and the file to link to.

Written by the build.
"""

LIBRARIES = {
@%- for library in libraries %@
    "@{ library.name }@": ("@@{ library.macro }@_LIBRARY@", "@@{ library.macro }@_LINK_FILE@"),
@%- endfor %@
}
