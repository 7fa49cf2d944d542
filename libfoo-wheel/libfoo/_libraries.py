"""Each library's file in this wheel, named by its SONAME, and the file to link to. The build fills in the names."""

LIBRARIES: dict[str, tuple[str, str]] = {
    "foo": ("@LIBRARY@", "@LINK_FILE@"),
}
