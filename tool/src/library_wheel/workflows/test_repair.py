"""cibuildwheel's commands to build, repair and test wheels, run on this machine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from ..processes import CommandError, run
from ..project.builds import PINS, build_system
from ..project.hosted import repair
from ..project.packages import BINARY, CONSUMER, CONSUMERS, EXPORTER, EXPORTERS, LIBRARY_FILE, MODULE, PACKAGES, ROOT
from ..project.wheel_files import binaries, members, rewritten
from ..project.wheels import Wheelhouse
from ..publishing.prepare import prepare
from ..variables import clean_environment
from .checks import resolved

OPTIONS = resolved(ROOT, "linux", PACKAGES[CONSUMER].folder)
COMMAND = OPTIONS.repair_command
TOOLS = Path(sys.executable).parent


@pytest.fixture(scope="session")
def dist(wheels: Wheelhouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in the state in which cibuildwheel builds consumers."""
    folder = tmp_path_factory.mktemp("project") / "dist"
    folder.mkdir()
    for exporter in EXPORTERS:
        (folder / wheels.repaired(exporter).name).hardlink_to(wheels.repaired(exporter))
    prepare(folder)
    return folder


def repaired(wheel: Path, dist: Path, output: Path) -> Path:
    """Repair a wheel as cibuildwheel does, beside a folder with exporters."""
    return repair(COMMAND, wheel, output, dist.parent, TOOLS)


@pytest.mark.parametrize("distribution", BINARY)
def test_the_repair_command_leaves_the_exporters_libraries_alone(
    wheels: Wheelhouse, dist: Path, tmp_path: Path, distribution: str
) -> None:
    wheel = repaired(wheels.wheel(distribution), dist, tmp_path)
    assert "-manylinux" in wheel.name
    needed = {name: elf.needed for name, elf in binaries(wheels.wheel(distribution)).items()}
    assert {name: elf.needed for name, elf in binaries(wheel).items()} == needed


def test_the_first_exporter_is_repaired_without_another(wheels: Wheelhouse, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    prepare(dist)
    assert list((dist / "exporters").iterdir()) == []
    wheel = repaired(wheels.wheel(EXPORTER), dist, tmp_path / "repaired")
    assert binaries(wheel) == binaries(wheels.repaired(EXPORTER))


def test_a_repair_that_does_not_leave_a_library_alone_is_noticed(
    wheels: Wheelhouse, dist: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(dist, tmp_path / "dist")
    library = other / "exporters" / MODULE / LIBRARY_FILE
    library.rename(library.with_name(f"not-{LIBRARY_FILE}"))
    try:
        wheel = repaired(wheels.wheel(CONSUMER), other, tmp_path / "repaired")
    except CommandError as error:
        said = str(error)
    else:
        # On a machine with a copy of its own, auditwheel has bundled that one.
        said = installed(wheel, dist).stderr
    assert re.search(
        f"required library .*{LIBRARY_FILE}.* could not be located|it contains the exporter's library", said
    )


def built(dist: Path, folder: Path) -> str:
    """Build a consumer like cibuildwheel, below a folder that has a copy of `dist`; return pip's output."""
    shutil.copytree(dist, folder / "dist")
    frontend = OPTIONS.build_frontend
    command = [sys.executable, "-m", frontend.name, "-v", "wheel", "--no-deps", f"--wheel-dir={folder}"]
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix}
    project = shutil.copytree(ROOT / PACKAGES[CONSUMER].folder, folder / "project")
    return run([*command, *frontend.args, project], environment, cwd=folder)


# The first build requirement of the consumer.
BACKEND = Requirement(build_system(ROOT / PACKAGES[CONSUMER].folder)["requires"][0]).name
pinned = pytest.mark.skipif(not PINS.is_file(), reason="builds are not pinned yet: tox -e pins")


@pinned
def test_a_build_installs_the_exporter_of_the_same_run_and_pinned_requirements(dist: Path, tmp_path: Path) -> None:
    log = built(dist, tmp_path)
    assert len(list(tmp_path.glob(f"{PACKAGES[CONSUMER].module}-*.whl"))) == 1
    # The first line is about pyproject.toml's requirements, the next about those of the build backend.
    installed, *_ = re.findall(r"Successfully installed (.+)", log)
    pins = set(re.findall(r"^(\S+)==(\S+)", PINS.read_text(), re.MULTILINE))
    others = {tuple(name.rsplit("-", maxsplit=1)) for name in installed.split()} - pins
    assert {name for name, _ in others} == set(PACKAGES[CONSUMER].requires)


@pinned
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"#sha256=\w{4}", "#sha256=0000"),
        (r"--hash=sha256:\w{4}", "--hash=sha256:0000"),
        (rf"\n{BACKEND}==.+\n(    --hash=.+\n)+", "\n"),
    ],
    ids=["another exporter", "another requirement", "an unpinned requirement"],
)
def test_a_build_refuses_files_that_are_not_pinned(dist: Path, tmp_path: Path, old: str, new: str) -> None:
    other = shutil.copytree(dist, tmp_path / "other")
    file = other / "build-constraints.txt"
    pinned = file.read_text()
    changed = re.sub(old, new, pinned)
    assert changed != pinned
    file.write_text(changed)
    with pytest.raises(CommandError) as refusal:
        built(other, tmp_path)
    said = str(refusal.value)
    assert "Successfully installed" not in said
    # pip names what it would have installed: the hash of a file, not in the constraints any more, or a requirement.
    hashes = set(re.findall(r"\b[0-9a-f]{64}\b", pinned)) - set(re.findall(r"\b[0-9a-f]{64}\b", changed))
    names = hashes if "0000" in new else {BACKEND}
    (_, *errors) = re.split(r"^ *ERROR: ", said, flags=re.MULTILINE)
    assert any(name in error for name in names for error in errors), said


def installed(wheel: Path, dist: Path) -> subprocess.CompletedProcess[str]:
    """Run the test command on a wheel like cibuildwheel."""
    assert OPTIONS.test_command is not None
    command = OPTIONS.test_command.replace("{project}/dist", str(dist))
    command = command.format(project=ROOT, wheel=wheel)
    environment = clean_environment({"PATH": os.pathsep.join([str(TOOLS), os.environ["PATH"]])})
    return subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, cwd=dist)


@pytest.mark.parametrize("distribution", BINARY)
def test_the_test_command_finds_one_copy(wheels: Wheelhouse, dist: Path, distribution: str) -> None:
    result = installed(wheels.repaired(distribution), dist)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"{wheels.repaired(distribution).name}: one copy of each library\n"


def test_the_test_command_takes_a_relative_path(wheels: Wheelhouse, dist: Path) -> None:
    command: list[str | Path] = [sys.executable, "steps.py", "test", wheels.repaired(CONSUMER), "exporters"]
    assert run(command, clean_environment(), cwd=dist).endswith(": one copy of each library\n")


def test_the_test_command_notices_a_consumer_that_bundles_the_library(
    wheels: Wheelhouse, dist: Path, tmp_path: Path
) -> None:
    environment = clean_environment({"LD_LIBRARY_PATH": str(dist / "exporters" / MODULE)})
    run([TOOLS / "auditwheel", "repair", "--wheel-dir", tmp_path, wheels.wheel(CONSUMER)], environment)
    (wheel,) = tmp_path.glob("*.whl")
    assert any(".libs/" in name for name in members(wheel))
    result = installed(wheel, dist)
    assert result.returncode == 1
    assert "it contains the exporter's library, which a consumer must not: " in result.stderr
    assert "not only" in result.stderr


def test_the_test_command_notices_a_consumer_that_loads_no_library(
    wheels: Wheelhouse, dist: Path, tmp_path: Path
) -> None:
    # This behaves like a consumer that is linked statically.
    code = f"""
try:
    import {MODULE}
except ImportError:
    pass

def __getattr__(name):
    return lambda *_: None
"""

    def edit(name: str, content: bytes) -> bytes:
        return code.encode() if name == f"{PACKAGES[CONSUMER].module}/__init__.py" else content

    result = installed(rewritten(wheels.repaired(CONSUMER), tmp_path, edit), dist)
    assert result.returncode == 1
    assert "it runs without the exporters and loads no library, so it contains a static copy" in result.stderr


def test_pip_prefers_the_exporter_of_the_same_run_to_that_of_an_index(
    wheels: Wheelhouse, dist: Path, tmp_path: Path
) -> None:
    name, version, rest = wheels.repaired(EXPORTER).name.split("-", maxsplit=2)
    # Given two wheels of the same version, pip prefers the one with the later build number.
    other = tmp_path / "index" / f"{name}-{version}-9-{rest}"
    other.parent.mkdir()
    other.hardlink_to(wheels.repaired(EXPORTER))
    pip: list[str | Path] = [sys.executable, "-m", "pip", "download", "--no-index", "--dest", tmp_path]
    pip.append(f"--find-links={other.parent}")
    constraint = {"PIP_CONSTRAINT": str(dist / "constraints.txt")}
    consumer = wheels.repaired(CONSUMERS[0])
    assert wheels.repaired(EXPORTER).name in run([*pip, consumer], clean_environment(constraint))
    assert other.name in run([*pip, consumer], clean_environment())


def test_the_constraints_name_no_exporter_for_another_interpreter(tmp_path: Path, wheels: Wheelhouse) -> None:
    name, version, *_ = wheels.repaired(EXPORTER).name.split("-")
    (tmp_path / f"{name}-{version}-cp399-cp399-win_amd64.whl").hardlink_to(wheels.repaired(EXPORTER))
    prepare(tmp_path)
    assert (tmp_path / "constraints.txt").read_text() == ""
