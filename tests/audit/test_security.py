"""The claims of docs/security.md about what an import may load, unless another test shows them."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from library_wheel.project.layouts import Layout, Layouts
from library_wheel.project.packages import LIBRARY_FILE, ROOT
from library_wheel.project.wheel_files import members
from library_wheel.project.wheels import Wheelhouse

LOADED = "import libfoo; result = libfoo.get_loaded_library()"


@pytest.fixture
def layout(layouts: Layouts, wheels: Wheelhouse) -> Layout:
    """Exporter and consumer, in a folder of their own."""
    return layouts.private(wheels.repaired("libfoo"), wheels.repaired("consumer-ext"))


@pytest.fixture
def here(layout: Layout, tmp_path: Path) -> Path:
    """A folder with another copy of the library."""
    library = Path(layout.evaluate("import libfoo; result = libfoo.get_library()"))
    shutil.copy2(library, tmp_path)
    return tmp_path


def test_a_library_in_the_current_folder_is_not_taken(
    layouts: Layouts, wheels: Wheelhouse, layout: Layout, here: Path
) -> None:
    layout.assert_one_copy("consumer-ext", cwd=here)
    alone = layouts.private(wheels.repaired("consumer-ext"))
    message = alone.error("consumer_ext", cwd=here)["message"]
    assert "The package libfoo is not installed; the loader searched" in message


def test_an_empty_entry_in_the_loaders_path_is_the_current_folder(layout: Layout, here: Path) -> None:
    asked = layout.with_environment(LD_LIBRARY_PATH=":")
    assert asked.evaluate(LOADED, cwd=here) == str(here / LIBRARY_FILE)


def test_an_exporter_earlier_on_the_path_is_the_one_that_is_imported(
    layouts: Layouts, wheels: Wheelhouse, layout: Layout
) -> None:
    earlier = layouts.private(wheels.repaired("libfoo")).homes["libfoo"]
    both = layout.with_environment(PYTHONPATH=f"{earlier}:{layout.homes['libfoo']}")
    library_in_use = both.evaluate(f"import consumer_ext; {LOADED}")
    assert library_in_use == str(earlier / "libfoo" / LIBRARY_FILE)


def test_the_bill_of_materials_has_the_hashes_of_the_sources(wheels: Wheelhouse) -> None:
    text = members(wheels.repaired("libfoo"))["libfoo-1.1.0.dist-info/sboms/libfoo.cdx.json"]
    (library,) = json.loads(text)["components"]
    stated = {part["name"]: part["hashes"] for part in library["components"]}
    assert stated.keys() == {"foo.c", "hash.c", "intern.c", "foo.h", "foo_version.h"}
    for file in [*(ROOT / "libfoo" / "src").glob("*.c"), ROOT / "libfoo" / "include" / "foo.h"]:
        assert stated[file.name] == [{"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}]


def test_each_claim_names_tests_that_exist() -> None:
    rows = [line for line in (ROOT / "docs" / "security.md").read_text().splitlines() if line.startswith("| ")]
    claims = [row for row in rows if row != "| claim | shown by |"]
    assert len(claims) > 10
    for claim in claims:
        named = re.findall(r"`((?:tests|tool)/\S+\.py)::(\w+)`", claim)
        assert named, claim
        for file, test in named:
            assert f"\ndef {test}(" in (ROOT / file).read_text(), test
