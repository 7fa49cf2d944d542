"""A project requires the tool library-wheel from the template's own source, at the commit that was rendered."""

import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from library_wheel import toml
from library_wheel.project.sources import commit, copy_files
from library_wheel.variables import clean_environment

EXTRAS = ("test", "publishing", "workflows")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this repository, with uncommitted edits. Tests don't change it."""
    tree = tmp_path_factory.mktemp("source") / "library-wheel"
    copy_files(tree, ".")
    commit(tree)
    return tree


def head(clone: Path) -> str:
    """Return a clone's commit."""
    command = ["git", "rev-parse", "HEAD"]
    return subprocess.run(command, cwd=clone, check=True, capture_output=True, text=True).stdout.strip()


def rendered(source: str, cwd: Path, **variables: str) -> list[str]:
    """Run copier in a folder, with a source that a user typed; return the requirements of the tool, one per extra."""
    only = ["--exclude=*", "--exclude=!pyproject.toml"]
    command = [sys.executable, "-m", "copier", "copy", "--defaults", "--data=name=spam", *only, source]
    project = cwd / "project"
    environment = {**os.environ, **variables}
    result = subprocess.run([*command, project], cwd=cwd, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    groups = toml.read(project / "pyproject.toml")["dependency-groups"]
    return [requirement for extra in EXTRAS for requirement in groups[extra]]


def of(url: str) -> list[str]:
    """Return a project's requirements of the tool at a URL."""
    return [f"library-wheel[{extra}] @ {url}" for extra in EXTRAS]


@pytest.mark.parametrize(
    ("source", "cloned", "url"),
    [
        ("gh:owner/name", "https://github.com/owner/name.git", "git+https://github.com/owner/name"),
        ("gl:owner/name", "https://gitlab.com/owner/name.git", "git+https://gitlab.com/owner/name"),
        (
            "https://example.invalid/name.git",
            "https://example.invalid/name.git",
            "git+https://example.invalid/name.git",
        ),
        ("git+https://example.invalid/name", "https://example.invalid/name", "git+https://example.invalid/name"),
        (
            "git@example.invalid:owner/name.git",
            "git@example.invalid:owner/name.git",
            "git+ssh://git@example.invalid/owner/name.git",
        ),
    ],
)
def test_from_a_remote_repository_the_requirement_names_the_commit(
    clone: Path, tmp_path: Path, source: str, cloned: str, url: str
) -> None:
    # git replaces copier's URL by that of the clone.
    instead = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{clone}.insteadOf", "GIT_CONFIG_VALUE_0": cloned}
    assert rendered(source, tmp_path, **instead) == of(f"{url}@{head(clone)}#subdirectory=tool")


@pytest.mark.parametrize("source", ["{clone}", "../{clone.name}", "~/{clone.name}", "git+file://{clone}"])
def test_from_a_clone_on_this_machine_the_requirement_names_the_commit(clone: Path, source: str) -> None:
    folder = clone.parent / "cwd"
    folder.mkdir()
    try:
        # ~ is the value of HOME.
        said = rendered(source.format(clone=clone), folder, HOME=str(clone.parent), GIT_CONFIG_GLOBAL=os.devnull)
    finally:
        shutil.rmtree(folder)
    assert said == of(f"git+file://{clone}@{head(clone)}#subdirectory=tool")


@pytest.mark.parametrize("source", ["{folder}", "git+file://{folder}"])
def test_spaces_and_special_characters_in_a_folder_are_encoded(clone: Path, tmp_path: Path, source: str) -> None:
    folder = shutil.copytree(clone, tmp_path / "wheels ünd @ more")
    (said, *_) = rendered(source.format(folder=folder), tmp_path)
    url = f"git+{folder.as_uri()}"
    assert said.replace("%40", "@") == of(f"{url.replace('%40', '@')}@{head(folder)}#subdirectory=tool")[0]
    assert Requirement(said).url is not None


def test_from_a_clone_with_uncommitted_changes_the_requirement_names_the_folder(clone: Path, tmp_path: Path) -> None:
    changed = shutil.copytree(clone, tmp_path / "changed")
    (changed / "new.txt").write_text("new\n")
    assert rendered(str(changed), tmp_path) == of(f"{changed.as_uri()}/tool")


def test_from_a_folder_that_is_not_a_clone_the_requirement_names_the_folder(clone: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(clone, tmp_path / "an export", ignore=shutil.ignore_patterns(".git"))
    assert rendered("an export", tmp_path) == of(f"{folder.as_uri()}/tool")


@pytest.fixture(scope="module")
def _index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip tests if pip can't reach the index, which has the tool's build requirements."""
    folder = tmp_path_factory.mktemp("downloaded")
    command: list[str | Path] = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
    result = subprocess.run([*command, "hatchling>=1.27"], env=clean_environment(), capture_output=True, text=True)
    if result.returncode != 0:
        pytest.skip(f"pip can't download hatchling: {result.stderr.splitlines()[-1]}")


def installed(requirement: str, environment: Path, **variables: str) -> dict[str, object]:
    """Let pip install a requirement into a new virtual environment; return pip's record of its source."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps"]
    variables = clean_environment(variables)
    result = subprocess.run([*pip, requirement], env=variables, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    code = "import importlib.metadata as m; print(m.distribution('library-wheel').read_text('direct_url.json'))"
    (module,) = environment.glob("lib/python3*/site-packages/library_wheel")
    assert (module / "pytest_plugin.py").is_file()
    recorded: dict[str, object] = json.loads(subprocess.check_output([python, "-I", "-c", code]))
    return recorded


def at(commit: str) -> dict[str, str]:
    """Return pip's record of a commit."""
    return {"commit_id": commit, "requested_revision": commit, "vcs": "git"}


@pytest.mark.usefixtures("_index")
def test_pip_installs_the_tool_from_a_folder(clone: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(clone, tmp_path / "an expört", ignore=shutil.ignore_patterns(".git"))
    requirement, *_ = rendered("an expört", tmp_path)
    assert installed(requirement, tmp_path / "environment") == {
        "dir_info": {},
        "url": f"{folder.as_uri()}/tool",
    }


@pytest.mark.usefixtures("_index")
def test_pip_installs_the_tool_from_a_clone_at_the_commit(clone: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(clone, tmp_path / "a clöne")
    requirement, *_ = rendered(f"git+file://{folder}", tmp_path)
    before = head(folder)
    (folder / "tool" / "pyproject.toml").unlink()
    git = ["git", "-c", "user.name=tests", "-c", "user.email=tests@example.invalid"]
    subprocess.run([*git, "commit", "--quiet", "--all", "--message=Later"], cwd=folder, check=True)
    assert installed(requirement, tmp_path / "environment")["vcs_info"] == at(before)


@pytest.fixture
def served(clone: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A bare clone behind TLS: its URL, and the certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes a certificate, is not on PATH")
    bare = tmp_path / "served" / "library-wheel.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", clone, bare], check=True)
    # Pack all objects into one file, to avoid a request for each.
    subprocess.run(["git", "repack", "-a", "-d", "--quiet"], cwd=bare, check=True)
    subprocess.run(["git", "update-server-info"], cwd=bare, check=True)
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run([*request, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    server = ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=str(bare.parent)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_port}/library-wheel.git", certificate
    server.shutdown()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    """Serve files without a log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.usefixtures("_index")
def test_pip_installs_the_tool_over_https_at_the_commit(clone: Path, served: tuple[str, Path], tmp_path: Path) -> None:
    url, certificate = served
    trust = {"GIT_SSL_CAINFO": str(certificate), "no_proxy": "localhost"}
    requirement, *_ = rendered(f"git+{url}", tmp_path, **trust)
    assert requirement == of(f"git+{url}@{head(clone)}#subdirectory=tool")[0]
    assert installed(requirement, tmp_path / "environment", **trust)["vcs_info"] == at(head(clone))
