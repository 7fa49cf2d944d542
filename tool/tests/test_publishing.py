"""The commands that build and check files to publish refuse wrong arguments and places with one sentence."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from toy_project import PACKAGE, project

from library_wheel import toml
from library_wheel.publishing import steps
from library_wheel.publishing.__main__ import COMMANDS
from library_wheel.publishing.options import options

STEPS = Path(steps.__file__)
FACTS = """{
  "packages": {
    "py-spam": {"module": "py_spam", "requires": [], "libraries": ["spam"]},
    "consumer.ext": {"module": "consumer_ext", "requires": ["py-spam"], "libraries": []}
  },
  "expression": "True",
  "answer": true
}"""


def publishing(folder: Path, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the commands in a folder."""
    command: list[str | Path] = [sys.executable, "-m", "library_wheel.publishing", *arguments]
    return subprocess.run(command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True)


def refusal(result: subprocess.CompletedProcess[str]) -> str:
    """Return the last line of a failing command's output."""
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()[-1]


def wheel(folder: Path, name: str, *requirements: str, code: str = "") -> Path:
    """Write a wheel that has only metadata and a package."""
    distribution, version, *_ = name.split("-")
    with zipfile.ZipFile(folder / name, "w") as archive:
        lines = [f"Name: {distribution}", f"Version: {version}", *(f"Requires-Dist: {text}" for text in requirements)]
        archive.writestr(f"{distribution}-{version}.dist-info/METADATA", "\n".join(lines))
        archive.writestr(f"{distribution}/__init__.py", code)
    return folder / name


def test_the_help_names_every_command_anywhere(tmp_path: Path) -> None:
    result = publishing(tmp_path, "--help")
    assert result.returncode == 0
    assert all(f"    {name} " in result.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_anywhere(tmp_path: Path, command: str) -> None:
    result = publishing(tmp_path, command, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert COMMANDS[command].partition(":")[0][1:] in " ".join(result.stdout.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_outside_a_project_a_command_says_what_is_missing(tmp_path: Path, command: str) -> None:
    if command == "wheels":
        pytest.importorskip("tomli_w")
    arguments = {"sdists": ["dist"], "release": ["dist", "v1"]}.get(command, [])
    result = publishing(tmp_path, command, *arguments)
    assert result.returncode == 2
    assert refusal(result) == (
        f"python -m library_wheel.publishing {command}: error: neither {tmp_path} nor a folder above it has a "
        "pyproject.toml with [[tool.library-wheel.packages]]. Run this in a project's folder"
    )
    assert not (tmp_path / "dist").exists()


def test_without_the_extra_for_it_a_command_names_that(tmp_path: Path) -> None:
    (tmp_path / "tomli_w.py").write_text("raise ModuleNotFoundError(name='tomli_w')\n")
    said = refusal(publishing(project(tmp_path / "project"), "wheels", PYTHONPATH=str(tmp_path)))
    assert said.endswith(f'tomli_w is missing: run {sys.executable} -m pip install "library-wheel[publishing]"')


def make_private(package: Path) -> None:
    """Give a package the classifier with which PyPI refuses it."""
    file = package / "pyproject.toml"
    file.write_text(file.read_text().replace("[project]", '[project]\nclassifiers = ["Private :: Do Not Upload"]'))


# In place of the program, a module that prints its arguments.
CIBUILDWHEEL = "import sys\nprint('cibuildwheel', *sys.argv[1:], flush=True)\n"


def cibuildwheel(folder: Path, code: str = CIBUILDWHEEL) -> str:
    """Make a folder with another cibuildwheel; return its path for PYTHONPATH."""
    folder.mkdir()
    (folder / "cibuildwheel.py").write_text(code)
    return str(folder)


def test_cibuildwheel_builds_each_package_with_an_extension_module_in_order(tmp_path: Path) -> None:
    pytest.importorskip("tomli_w")
    root = project(tmp_path / "project")
    other = cibuildwheel(tmp_path / "other")
    result = publishing(root, "wheels", "--platform=linux", "--only", "cp310-manylinux_x86_64", PYTHONPATH=other)
    assert (result.returncode, result.stderr) == (0, "")
    dist = root / "dist"
    assert result.stdout.splitlines() == [
        f"cibuildwheel --platform=linux --only cp310-manylinux_x86_64 --config-file={dist}/options/{folder}.toml "
        f"--output-dir={dist} {folder}"
        for folder in ("spam-wheel", "consumer-ext")
    ]
    assert {file.name for file in dist.iterdir()} >= {"exporters", "options", "packages.json", "steps.py"}


def test_after_a_build_that_fails_there_is_no_other(tmp_path: Path) -> None:
    pytest.importorskip("tomli_w")
    other = cibuildwheel(tmp_path / "other", f"{CIBUILDWHEEL}sys.exit(3)\n")
    result = publishing(project(tmp_path / "project"), "wheels", PYTHONPATH=other)
    assert result.returncode == 1
    assert result.stdout.count("cibuildwheel ") == 1


def test_wheels_that_pypi_refuses_are_built_into_a_folder_of_their_own(tmp_path: Path) -> None:
    pytest.importorskip("tomli_w")
    root = project(tmp_path / "project")
    make_private(root / "consumer-ext")
    result = publishing(root, "wheels", PYTHONPATH=cibuildwheel(tmp_path / "other"))
    folders = [line.rpartition("--output-dir=")[2].split() for line in result.stdout.splitlines()]
    assert folders == [[str(root / "dist"), "spam-wheel"], [str(root / "dist" / "private"), "consumer-ext"]]


def test_wheels_of_an_earlier_run_are_deleted(tmp_path: Path) -> None:
    pytest.importorskip("tomli_w")
    root = project(tmp_path / "project")
    (root / "dist").mkdir()
    wheel(root / "dist", "py_spam-1.9-py3-none-any.whl")
    assert publishing(root, "wheels", PYTHONPATH=cibuildwheel(tmp_path / "other")).returncode == 0
    assert not list((root / "dist").glob("*.whl"))


def test_a_file_in_place_of_the_folder_for_wheels_is_kept(tmp_path: Path) -> None:
    pytest.importorskip("tomli_w")
    root = project(tmp_path / "project")
    (root / "dist").write_text("mine")
    said = refusal(publishing(root, "wheels", PYTHONPATH=cibuildwheel(tmp_path / "other")))
    assert said.endswith(f"{root / 'dist'} is a file, but has to be the folder for the wheels: move it away")
    assert (root / "dist").read_text() == "mine"


def test_options_of_the_project_and_of_a_package_override_the_tools(tmp_path: Path) -> None:
    pytest.importorskip("tomli_w")
    root = project(tmp_path / "project")
    for file, table in {
        "pyproject.toml": '[tool.cibuildwheel]\narchs = "all"\nlinux.environment = { SPAM = "1" }\n',
        "spam-wheel/pyproject.toml": '[tool.cibuildwheel]\narchs = "auto"\n',
    }.items():
        (root / file).write_text(f"{(root / file).read_text()}\n{table}")
    publishing(root, "wheels", PYTHONPATH=cibuildwheel(tmp_path / "other"))
    exporter, consumer = (
        toml.read(root / "dist" / "options" / f"{folder}.toml")["tool"]["cibuildwheel"]
        for folder in ("spam-wheel", "consumer-ext")
    )
    assert (exporter["archs"], consumer["archs"]) == ("auto", "all")
    assert exporter["linux"] == consumer["linux"]
    assert set(exporter["linux"]["environment"]) == {"CFLAGS", "CXXFLAGS", "SPAM"}
    assert "PIP_INDEX_URL" in exporter["linux"]["environment-pass"]


def test_overrides_are_applied_after_the_tools_and_a_text_replaces_a_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.cibuildwheel]\nbuild-frontend = "build"\n')
    own = '[[tool.cibuildwheel.overrides]]\nselect = "cp31?-*"\narchs = "all"\n'
    (tmp_path / "spam").mkdir()
    (tmp_path / "spam" / "pyproject.toml").write_text(f'[build-system]\nbuild-backend = "mesonpy"\n{own}')
    found = options(tmp_path, "spam")
    assert [override["select"] for override in found["overrides"]] == ["cp3??t-*", "cp31?-*"]
    assert found["build-frontend"] == "build"


def test_sdists_need_a_compiler(tmp_path: Path) -> None:
    said = refusal(publishing(project(tmp_path), "sdists", "dist", CC="no-such-compiler"))
    assert "there is no C compiler: no-such-compiler is not on PATH." in said


def test_pins_need_the_oldest_python(tmp_path: Path) -> None:
    said = refusal(publishing(project(tmp_path, PACKAGE.replace('requires-python = ">=3.10"\n', "")), "pins"))
    file = tmp_path / "spam-wheel" / "pyproject.toml"
    assert said.endswith(f'{file} must name the oldest Python to build for, in the form requires-python = ">=3.10"')


def test_uv_accepts_the_age_of_releases_that_pins_are_chosen_from() -> None:
    (age,) = re.findall(r"--exclude-newer=[^\"]+", Path(steps.__file__).with_name("pins.py").read_text())
    subprocess.run([sys.executable, "-m", "uv", "pip", "compile", "--quiet", age, "-"], input="", text=True, check=True)


def test_pins_need_uv(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['uv'] = None\n")
    said = refusal(publishing(project(tmp_path / "project"), "pins", PYTHONPATH=str(tmp_path)))
    assert said.endswith(f'uv is missing: run {sys.executable} -m pip install "library-wheel[publishing]"')


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "py-spam has no files"),
        (["other-1.0-py3-none-any.whl"], "other-1.0-py3-none-any.whl belongs to other, a package that "),
        (["consumer_ext-2.0-py3-none-any.whl"], "consumer_ext-2.0-py3-none-any.whl does not require py-spam"),
        (["py_spam-1.9-py3-none-any.whl"], "py-spam has version 1.9, but the tag is v2.0"),
        (
            ["py_spam-1.9-py3-none-any.whl", "py_spam-2.0-py3-none-any.whl"],
            "py-spam must have files of one version, but has 1.9, 2.0",
        ),
    ],
)
def test_files_that_do_not_fit_together_are_named(tmp_path: Path, files: list[str], said: str) -> None:
    dist = project(tmp_path) / "dist"
    dist.mkdir()
    for name in files:
        wheel(dist, name)
    result = publishing(tmp_path, "release", "dist", "v2.0")
    assert result.returncode == 1
    assert result.stderr.startswith("The files in dist can't be published:\n")
    assert any(line.startswith(said) for line in result.stderr.splitlines())


def test_a_private_package_has_no_files_to_publish(tmp_path: Path) -> None:
    dist = project(tmp_path) / "dist"
    dist.mkdir()
    wheel(dist, "consumer_ext-2.0-py3-none-any.whl")
    assert "consumer-ext has no sdist" in publishing(tmp_path, "release", "dist", "v2.0").stderr
    make_private(tmp_path / "consumer-ext")
    lines = publishing(tmp_path, "release", "dist", "v2.0").stderr.splitlines()
    assert [line for line in lines if "consumer-ext" in line] == [
        "consumer_ext-2.0-py3-none-any.whl belongs to consumer-ext, which has the classifier 'Private :: Do Not Upload'"
    ]


def test_a_pre_release_may_require_a_range_that_contains_it(tmp_path: Path) -> None:
    dist = project(tmp_path) / "dist"
    dist.mkdir()
    wheel(dist, "py_spam-2.0rc1-py3-none-any.whl")
    file = wheel(dist, "consumer_ext-2.0rc1-py3-none-any.whl", "py-spam>=1.9,<3")
    assert "requires" not in publishing(tmp_path, "release", "dist", "v2.0rc1").stderr
    wheel(dist, file.name, "py-spam>=2.0")
    said = f"{file.name} requires py-spam>=2.0, but the release has 2.0rc1"
    assert said in publishing(tmp_path, "release", "dist", "v2.0rc1").stderr


def test_files_to_publish_are_in_a_folder_that_exists(tmp_path: Path) -> None:
    said = refusal(publishing(project(tmp_path), "release", "dist", "v2.0"))
    assert said.endswith("error: dist is not a folder: name the folder with the files to publish")


def test_a_file_whose_name_has_no_version_is_named(tmp_path: Path) -> None:
    dist = project(tmp_path) / "dist"
    dist.mkdir()
    (dist / "spam.whl").write_bytes(b"")
    assert "dist/spam.whl: Invalid wheel filename" in refusal(publishing(tmp_path, "release", "dist", "v2.0"))


def step(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a step like in a build environment, where nothing is installed, and without this user's configuration."""
    command: list[str | Path] = [sys.executable, "-I", "-S", folder / STEPS.name, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A folder with the steps and the files that they read."""
    shutil.copy2(STEPS, tmp_path)
    shutil.copy2(STEPS.parents[1] / "layout_probe.py", tmp_path)
    (tmp_path / "packages.json").write_text(FACTS)
    return tmp_path


def test_the_steps_need_nothing_but_the_standard_library(dist: Path) -> None:
    result = step(dist, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.findall(r"^    (\w+)\b", result.stdout, re.MULTILINE) == ["exporters", "repair", "test"]


def test_a_folder_without_exporters_has_none_for_builds(dist: Path) -> None:
    # Without -S, since this step needs pip.
    command: list[str | Path] = [sys.executable, dist / STEPS.name, "exporters", dist]
    subprocess.run(command, check=True)
    assert list((dist / "exporters").iterdir()) == []
    assert (dist / "constraints.txt").read_text() == ""


def test_a_failure_of_pip_is_not_taken_for_a_folder_without_exporters(dist: Path) -> None:
    wheel(dist, "py_spam-2.0-py3-none-any.whl")
    result = subprocess.run(
        [sys.executable, dist / STEPS.name, "exporters", dist],
        env={**os.environ, "PIP_NO_INDEX": "perhaps"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert result.stderr.startswith(f"pip can't choose a wheel of py-spam from {dist}:\n")


def test_a_wheel_that_needs_no_exporter_is_tested(dist: Path) -> None:
    (dist / "exporters").mkdir()
    facts = FACTS.replace('"libraries": ["spam"]', '"libraries": []')
    (dist / "packages.json").write_text(facts)
    result = step(dist, "test", wheel(dist, "py_spam-2.0-py3-none-any.whl"), "exporters")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "py_spam-2.0-py3-none-any.whl: one copy of each library\n"


@pytest.mark.parametrize("module", ["py_spam", "consumer_ext"])
def test_a_wheel_without_its_extension_module_fails(dist: Path, module: str) -> None:
    (dist / "exporters").mkdir()
    file = wheel(dist, f"{module}-2.0-cp314-cp314t-linux_x86_64.whl", code="from . import _ext")
    result = step(dist, "test", file, "exporters")
    assert result.returncode == 1
    assert result.stderr.startswith(f"{file.name}: cannot import name '_ext' from ")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('import atexit\nprint("hello")\natexit.register(print, "bye")', ""),
        ("import os\nos._exit(0)", "py_spam can't be tested: Python ended with exit code 0\n\n"),
    ],
    ids=["prints", "ends"],
)
def test_a_wheel_may_print_while_it_is_tested_but_not_end_the_interpreter(dist: Path, code: str, said: str) -> None:
    (dist / "exporters").mkdir()
    (dist / "packages.json").write_text(FACTS.replace('"libraries": ["spam"]', '"libraries": []'))
    file = wheel(dist, "py_spam-2.0-py3-none-any.whl", code=code)
    result = step(dist, "test", file, "exporters")
    assert (result.returncode, result.stderr) == (bool(said), said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tests", "."], "argument STEP: invalid choice: 'tests'"),
        (["exporters", "nowhere"], "argument folder: nowhere does not exist"),
        (["test", "missing.whl", "."], "argument wheel: missing.whl does not exist"),
        (["test", "packages.json", "."], "argument wheel: packages.json is not a wheel"),
        (["test", "py_spam-2.0-py3-none-any.whl", "nowhere"], "argument exporters: nowhere does not exist"),
        (["test", "py_spam-2.0-py3-none-any.whl", ".", "--more"], "unrecognized arguments: --more"),
        (["repair", ".", "missing.whl", "out"], "argument wheel: missing.whl does not exist"),
        (["repair", "nowhere", "py_spam-2.0-py3-none-any.whl", "out"], "argument exporters: nowhere does not exist"),
        (["repair", ".", "py_spam-2.0-py3-none-any.whl", "out"], "is for any; only wheels for linux, macosx, win can"),
        (["test", "other-1.0-py3-none-any.whl", "."], "other-1.0-py3-none-any.whl belongs to no package in "),
    ],
)
def test_a_step_refuses_arguments_that_it_cannot_use(dist: Path, arguments: list[str], said: str) -> None:
    wheel(dist, "py_spam-2.0-py3-none-any.whl")
    wheel(dist, "other-1.0-py3-none-any.whl")
    assert said in refusal(step(dist, *arguments))


@pytest.mark.parametrize("arguments", [["exporters", "."], ["test", "py_spam-2.0-py3-none-any.whl", "."]])
def test_a_step_without_the_projects_facts_names_the_command_that_writes_them(dist: Path, arguments: list[str]) -> None:
    wheel(dist, "py_spam-2.0-py3-none-any.whl")
    (dist / "packages.json").unlink()
    said = refusal(step(dist, *arguments))
    assert said.endswith("is missing: run `python -m library_wheel.publishing wheels`, which writes it")


def test_a_repair_without_the_tool_for_it_names_that(dist: Path) -> None:
    # The environments of the tool's tests lack delocate.
    name = wheel(dist, "py_spam-2.0-py3-none-macosx_11_0_arm64.whl")
    said = refusal(step(dist, "repair", ".", name, "out"))
    assert said == f"delocate-wheel is neither on PATH nor a module of {sys.executable}: install delocate"
