"""The steps that cibuildwheel runs in each build environment, with nothing but the standard library.

`library_wheel.publishing.prepare` copies this file into the folder for the wheels, where a container finds it, with
packages.json, which says what the project's packages are. In what follows DIST is that folder.

`steps.py exporters DIST` lets builds and tests install this run's exporters instead of the index's. It picks the
wheels in DIST that are for the running interpreter. constraints.txt names their files, for tests. exporters/ has them
unpacked, for tools that look for their libraries. build-constraints.txt names them for builds, with the hashes of
everything that a build may install, if the project pins that.

`steps.py repair EXPORTERS WHEEL FOLDER [OPTION...]` repairs a wheel for publishing. The wheel's tag decides which tool
does: auditwheel, delocate or delvewheel. The wheel's own libraries and those in EXPORTERS, a site-packages with the
exporters, stay where they are.

`steps.py test WHEEL EXPORTERS` imports a wheel that has been repaired. The wheel gets a site-packages of its own. Each
comes first once, then the wheel is alone. The step looks at the mapped files: an import may succeed without the
exporters if the loader finds the system's copy.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

HERE = Path(__file__).parent

# Libraries on Linux, macOS and Windows. Extension modules on Linux end in .so, without a number.
LIBRARY = re.compile(r".+([.]so[.][0-9.]+|[.]dylib|[.]dll)", re.IGNORECASE)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    exporters = steps.add_parser("exporters", help="let builds and tests install this run's exporters")
    exporters.add_argument("folder", type=existing)
    repair = steps.add_parser("repair", help="repair a wheel for publishing")
    repair.add_argument("exporters", type=existing)
    repair.add_argument("wheel", type=wheel_file)
    repair.add_argument("folder", type=Path)
    test = steps.add_parser("test", help="import a wheel that has been repaired")
    test.add_argument("wheel", type=wheel_file)
    test.add_argument("exporters", type=existing)
    arguments, options = parser.parse_known_args()
    if arguments.step == "repair":
        repair_wheel(arguments.wheel, arguments.folder, arguments.exporters, options)
    elif options:
        parser.error(f"unrecognized arguments: {' '.join(options)}")
    elif arguments.step == "exporters":
        take_exporters(arguments.folder.resolve())
    else:
        test_wheel(arguments.wheel, arguments.exporters.resolve())


def existing(text: str) -> Path:
    """Return the path of an argument, which must exist."""
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text} does not exist")
    return path


def wheel_file(text: str) -> Path:
    """Return the path of an argument, which must be a wheel."""
    path = existing(text)
    if path.suffix != ".whl" or not zipfile.is_zipfile(path):
        raise argparse.ArgumentTypeError(f"{text} is not a wheel")
    return path


def facts() -> dict[str, Any]:
    """Return the content of packages.json: the project's packages, and the expression that tests evaluate."""
    file = HERE / "packages.json"
    if not file.is_file():
        sys.exit(f"{file} is missing: run `python -m library_wheel.publishing wheels`, which writes it")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


# The step `exporters`.


def take_exporters(folder: Path) -> None:
    """Let builds and tests install the exporters in a folder."""
    unpacked = folder / "exporters"
    shutil.rmtree(unpacked, ignore_errors=True)
    unpacked.mkdir(parents=True)
    pins = HERE / "build-requirements.txt"
    constraints, pinned = "", pins.read_text(encoding="utf-8") if pins.is_file() else ""
    for name in (name for name, package in facts()["packages"].items() if package["libraries"]):
        if wheel := for_this_interpreter(name, folder):
            constraints += f"{name} @ {wheel.as_uri()}\n"
            # Given a single hash, pip requires hashes of everything.
            digest = f"#sha256={hashlib.sha256(wheel.read_bytes()).hexdigest()}" if pins.is_file() else ""
            pinned += f"{name} @ {wheel.as_uri()}{digest}\n"
            shutil.unpack_archive(wheel, unpacked, format="zip")
    (folder / "constraints.txt").write_text(constraints, encoding="utf-8")
    (folder / "build-constraints.txt").write_text(pinned, encoding="utf-8")


def for_this_interpreter(name: str, folder: Path) -> Path | None:
    """Return the wheel that pip chooses from a folder, if there is one. Exits with a message if pip can't be asked."""
    if not any(folder.glob("*.whl")):
        return None
    # Ignore the constraints that the previous interpreter's build has written.
    environment = {key: value for key, value in os.environ.items() if key != "PIP_CONSTRAINT"}
    with tempfile.TemporaryDirectory() as chosen:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-index", "--no-deps", "--only-binary=:all:"]
        options = ["--find-links", str(folder), "--dest", chosen]
        result = subprocess.run([*command, *options, name], env=environment, stderr=subprocess.PIPE, text=True)
        if result.returncode != 0 and "No matching distribution found" not in result.stderr:
            sys.exit(f"pip can't choose a wheel of {name} from {folder}:\n{result.stderr}")
        return next((folder / file.name for file in Path(chosen).iterdir()), None)


# The step `repair`.


def repair_wheel(wheel: Path, output: Path, exporters: Path, options: Sequence[str]) -> None:
    """Let the tool for the wheel's platform repair it."""
    platform = wheel.stem.rpartition("-")[2]
    tool = next((tool for tag, tool in TOOLS.items() if platform.startswith(tag)), None)
    if tool is None:
        sys.exit(f"{wheel.name} is for {platform}; only wheels for {', '.join(TOOLS)} can be repaired")
    try:
        tool(wheel, output, exporters, os.environ, *options)
    except subprocess.CalledProcessError as error:
        # The tool has printed the reason.
        sys.exit(error.returncode)
    except FileNotFoundError as error:
        sys.exit(f"{error.filename} is neither on PATH nor a module of {sys.executable}: install {tool.__name__}")


def auditwheel(wheel: Path, output: Path, exporters: Path, environment: Mapping[str, str], *options: str) -> None:
    """Let auditwheel add the platform tag, without bundling or renaming the exporters' libraries."""
    exclude = [f"--exclude={library.name}" for library in libraries(wheel, exporters)]
    run([*program("auditwheel"), "repair", *options, *exclude, "--wheel-dir", output, wheel], environment)


def delvewheel(wheel: Path, output: Path, exporters: Path, environment: Mapping[str, str], *options: str) -> None:
    """Let delvewheel bundle a wheel's other needs, except exporters' DLLs and the wheel's own."""
    dlls = os.pathsep.join(library.name for library in libraries(wheel, exporters))
    exclude = ["--exclude", dlls] if dlls else []
    run([*program("delvewheel"), "repair", *options, "--ignore-existing", *exclude, "-w", output, wheel], environment)


def delocate(wheel: Path, output: Path, exporters: Path, environment: Mapping[str, str], *options: str) -> None:
    """Let delocate bundle a wheel's other needs. It must still find the libraries that it leaves alone."""
    exclude = [f"--exclude={library.name}" for library in libraries(wheel, exporters)]
    command = program("delocate-wheel", "delocate.cmd.delocate_wheel")
    folders = {str(exporters / library.parent) for library in libraries(exporters)}
    # macOS removes the variable from the environment of a system shell, but not from that of its child processes.
    found = {"DYLD_LIBRARY_PATH": os.pathsep.join(sorted(folders))}
    run([*command, *options, *exclude, "--wheel-dir", output, wheel], {**environment, **found})


TOOLS = {"linux": auditwheel, "macosx": delocate, "win": delvewheel}


def libraries(*places: Path) -> list[PurePosixPath]:
    """Return the libraries in the packages of wheels and site-packages, as paths below those.

    Those in `consumer_ext.libs` or `consumer_ext/.dylibs` are left out, because a tool has copied them there.
    """
    found = set()
    for place in places:
        if place.is_dir():
            found |= {PurePosixPath(file.relative_to(place).as_posix()) for file in place.glob("*/*")}
        else:
            with zipfile.ZipFile(place) as archive:
                found |= set(map(PurePosixPath, archive.namelist()))
    packages = {file for file in found if len(file.parts) == 2 and "." not in file.parts[0]}
    return sorted(file for file in packages if LIBRARY.fullmatch(file.name))


def run(command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
    """Run a command. Raises CalledProcessError if it fails."""
    subprocess.run(command, env=environment, umask=0o022, check=True)


def program(name: str, module: str = "") -> list[str]:
    """Return the beginning of a command from this environment or, as in a manylinux container, from PATH."""
    module = module or name
    installed = importlib.util.find_spec(module.partition(".")[0])
    return [sys.executable, "-m", module] if installed else [name]


# The step `test`.


def test_wheel(wheel: Path, exporters: Path) -> None:
    """Import a wheel beside the exporters and alone. Exits with a message if something is wrong."""
    known = facts()
    modules = {package["module"]: package for package in known["packages"].values()}
    module = wheel.name.partition("-")[0]
    if module not in modules:
        sys.exit(f"{wheel.name} belongs to no package in {HERE / 'packages.json'}, which lists {', '.join(modules)}")
    required = {known["packages"][name]["module"] for name in modules[module]["requires"]}
    files = [file.name for file in libraries(exporters) if file.parent.name in required]
    with tempfile.TemporaryDirectory() as temporary:
        own = Path(temporary).resolve()
        shutil.unpack_archive(wheel, own, format="zip")
        # An exporter must come first, because `exporters` may contain an older build of it.
        paths = [[own, exporters], *([] if modules[module]["libraries"] else [[exporters, own]])]
        problems = [problem for path in paths for problem in wrong(module, probe(module, path, files))]
        if required:
            problems += bundled(probe(module, [own], files), own)
    if problems:
        sys.exit(f"{wheel.name}: {'; '.join(problems)}")
    print(f"{wheel.name}: one copy of each library")


def probe(module: str, path: list[Path], files: list[str]) -> dict[str, Any]:
    """Import a module in a fresh interpreter that sees only these site-packages; return what the probe saw."""
    known = facts()
    exporters = {its["module"]: its["libraries"] for its in known["packages"].values() if its["libraries"]}
    questions = json.dumps({"libraries": files, "exporters": exporters, "expression": known["expression"]})
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))}
    # Passed as code, since modules beside a file would come before packages of the same name.
    code = (HERE / "layout_probe.py").read_text(encoding="utf-8")
    command = [sys.executable, "-S", "-c", code, questions, module]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", cwd=path[0])
    # Modules may print before and after the answer, which follows a record separator.
    _, separator, said = result.stdout.rpartition("\x1e")
    if result.returncode != 0 or not separator:
        sys.exit(f"{module} can't be tested: Python ended with exit code {result.returncode}\n{result.stderr}")
    seen: dict[str, Any] = json.JSONDecoder().raw_decode(said)[0]
    return seen


def wrong(module: str, seen: dict[str, Any]) -> list[str]:
    """Return sentences about everything that is wrong."""
    if "error" in seen:
        return [seen["error"]["message"]]
    known = facts()
    own = next(package for package in known["packages"].values() if package["module"] == module)
    found: list[str] = []
    if not own["libraries"] and seen["answers"] != {module: known["answer"]}:
        found.append(f"the expression gives {seen['answers']}, not {known['answer']}")
    names = {module, *(known["packages"][name]["module"] for name in own["requires"])} & set(seen["exporters"])
    found += [
        f"the process has mapped {', '.join(library['images']) or 'no library'}, not only {library['own']}"
        for library in (library for name in names for library in seen["exporters"][name])
        if len(library["images"]) != 1 or not os.path.samefile(library["own"], library["loaded"])
    ]
    return found


def bundled(seen: dict[str, Any], own: Path) -> list[str]:
    """Return a sentence if a wheel, imported alone, uses a library of its own or one linked into it."""
    if "error" in seen:
        return []
    copies = [image for image in seen["images"] if Path(image).resolve().is_relative_to(own)]
    if copies:
        return [f"it contains the exporter's library, which a consumer must not: {', '.join(copies)}"]
    return (
        [] if seen["images"] else ["it runs without the exporters and loads no library, so it contains a static copy"]
    )


if __name__ == "__main__":
    main()
