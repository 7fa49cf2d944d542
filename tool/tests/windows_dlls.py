"""Write delvewheel's lists of Windows' DLLs to the tool's windows_dlls.json: `python windows_dlls.py`."""

import json
from importlib.metadata import version
from pathlib import Path

from library_wheel import policy

FILE = Path(policy.__file__).with_name("windows_dlls.json")


def of_delvewheel() -> dict[str, list[str]]:
    """Return the DLLs of Windows on ARM, and the additional ones on each of the other machines."""
    from delvewheel import _dll_list

    arm64 = _dll_list.ignore_names_arm64
    others = {"amd64": _dll_list.ignore_names_x64 - arm64, "win32": _dll_list.ignore_names_x86 - arm64}
    return {machine: sorted(names) for machine, names in {"arm64": arm64, **others}.items()}


def release() -> str:
    """Return the version of delvewheel whose lists are in the file."""
    source: str = json.loads(FILE.read_text(encoding="utf-8"))["source"]
    return source.split()[1].rstrip(",")


def main() -> None:
    """Write the file."""
    source = f"delvewheel {version('delvewheel')}, https://github.com/adang1345/delvewheel"
    licence = "MIT, Copyright (c) 2020 Aohan Dang"
    content = {"source": source, "license": licence, "names": of_delvewheel()}
    FILE.write_text(f"{json.dumps(content, indent=1)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
