"""What to say when the stub can't be imported. Read only then, so that a working import does not pay for it."""

import os
import sys

from . import _shared_library
from ._libraries import LIBRARIES

# With versions: the index may have a package of this name that is somebody else's.
REINSTALL = 'Reinstall it: pip install --force-reinstall "libbar>=2,<3"'


def explain(error: ImportError) -> ImportError:
    """Return the error to raise instead of `error`: what happened, to which file, and what to do."""
    if error.name == "libbar":
        return error  # the stub's own: it found other versions loaded, and says so
    directory = os.path.dirname(os.path.abspath(__file__))
    missing = [path for name in LIBRARIES.values() if not os.path.isfile(path := os.path.join(directory, name))]
    if error.path is None:
        problem = f"{directory} has no extension module _init for this interpreter"
    elif missing:
        problem = f"its library is missing: {', '.join(missing)}"
    elif _shared_library.file_name("foo", "1") in str(error) or (
        sys.platform == "win32" and "libfoo" not in sys.modules  # Windows does not say which library is missing
    ):
        return _shared_library.explain(error, "libfoo", "libfoo>=1.1,<2", _shared_library.file_name("foo", "1"))
    else:
        problem = f"the loader refuses the libraries in {directory}, or took others of their names first"
    message = f"libbar can't be loaded: {problem}. {REINSTALL}. The cause: {error}"
    return ImportError(message, name="libbar", path=error.path)
