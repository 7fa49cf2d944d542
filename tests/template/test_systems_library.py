"""A consumer is not built against the system's library, which has the same pkg-config name as the wheel's."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from support.meson import run_meson

Render = Callable[..., Path]

# A pkg-config that knows only the library of a Linux distribution, without the wheel's variables.
PKG_CONFIG = """
import sys
answers = {"--version": "1.8.0", "--modversion": "1.0.0"}
print(*(answer for option, answer in answers.items() if option in sys.argv))
"""


def test_the_error_names_the_wheel_and_says_why_it_was_not_found(render: Render, tmp_path: Path) -> None:
    consumer = shutil.copytree(render(name="spam") / "consumer-ext", tmp_path / "consumer-ext")
    (tmp_path / "pkg_config.py").write_text(PKG_CONFIG)
    (tmp_path / "native.ini").write_text(
        f"[binaries]\npkg-config = ['{sys.executable}', '{tmp_path / 'pkg_config.py'}']\n"
    )
    result = run_meson("setup", f"--native-file={tmp_path / 'native.ini'}", tmp_path / "build", consumer)
    assert result.returncode != 0
    assert "Meson found the system's libspam, not the wheel's. Python says: " in result.stdout
    assert "ModuleNotFoundError: No module named 'libspam'" in result.stdout
