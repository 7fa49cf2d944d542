"""The libraries in this wheel: the file of each, which its SONAME names, and the file to link to. The build wrote this."""

LIBRARIES = {
@%- for library in libraries %@
    "@{ library.name }@": ("@@{ library.macro }@_LIBRARY@", "@@{ library.macro }@_LINK_FILE@"),
@%- endfor %@
}
