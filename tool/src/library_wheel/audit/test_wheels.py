"""The wheels to publish contain what they should, and nothing else."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import parse_wheel_filename
from packaging.version import Version

from ..project.elf import read_elf
from ..project.extras import only_with
from ..project.libraries import compile_library
from ..project.packages import (
    BINARY,
    CONSUMER,
    CONSUMERS,
    EXPORTER,
    EXPORTERS,
    LIBRARIES,
    LIBRARY_FILE,
    MODULE,
    PACKAGES,
    ROOT,
)
from ..project.wheel_files import (
    binaries,
    complaint_about_paths,
    members,
    own_folders,
    paths_of_this_machine,
    rewritten,
    tool,
)
from ..project.wheels import Wheelhouse
from ..variables import clean_environment

has_bill_of_materials = only_with("sbom/sbom.py")

STUB = f"{MODULE}/_init.abi3.so"
LIBRARY = f"{MODULE}/{LIBRARY_FILE}"

EXTENSION_CONSUMERS = [name for name in CONSUMERS if name in BINARY]
STABLE_ABI = [name for name in BINARY if PACKAGES[name].stable_abi]
PUBLISHED = [name for name, package in PACKAGES.items() if package.published]


@pytest.mark.parametrize("distribution", PACKAGES)
def test_a_wheel_holds_no_symbolic_link(wheels: Wheelhouse, distribution: str) -> None:
    with zipfile.ZipFile(wheels.repaired(distribution)) as archive:
        kinds = {info.external_attr >> 28 for info in archive.infolist()}
    assert 0o12 not in kinds
    assert 0o10 in kinds  # regular files: the kinds are recorded


def test_the_exporters_libraries_keep_their_names_and_place(wheels: Wheelhouse) -> None:
    found = binaries(wheels.repaired(EXPORTER))
    needed = found.pop(STUB).needed
    assert LIBRARY in found
    assert len(found) == len(PACKAGES[EXPORTER].libraries)
    assert {name: f"{MODULE}/{elf.soname}" for name, elf in found.items()} == {name: name for name in found}
    assert {elf.soname for elf in found.values()} <= set(needed)


@pytest.mark.parametrize("consumer", EXTENSION_CONSUMERS)
def test_a_consumer_needs_the_library_and_does_not_bundle_it(wheels: Wheelhouse, consumer: str) -> None:
    found = binaries(wheels.repaired(consumer))
    assert found
    assert all(LIBRARY_FILE in elf.needed and elf.soname is None for elf in found.values())
    assert copies(wheels.repaired(consumer)) == []


def test_without_exclude_the_library_would_be_bundled(wheels: Wheelhouse, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheels.repaired(EXPORTER)) as archive:
        archive.extractall(tmp_path)
    environment = clean_environment({"LD_LIBRARY_PATH": str(tmp_path / MODULE)})
    command: list[str | Path] = [sys.executable, "-m", "auditwheel", "repair", "-w", tmp_path, wheels.wheel(CONSUMER)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    (bundling,) = tmp_path.glob("*.whl")
    (copy,) = copies(bundling)
    assert copy.startswith(f"{PACKAGES[CONSUMER].module}.libs/")


def copies(wheel: Path) -> list[str]:
    """Return the copies of the exporter's library in a wheel: auditwheel adds a hash to the file's name."""
    stem = re.escape(LIBRARY_FILE.partition(".so")[0])
    return [name for name in members(wheel) if re.fullmatch(rf"{stem}(-[0-9a-f]+)?[.]so[0-9.]*", Path(name).name)]


@pytest.mark.parametrize("distribution", BINARY)
def test_a_repaired_wheel_has_a_manylinux_tag(wheels: Wheelhouse, distribution: str) -> None:
    assert "-linux_" in wheels.wheel(distribution).name
    assert "-manylinux" in wheels.repaired(distribution).name


@pytest.mark.parametrize("distribution", STABLE_ABI)
def test_one_wheel_works_with_all_versions_of_cpython(wheels: Wheelhouse, distribution: str) -> None:
    assert "-abi3-" in wheels.repaired(distribution).name


def test_auditwheel_finds_the_exporter_consistent_with_its_tag(wheels: Wheelhouse) -> None:
    tags = {tag.platform for tag in parse_wheel_filename(wheels.repaired(EXPORTER).name)[3]}
    # The report names the file, the platform, and then the platforms that single properties would allow.
    platform, *_ = re.findall(r'"(\w+)"', tool("auditwheel", "show", wheels.repaired(EXPORTER)).stdout)
    assert platform in tags


@pytest.mark.parametrize("consumer", [name for name in CONSUMERS if name not in EXTENSION_CONSUMERS])
def test_a_pure_consumers_wheel_is_for_every_platform(wheels: Wheelhouse, consumer: str) -> None:
    assert wheels.repaired(consumer).name.endswith("-py3-none-any.whl")


@pytest.mark.parametrize("consumer", EXTENSION_CONSUMERS)
def test_a_consumer_has_no_runpath(wheels: Wheelhouse, consumer: str) -> None:
    for elf in binaries(wheels.repaired(consumer)).values():
        assert (elf.rpath, elf.runpath) == (None, None)


def test_a_file_that_needs_a_library_beside_itself_looks_only_there_and_others_nowhere(wheels: Wheelhouse) -> None:
    found = binaries(wheels.repaired(EXPORTER))
    own = {elf.soname for elf in found.values()} - {None}
    needing = {name for name, elf in found.items() if own.intersection(elf.needed)}
    assert STUB in needing
    assert {name: elf.runpath for name, elf in found.items()} == {
        name: "$ORIGIN" if name in needing else None for name in found
    }
    assert all(elf.rpath is None for elf in found.values())


@pytest.mark.parametrize("distribution", BINARY)
def test_a_binary_exports_its_init_function_only(wheels: Wheelhouse, distribution: str) -> None:
    for name, elf in binaries(wheels.repaired(distribution)).items():
        if elf.soname is None:
            assert list(elf.exports) == ["PyInit_" + Path(name).name.partition(".")[0]]


@pytest.mark.parametrize(
    ("change", "attribute", "value"),
    [
        (["--set-execstack"], "executable_stack", True),
        (["--set-rpath", "/nowhere"], "runpath", "/nowhere"),
        (["--force-rpath", "--set-rpath", "/nowhere"], "rpath", "/nowhere"),
    ],
)
def test_an_executable_stack_and_a_search_path_would_be_noticed(
    tmp_path: Path, change: list[str], attribute: str, value: object
) -> None:
    library = compile_library(tmp_path / "libempty.so", "")
    assert getattr(read_elf(library.read_bytes()), attribute) != value
    subprocess.run(["patchelf", *change, library], check=True)
    assert getattr(read_elf(library.read_bytes()), attribute) == value


@pytest.mark.parametrize("distribution", PACKAGES)
def test_no_build_path_is_left_in_a_wheel(wheels: Wheelhouse, distribution: str) -> None:
    assert complaint_about_paths(wheels.repaired(distribution)) == ""
    assert complaint_about_paths(wheels.wheel(distribution)) == ""


@pytest.mark.parametrize(
    "path",
    [
        *(f"{folder}/spam.c" for folder in own_folders()),
        "/tmp/tmpab_de12g/build",
        "/tmp/build-via-sdist-ab/spam.c",
        "/a/.mesonpy-1",
    ],
)
def test_a_build_path_would_be_noticed_and_named(tmp_path: Path, path: str) -> None:
    wheel = with_text(tmp_path, path)
    assert paths_of_this_machine(wheel) == {"leaking/_ext.so": path}
    assert (
        f"\nleaking/_ext.so contains {path}\nThese folders exist on the build machine only. "
        in complaint_about_paths(wheel)
    )


def with_text(folder: Path, text: str) -> Path:
    """Make a wheel with an extension that contains a text."""
    wheel = folder / "leaking.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("leaking/_ext.so", b"\x7fELF...\0%s\0..." % text.encode())
        archive.writestr("leaking/__init__.py", b"")
    return wheel


@pytest.mark.parametrize(
    ("home", "text", "found"),
    [
        ("/", "https://example.invalid", ""),
        ("/src", "libspam/src/spam.c", ""),
        ("/src", "../src/spam.c", ""),
        ("/src", "/src/spam.c", "/src/spam.c"),
        ("/src", "cc -I/src/spam", "-I/src/spam"),
    ],
)
def test_a_short_path_is_noticed_only_where_it_is_no_part_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str, text: str, found: str
) -> None:
    monkeypatch.setenv("HOME", home)
    assert paths_of_this_machine(with_text(tmp_path, text)) == ({"leaking/_ext.so": found} if found else {})


def test_a_path_in_upstreams_documentation_is_not_a_build_path(tmp_path: Path) -> None:
    wheel = tmp_path / "documented.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("documented/include/H5.h", b"/* Opens /tmp/A.h5, or /tmp/tmp.txt. */")
    assert complaint_about_paths(wheel) == ""


@pytest.mark.parametrize("distribution", STABLE_ABI)
def test_abi3audit_finds_only_the_stable_abi_in_a_wheel(wheels: Wheelhouse, distribution: str) -> None:
    result = tool("abi3audit", "--strict", "--assume-minimum-abi3", "3.10", wheels.repaired(distribution))
    assert result.returncode == 0, result.stderr


def test_a_function_outside_the_stable_abi_would_be_noticed(wheels: Wheelhouse, tmp_path: Path) -> None:
    def edit(_name: str, content: bytes) -> bytes:
        return content.replace(b"\0PyModuleDef_Init\0", b"\0PyCode_Addr2Line\0")

    broken = rewritten(wheels.repaired(EXPORTER), tmp_path, edit)
    result = tool("abi3audit", "--strict", "--verbose", "--assume-minimum-abi3", "3.10", broken)
    assert result.returncode == 1
    assert "PyCode_Addr2Line" in result.stdout + result.stderr


@has_bill_of_materials
@pytest.mark.parametrize("distribution", EXPORTERS)
def test_an_exporter_has_a_valid_bill_of_materials_of_its_library(wheels: Wheelhouse, distribution: str) -> None:
    wheel = wheels.repaired(distribution)
    text = bill_of_materials(wheel)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    (library,) = json.loads(text)["components"]
    _, version, _, _ = parse_wheel_filename(wheel.name)
    name = f"lib{PACKAGES[distribution].libraries[0]}"
    assert (library["name"], Version(library["version"])) == (name, Version(version.base_version))
    assert library["licenses"][0]["expression"]
    made_of = library.get("components", []) + library.get("externalReferences", [])
    assert made_of
    assert all(len(part["hashes"][0]["content"]) == 64 for part in made_of)


@has_bill_of_materials
def test_a_wrong_bill_of_materials_would_be_noticed(wheels: Wheelhouse) -> None:
    text = bill_of_materials(wheels.repaired(EXPORTER)).replace('"SHA-256"', '"SHA-257"')
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert error is not None
    assert "SHA-257" in str(error)


def bill_of_materials(wheel: Path) -> str:
    """Return the SBOM in a wheel, from the place that PEP 770 defines."""
    found = {name: content for name, content in members(wheel).items() if ".dist-info/sboms/" in name}
    (name,) = (name for name in found if not name.endswith("/auditwheel.cdx.json"))
    return found[name].decode()


@pytest.mark.parametrize("distribution", PUBLISHED)
def test_metadata_and_description_pass_twine(wheels: Wheelhouse, distribution: str) -> None:
    result = tool("twine", "check", "--strict", wheels.repaired(distribution), wheels.sdist(distribution))
    assert result.returncode == 0, result.stdout


def test_a_missing_description_would_be_noticed(wheels: Wheelhouse, tmp_path: Path) -> None:
    def edit(name: str, content: bytes) -> bytes:
        return content.partition(b"\n\n")[0] + b"\n" if name.endswith("/METADATA") else content

    result = tool("twine", "check", "--strict", rewritten(wheels.repaired(EXPORTER), tmp_path, edit))
    assert result.returncode == 1
    assert "description" in result.stdout


@pytest.mark.parametrize("distribution", PUBLISHED)
def test_each_licence_is_in_the_wheel_once(wheels: Wheelhouse, distribution: str) -> None:
    found = members(wheels.repaired(distribution))
    licences = [content for name, content in found.items() if ".dist-info/licenses/" in name]
    own = [ROOT / PACKAGES[distribution].folder / "LICENSE"]
    # A library in this repository may have a licence of its own, beside its sources.
    library = ROOT / LIBRARIES.get(distribution, PACKAGES[distribution].folder) / "LICENSE"
    own += [library] if library.is_file() else []
    assert {file.read_bytes() for file in own} <= {*licences}
    assert [list(found.values()).count(text) for text in licences] == [1] * len(licences)


@pytest.mark.parametrize("distribution", PACKAGES)
def test_a_package_has_type_information_exactly_if_its_metadata_say_so(wheels: Wheelhouse, distribution: str) -> None:
    names = members(wheels.repaired(distribution))
    (metadata,) = (content for name, content in names.items() if name.endswith(".dist-info/METADATA"))
    says_so = b"\nClassifier: Typing :: Typed\n" in metadata
    assert (f"{PACKAGES[distribution].module}/py.typed" in names) == says_so
    for name in names:
        if says_so and name.endswith(".abi3.so"):
            assert name.replace(".abi3.so", ".pyi") in names


def test_a_wheel_is_named_after_its_package(wheels: Wheelhouse) -> None:
    for distribution, package in PACKAGES.items():
        assert f"{package.module}/__init__.py" in members(wheels.repaired(distribution))
