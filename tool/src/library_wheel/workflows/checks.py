"""Checks of a repository's hosted workflows. Each function returns what is wrong with those below `root`."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from cibuildwheel.bashlex_eval import local_environment_executor
from cibuildwheel.options import BuildOptions, CommandLineArguments, Options
from cibuildwheel.typing import PlatformName
from cibuildwheel.util.resources import CIBUILDWHEEL_SCHEMA
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from .. import pyproject
from ..processes import CommandError
from ..project.builds import PINS, build_system, hardening
from ..project.hosted import tox_settings
from ..project.packages import EXPORTERS, PACKAGES
from ..publishing.options import options as cibuildwheel_options
from ..publishing.wheels import write_options

# Commands that a step may run besides tox: they install tox, prepare the checkout, or show output.
PREPARATIONS = (
    r"(\.venv/bin/)?pip install tox",
    r"python3 -m venv \.venv && \.venv/bin/pip install tox",
    r"(sudo )?apt-get update && (sudo )?apt-get install --yes --no-install-recommends [a-z0-9 +-]+",
    r'git config --global --add safe\.directory "\$GITHUB_WORKSPACE"',
    r"python3? [\w-]+-wheel/make_prefix\.py( --again)?",
    r'cat \.tox/results/portability\.md >> "\$GITHUB_STEP_SUMMARY"',
)

# The settings of an environment that `tox config` can show without its interpreter.
SETTINGS = (
    *("allowlist_externals", "base_python", "commands", "commands_pre", "deps", "description", "env_list"),
    *("min_version", "pass_env", "set_env", "skip_install"),
)

# Variables that configure downloads, for Python and CMake, pip, uv, requests and curl, git, Node and npm.
DOWNLOADS = (
    *("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "all_proxy", "http_proxy", "https_proxy", "no_proxy"),
    *("SSL_CERT_DIR", "SSL_CERT_FILE", "NETRC", "XDG_CONFIG_HOME"),
    *("PIP_CERT", "PIP_CONFIG_FILE", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "PIP_TRUSTED_HOST"),
    *("SSL_CLIENT_CERT", "UV_CONFIG_FILE", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS"),
    *("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("GIT_CONFIG_GLOBAL", "GIT_PROXY_SSL_CAINFO", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"),
    *("NODE_EXTRA_CA_CERTS", "NODE_OPTIONS", "NODE_USE_ENV_PROXY", "NODE_USE_SYSTEM_CA"),
    *("NPM_CONFIG_CAFILE", "NPM_CONFIG_REGISTRY", "npm_config_cafile", "npm_config_https_proxy", "npm_config_registry"),
)

TOX = re.compile(r"(\.venv/bin/)?tox run( --skip-missing-interpreters=false)?( -e (?P<environments>\S+))?( -- .+)?")


def workflows(root: Path) -> dict[str, dict[str, Any]]:
    """Return the workflows by the names of their files."""
    files = sorted((root / ".github" / "workflows").glob("*.yml"))
    return {file.name: yaml.safe_load(file.read_text(encoding="utf-8")) for file in files}


def steps(root: Path) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield each step, with the name of its workflow and its job."""
    for name, workflow in workflows(root).items():
        for job in workflow["jobs"].values():
            yield from ((name, job, step) for step in job.get("steps", []))


def schema(root: Path) -> list[str]:
    """Validate the files with GitHub's schemas."""
    files = sorted((root / ".github" / "workflows").glob("*.yml"))
    problems = tool("check-jsonschema", "--builtin-schema=vendor.github-workflows", *files)
    return problems + tool(
        "check-jsonschema", "--builtin-schema=vendor.dependabot", root / ".github" / "dependabot.yml"
    )


def audit(root: Path) -> list[str]:
    """Let zizmor look for weaknesses, including those with low confidence."""
    return tool("zizmor", "--offline", "--persona=pedantic", "--no-progress", "--quiet", root / ".github")


def commands(root: Path) -> list[str]:
    """Return commands other than tox, and environments of tox that don't exist."""
    listing: list[str | Path] = [sys.executable, "-m", "tox", "--root", root, "list", "--no-desc", "-q"]
    known = set(subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split())
    found = []
    for name, job, step in steps(root):
        command = step.get("run", "").strip()
        if not command or any(re.fullmatch(preparation, command) for preparation in PREPARATIONS):
            continue
        if not (tox := TOX.fullmatch(command)):
            found.append(f"{name} runs `{command}`. Let an environment of tox run it, so that developers can as well")
            continue
        unknown = {*environments(tox["environments"] or step["env"]["TOXENV"], job)} - known
        found += [f"{name} runs tox's environment {environment}, which does not exist" for environment in unknown]
    return found


def environments(text: str, job: dict[str, Any]) -> list[str]:
    """Return the environments that a command names, directly or through the job's matrix."""
    if not (variable := re.fullmatch(r"\$\{\{ matrix\.(\w+) \}\}", text)):
        return text.split(",")
    matrix = job["strategy"]["matrix"]
    return [*matrix[variable[1]], *(entry[variable[1]] for entry in matrix.get("include", []))]


def pins(root: Path) -> list[str]:
    """Return the actions that are not pinned to one commit everywhere, with its version in a comment."""
    commits: dict[str, str] = {}
    found = []
    for file in sorted((root / ".github" / "workflows").glob("*.yml")):
        for action in re.findall(r"uses: (?!\$/)(.+)", file.read_text(encoding="utf-8")):
            if not (pinned := re.fullmatch(r"(\S+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)", action)):
                found.append(
                    f"{file.name} uses {action}. Pin it to a commit, and add the version as a comment: # v1.2.3"
                )
            elif commits.setdefault(pinned[1], pinned[2]) != pinned[2]:
                found.append(f"{file.name} uses {action}, another has {commits[pinned[1]]}")
    return found


def references(root: Path) -> list[str]:
    """Return the jobs and the variables of a job's matrix that are named but don't exist."""
    found = []
    for name, workflow in workflows(root).items():
        for key, job in workflow["jobs"].items():
            matrix = job.get("strategy", {}).get("matrix", {})
            named = set(re.findall(r"matrix\.(\w+)", json.dumps(job)))
            found += [f"{name}: {key} has no matrix.{variable}" for variable in named - set(matrix)]
            found += [f"{name}: {key} needs {other}, which is no job" for other in needs(job) - set(workflow["jobs"])]
    return found


def publication(root: Path) -> list[str]:
    """Return jobs that could publish too early: untested or unchecked files, consumers before exporters, or no tag."""
    jobs = workflows(root)["ci.yml"]["jobs"]
    found = []
    # PyPI's trusted publishing needs this permission.
    for key in (key for key, job in jobs.items() if job.get("permissions", {}).get("id-token") == "write"):
        earlier = needed(key, jobs)
        before = ("tests", "wheels", "check") if key == "exporters" else ("exporters",)
        found += [f"ci.yml: {key} is published before {other}" for other in before if other not in earlier]
        # A job is skipped if one that it needs is.
        if not any("github.ref_type == 'tag'" in str(jobs[name].get("if")) for name in (key, *earlier)):
            found.append(f"ci.yml: {key} is published without a tag")
    return found


def needed(key: str, jobs: dict[str, dict[str, Any]]) -> set[str]:
    """Return the jobs that must end before another begins, directly or not."""
    return {name for other in needs(jobs[key]) & jobs.keys() for name in (other, *needed(other, jobs))}


def needs(job: dict[str, Any]) -> set[str]:
    """Return the jobs that a job names as needed."""
    named = job.get("needs", [])
    return {named} if isinstance(named, str) else {*named}


def artifacts(root: Path) -> list[str]:
    """Return the files that would not be uploaded for publishing, or would be with the wrong kind of package."""
    uploads = {
        step["with"]["name"].partition("-")[0]: step["with"]["path"].split()
        for name, _, step in steps(root)
        if name == "ci.yml" and "upload-artifact" in step.get("uses", "")
    }
    found = []
    for name in (name for name, package in PACKAGES.items() if package.published):
        right = ["exporters" if name in EXPORTERS else "consumers"]
        for suffix in (".tar.gz", "-py3-none-any.whl"):
            file = f"dist/{canonicalize_name(name).replace('-', '_')}-1.0{suffix}"
            uploaded = [artifact for artifact, patterns in uploads.items() if selected(file, patterns)]
            if uploaded != right:
                found.append(f"ci.yml uploads {file} as {', '.join(uploaded) or 'nothing'}, not as {right[0]}")
    return found


def selected(file: str, patterns: list[str]) -> bool:
    """Return whether actions/upload-artifact would upload a file. Patterns that begin with "!" exclude files."""
    fits = {pattern[:1] == "!" for pattern in patterns if fnmatchcase(file, pattern.removeprefix("!"))}
    return fits == {False}


def limits(root: Path) -> list[str]:
    """Return the jobs that may run for hours, and the workflows that may run many times at once."""
    found = [
        f"{name} has no concurrency" for name, workflow in workflows(root).items() if "concurrency" not in workflow
    ]
    for name, workflow in workflows(root).items():
        jobs = {key: job for key, job in workflow["jobs"].items() if "uses" not in job}
        found += [f"{name}: {key} has no timeout-minutes" for key, job in jobs.items() if "timeout-minutes" not in job]
    return found


def pinned(root: Path) -> list[str]:
    """Return the requirements of builds that build-requirements.txt lacks, in that version and with a hash."""
    if not (root / PINS.name).is_file():
        return []
    entries = re.findall(r"^(\S+)==(\S+)(?: ;.*)? \\\n    --hash=", (root / PINS.name).read_text(), re.MULTILINE)
    found = []
    for package in PACKAGES.values():
        for requirement in map(Requirement, build_system(root / package.folder)["requires"]):
            has = {version for name, version in entries if name == canonicalize_name(requirement.name)}
            if requirement.name not in PACKAGES and not any(requirement.specifier.filter(has)):
                found.append(
                    f"{package.folder} requires {requirement}, which {PINS.name} doesn't pin: run `tox -e pins`"
                )
    return found


def hardened(root: Path) -> list[str]:
    """Return an error if published wheels for Linux would be compiled with other options than in tests."""
    environment = resolved(root, "linux", next(iter(PACKAGES.values())).folder).environment
    said = environment.as_dictionary(dict(os.environ), local_environment_executor)
    return [
        f"for Linux, [tool.cibuildwheel] in pyproject.toml has {name}={said[name]}, not {hardening()}"
        for name in ("CFLAGS", "CXXFLAGS")
        if said[name] != hardening()
    ]


def options(root: Path) -> list[str]:
    """Return the options that cibuildwheel does not know."""
    validator = jsonschema.Draft7Validator(json.loads(CIBUILDWHEEL_SCHEMA.read_text(encoding="utf-8")))
    return [
        f"{package.folder}: {error.message}"
        for package in PACKAGES.values()
        for error in validator.iter_errors(cibuildwheel_options(root, package.folder))
    ]


def environments_load(root: Path) -> list[str]:
    """Return tox's messages about the environments that it can't load."""
    try:
        tox_settings(root, *SETTINGS)
    except CommandError as error:
        return str(error).splitlines()
    return []


def passed(root: Path) -> list[str]:
    """Return the variables for downloads that an environment doesn't pass."""
    return [
        f"{name} does not pass {', '.join(missing)}"
        for name, settings in tox_settings(root, "pass_env").items()
        if name != "tox" and (missing := [variable for variable in DOWNLOADS if not passes(settings, variable)])
    ]


def passes(settings: dict[str, list[str]], variable: str) -> bool:
    """Return whether an environment passes a variable. tox's patterns ignore case."""
    return any(fnmatchcase(variable.lower(), pattern.lower()) for pattern in settings["pass_env"])


def versions(root: Path) -> list[str]:
    """Return the files whose versions of CPython differ from tox's list of environments."""
    listed = " ".join(tox_settings(root, "env_list")["tox"]["env_list"])
    wanted = {f"3.{minor}" for minor in re.findall(r"\bpy3(\d+)\b", listed)}
    said = {}
    for name, job, step in steps(root):
        names = step.get("env", {}).get("TOXENV")
        if names and (minors := re.findall(r"\bpy3(\d+)\b", " ".join(environments(names, job)))):
            said[f"{name}, environments"] = {f"3.{minor}" for minor in minors}
            (setup,) = (step for step in job["steps"] if "setup-python" in step.get("uses", ""))
            installed = setup["with"]["python-version"].split()
            said[f"{name}, interpreters"] = {version for version in installed if not version.endswith("t")}
    newest = max(map(minor, wanted))
    for package in PACKAGES.values():
        project = pyproject.read(root / package.folder)["project"]
        allowed = SpecifierSet(project["requires-python"]).filter(f"3.{minor}" for minor in range(newest + 1))
        said[f"{package.folder}, requires-python"] = set(allowed)
        if named := {text.rpartition(" ")[2] for text in project["classifiers"] if re.search(r":: 3\.\d+$", text)}:
            said[f"{package.folder}, classifiers"] = named
    exporter = next(iter(PACKAGES.values())).folder
    builds, by_default = (
        {f"3.{minor}" for minor in re.findall(r"^cp3(\d+)-many", found, re.MULTILINE)}
        for found in (identifiers(root, "linux", exporter), identifiers(root, "linux", exporter, options=False))
    )
    # A version that a new cibuildwheel adds or drops is no mistake in the project, which may not have changed.
    added = {version for version in by_default - wanted if minor(version) > newest}
    dropped = wanted - by_default
    said["cibuildwheel"] = (builds - added) | dropped
    differences = {who: sorted(its ^ wanted, key=minor) for who, its in said.items()}
    return [f"{who}: {which}, not as in tox.ini" for who, which in differences.items() if which]


def minor(version: str) -> int:
    """Return the minor version, a key for sorting."""
    return int(version.partition(".")[2])


def resolved(root: Path, platform: PlatformName, folder: str) -> BuildOptions:
    """Return cibuildwheel's options for a package, as cibuildwheel itself resolves them."""
    with tempfile.TemporaryDirectory() as files:
        write_options(root, Path(files) / "options")
        arguments = CommandLineArguments.defaults()
        arguments.config_file, arguments.package_dir = f"{files}/options/{Path(folder).name}.toml", root / folder
        return Options(platform, arguments, {}).build_options(None)


def identifiers(root: Path, platform: str, folder: str, *, options: bool = True) -> str:
    """Return the wheels that cibuildwheel would build for a package, or its errors about options, one a line.

    Without `options`, cibuildwheel has its defaults instead of the package's options.
    """
    command = [sys.executable, "-m", "cibuildwheel", "--platform", platform, "--print-build-identifiers"]
    with tempfile.TemporaryDirectory() as files:
        write_options(root, Path(files) / "options")
        file = Path(files) / "options" / f"{Path(folder).name}.toml"
        if not options:
            file.write_text("", encoding="utf-8")
        command += [f"--config-file={file}", folder]
        return subprocess.run(command, cwd=root, capture_output=True, text=True).stdout


def tool(name: str, *arguments: str | Path) -> list[str]:
    """Run a program of this environment; return its output if it fails."""
    program = shutil.which(name, path=Path(sys.executable).parent)
    assert program, f"{name} is not beside {sys.executable}"
    result = subprocess.run([program, *arguments], capture_output=True, text=True)
    return [] if result.returncode == 0 else [result.stdout + result.stderr]
