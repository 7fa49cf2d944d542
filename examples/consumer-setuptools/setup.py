"""The extension module; everything else is in pyproject.toml."""

import sys

import libfoo
from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "consumer_setuptools._ext",
            ["consumer_setuptools/_ext.c"],
            define_macros=[("Py_LIMITED_API", "0x030A0000")],
            include_dirs=[libfoo.get_include()],
            # Link to the file itself. With `libraries` and `library_dirs` the linker would look for a libfoo.so; with
            # `runtime_library_dirs` the extension would look for libfoo in the build environment.
            extra_objects=[libfoo.get_link_file()],
            # The interpreter's own flags include -g, and debug information would name the build folder.
            extra_compile_args=[] if sys.platform == "win32" else ["-g0"],
            extra_link_args=["-Wl,-z,now"] if sys.platform == "linux" else [],
            py_limited_api=True,
        )
    ],
)
