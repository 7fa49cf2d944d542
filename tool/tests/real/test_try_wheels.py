"""`library-wheel try` works on wheels from PyPI that share a library."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the copies' names are those of Linux")


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--dest", tmp_path]
    result = subprocess.run([*command, "robotpy-wpiutil"], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        pytest.skip(f"pip can't download robotpy-wpiutil: {result.stderr.strip().splitlines()[-1]}")
    return tmp_path


def test_robotpys_packages_share_one_copy_across_site_packages(wheels: Path) -> None:
    options = ["--layouts=system,venv", "--import=robotpy-wpiutil=wpiutil", "--json"]
    command = [sys.executable, "-m", "library_wheel", "try", wheels, *options]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    trials = json.loads(result.stdout)["trials"]
    assert len(trials) == 4
    for trial in trials:
        copy = f"<{trial['exporter_in']}>/native/wpiutil/lib/libwpiutil.so"
        assert trial["copies"] == {"libwpiutil.so": [copy]}
