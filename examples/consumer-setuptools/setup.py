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
            # The file itself: with `libraries` and `library_dirs` the linker would look for a libfoo.so, and with
            # `runtime_library_dirs` the extension would look for libfoo in the folder of the build environment.
            extra_objects=[libfoo.get_link_file()],
            # The interpreter's own flags ask for debug information, which would name the folder of the build.
            extra_compile_args=[] if sys.platform == "win32" else ["-g0"],
            extra_link_args=["-Wl,-z,now"] if sys.platform == "linux" else [],
            py_limited_api=True,
        )
    ],
)
