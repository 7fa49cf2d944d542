"""Measures a way of sharing a library with the tool, on one platform."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from packaging.utils import parse_wheel_filename
from ways import NO_WHEELS, Way, Wheels

from library_wheel.layouts import Layout, Layouts, folder_for_layouts
from library_wheel.platforms.platform import Platform
from library_wheel.trial import shown
from library_wheel.variables import clean_environment

# The places of exporters and consumers in each layout.
ARRANGEMENTS = {"one": ("venv", "venv"), "above": ("system", "venv"), "below": ("venv", "system")}
AGAIN = " again"


def measured(way: Way, platform: Platform, folder: Path) -> dict[str, Any]:
    """Return the reports of `check` and `loaded`, or the reason why `loaded` was not run."""
    not_run = (platform.loader == "musl" and way.not_on_musl) or way.not_run
    if not_run == NO_WHEELS:
        return {"not run": not_run}
    wheels = way.wheels(platform, folder)
    answer: dict[str, Any] = {"packages": [title(path) for path in wheels.published]}
    answer |= {"check": checked(wheels)} if wheels.published else {}
    if not_run:
        return {**answer, "not run": not_run}
    with folder_for_layouts(platform) as place:
        files = keyed(wheels)
        layouts = Layouts(place, platform, files.__getitem__)
        for name, (exporters, consumers) in ARRANGEMENTS.items():
            places = {key: consumers if of_consumers(key, wheels, files) else exporters for key in files}
            if exporters == consumers:
                places = {key: found for key, found in places.items() if not key.endswith(AGAIN)}
            answer[name] = loaded(way, layouts.layout(places), places)
    return answer


def keyed(wheels: Wheels) -> dict[str, Path]:
    """Return the wheels to install, by names for a layout. Wheels that both sides need have two names."""
    found = [*wheels.exporters, *wheels.with_exporters, *wheels.consumers]
    again = {parse_wheel_filename(path.name)[0] + AGAIN: path for path in wheels.with_consumers}
    return {**{parse_wheel_filename(path.name)[0]: path for path in found}, **again}


def of_consumers(key: str, wheels: Wheels, files: Mapping[str, Path]) -> bool:
    """Return whether a wheel is installed beside the consumers."""
    return key.endswith(AGAIN) or files[key] in wheels.consumers


def title(path: Path) -> str:
    """Return a wheel's distribution and version."""
    name, version, _, _ = parse_wheel_filename(path.name)
    return f"{name} {version}"


def checked(wheels: Wheels) -> dict[str, int]:
    """Return how often each rule of `check` reports an error or a warning about the published wheels."""
    beside = [option for path in (*wheels.with_exporters, *wheels.published) for option in ("--with", str(path))]
    report = ask("check", *map(str, wheels.published), *beside)
    return dict(Counter(found["rule"] for found in report["problems"] if found["severity"] != "note"))


def loaded(way: Way, layout: Layout, places: Mapping[str, str]) -> dict[str, Any]:
    """Return the mapped files of the library after the imports, and how each was found, or the error."""
    report = ask("loaded", "--python", str(layout.python), *way.modules, environment=layout.environment)
    if error := report["error"]:
        return {"error": f"import {error['module']}: {placed(error['message'], layout, places)}"}
    files = [file for file in report["files"] if fnmatchcase(Path(file["path"]).name, way.library)]
    assert files, f"no file is named {way.library}: {[file['path'] for file in report['files']]}"
    return {"files": {shown(Path(file["path"]), layout, dict(places)): how(file) for file in files}}


def how(file: Mapping[str, Any]) -> str:
    """Return the reason why a file was loaded into the process."""
    if file["imported_with"] is None:
        return "opened when Python starts"
    return f"found by {file['found']['by']}" if file["found"] else "opened by its path"


def placed(message: str, layout: Layout, places: Mapping[str, str]) -> str:
    """Return an error's message with a layout's folders as their places."""
    for name, place in places.items():
        message = message.replace(str(layout.homes[name]), f"<{place}>")
    return re.sub(r"\S*/site-packages/", "", message)


def ask(*words: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a command of the tool and return its report for programs."""
    command = [sys.executable, "-m", "library_wheel", *words, "--json"]
    variables = clean_environment(environment or {})
    result = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
    assert result.stdout, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report
