"""What must happen before the stub is loaded: on Emscripten, and where the system's library is preferred."""

import os
import sys

from ._loader import load_preferred_libraries

if sys.platform == "emscripten":
    # Emscripten's loader knows a library by the path at which a search found it, and the stub's RUNPATH is for the stub
    # alone. This lets every later search find what the stub has loaded.
    _folders = [os.path.dirname(os.path.abspath(__file__)), os.environ.get("LD_LIBRARY_PATH", "")]
    os.environ["LD_LIBRARY_PATH"] = ":".join(filter(None, _folders))

load_preferred_libraries()
