"""Explain why an extension module can't load libraries of other wheels. Imported only then. To be vendored."""

import contextlib
import importlib
import os
import re
import sys
from importlib import metadata

# How loaders name the file at fault: dyld, musl (two patterns), ctypes on Windows, glibc (also behind PyPy's words).
NAMED = re.compile(
    r"Library not loaded: (.+)|Error loading shared library (.+?): |Error relocating (.+?): "
    r"|Could not find module '(.+?)'|^(?:Cannot load library .+?: )?(/.+?|\S+?\.so\S*?): "
)


def explain(error: ImportError, *needed: tuple[str, str, str]) -> ImportError:
    """Return the error to raise instead of `error`.

    Each of `needed` describes a library of another wheel: its name (`foo` for `libfoo.so.1`), the package that loads
    it, and what the consumer requires.
    """
    name, message = error.name, str(error)
    with contextlib.suppress(Exception):  # whatever fails here, users see the loader's own message
        if error.path:  # otherwise Python did not get as far as the loader
            name, reason = _reason(error, needed)
            message = f"{reason} The loader says: {error}" if reason else message
    kind = ModuleNotFoundError if isinstance(error, ModuleNotFoundError) else ImportError
    return kind(message, name=name, path=error.path)


def _reason(error: ImportError, needed: tuple[tuple[str, str, str], ...]) -> tuple[str | None, str]:
    named = NAMED.search(str(error))
    file = next(filter(None, named.groups())) if named else None
    path = str(error.path)
    subject = path if os.path.isabs(path) else error.name  # a module that uses ctypes knows its library only by name
    for stem, package, requirement in needed:
        version = getattr(sys.modules.get(package), "__version__", None)
        if version and not _satisfies(version, requirement):
            imported = f"{package} {version} {_imported(package, requirement)}"
            return package, f"{subject} needs {requirement}, but {imported}"
        if folder := _unreadable(package):
            return package, f"{subject} needs {package}, but this user may not read {folder}. Grant read permission."
        if not version and (file is None or re.match(rf"(lib)?{re.escape(stem)}[.-]", os.path.basename(file))):
            found = f"took {file}, which does not fit" if file and os.path.isabs(file) else f"searched {_searched()}"
            return package, (
                f"{subject} needs {requirement}. The package {package} is not installed; the loader {found}. "
                f'Run `pip install "{requirement}"`, or install the library where the loader finds it (conda, system '
                "package, environment module)."
            )
    # Otherwise a file is at fault. Exporters with a stub have a module that examines files.
    for _, package, _ in needed:
        with contextlib.suppress(ImportError):
            if fault := importlib.import_module(f"{package}.diagnosis").fault_for(str(error), path):
                return error.name, f"{fault[0]}. {fault[1] or 'Install its package again'}."
    return error.name, ""


def _imported(package: str, requirement: str) -> str:
    """Describe an imported version that doesn't satisfy the requirement, and what to do about it."""
    folder = os.path.dirname(sys.modules[package].__file__ or "")
    with contextlib.suppress(metadata.PackageNotFoundError):
        there = metadata.distribution(re.split("[^\\w.-]", requirement)[0])
        if str(there.locate_file(package)) == folder and _satisfies(there.version, requirement):
            return f"was imported before {there.version} was installed. Restart Python."
    return f'is installed, in {folder}. Run `pip install "{requirement}"`.'


def _unreadable(package: str) -> str:
    """Return the folder of a package that this user may not read: Python imports an empty package instead."""
    folders = getattr(sys.modules.get(package), "__path__", ())
    return next((folder for folder in folders if not os.access(folder, os.R_OK | os.X_OK)), "")


def _satisfies(version: str, requirement: str) -> bool:
    """Return whether a version is in a range, as far as numbers can tell: `!=`, `>` and `===` are ignored."""
    have, fits = _numbers(version), True
    for by, limit, star in re.findall(r"([<>=~!]+)\s*(\d+(?:[.]\d+)*)([.][*])?", requirement):
        wanted, dots = _numbers(limit), limit.count(".")
        fits &= {
            ">=": have >= wanted,
            "<=": have <= wanted,
            "<": have < wanted,
            "==": have[: dots + 1] == wanted[: dots + 1] if star else have == wanted,
            "~=": have >= wanted and have[:dots] == wanted[:dots],
        }.get(by, True)
    return fits or not have


def _numbers(version: str) -> list[int]:
    """Return a version's numbers, for comparing: [0, 3, 7, 0, 0, 0, 0, 0] for "OpenBLAS 0.3.7"; [] if it has none."""
    match = re.search(r"\d+([.]\d+)*", version)
    return [int(number) for number in (match[0] + 7 * ".0").split(".")[:8]] if match else []


def _searched() -> str:
    if sys.platform == "win32":
        return "the folders of the extension and python.exe, of os.add_dll_directory() and Windows itself, but not PATH"
    variable = "DYLD_LIBRARY_PATH" if sys.platform == "darwin" else "LD_LIBRARY_PATH"
    return f"{variable} ({os.environ.get(variable) or 'not set'}) and the system's folders"
