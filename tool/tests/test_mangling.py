"""The names that auditwheel, delvewheel and delocate make, and the libraries' own names."""

import pytest

from library_wheel.mangling import Name, is_mangled, own_name, split

MANGLED = {
    # auditwheel, from wheels on PyPI: the hash stands before the first dot, wherever that is.
    "libgfortran-040039e1.so.5.0.0": "libgfortran.so.5.0.0",
    "libscipy_openblas64_-860d95b1.so": "libscipy_openblas64_.so",
    "libgstreamer-1-1a2b3c4d.0.so.0": "libgstreamer-1.0.so.0",
    "libpython3-1a2b3c4d.11.so.1.0": "libpython3.11.so.1.0",
    "numpy.libs/libz-00000000.so.1": "libz.so.1",
    # SciPy's copy of the one in the wheel of scipy-openblas32
    "libgfortran-040039e1-0352e75f.so.5.0.0": "libgfortran.so.5.0.0",
    # delvewheel
    "msvcp140-263139962577ecda4cd9469ca360a746.dll": "msvcp140.dll",
    "zlib1-263139962577ECDA4CD9469CA360A746.DLL": "zlib1.DLL",
    "libfoo.1-263139962577ecda4cd9469ca360a746.dll": "libfoo.1.dll",
    # delocate
    "/DLC/numpy/.dylibs/libgfortran.5.dylib": "libgfortran.5.dylib",
}


@pytest.mark.parametrize(("mangled", "own"), MANGLED.items())
def test_a_mangled_name_gives_the_librarys_own(mangled: str, own: str) -> None:
    assert own_name(mangled) == own
    assert is_mangled(mangled)


@pytest.mark.parametrize(
    "name",
    [
        "libfoo.so.1",
        "libicudata.so.73",
        "libfoo-1.2.so",
        # Seven, nine and eight digits, of which one is not hexadecimal; and capitals, which auditwheel never writes.
        "libfoo-1a2b3c4.so.1",
        "libfoo-1a2b3c4d5.so.1",
        "libfoo-1a2b3c4g.so.1",
        "libfoo-1A2B3C4D.so.1",
        # auditwheel puts no hash after the first dot, nor before another ending.
        "libfoo.so-1a2b3c4d.1",
        "libfoo-1a2b3c4d.dylib",
        # delvewheel's has 32 digits.
        "foo-1a2b3c4d.dll",
        "foo-1.dll",
        "@rpath/libfoo.1.dylib",
        "/usr/lib/libz.1.dylib",
    ],
)
def test_other_names_stay_as_they_are(name: str) -> None:
    assert own_name(name) == name.rpartition("/")[2]
    assert not is_mangled(name)


@pytest.mark.parametrize(
    ("name", "parts"),
    {
        "libz.so.1.3.1": Name("libz", "1.3.1"),
        "libssl.so.1.0.2k": Name("libssl", "1.0.2k"),
        "libgstreamer-1.0.so.0": Name("libgstreamer-1.0", "0"),
        "libscipy_openblas64_.so": Name("libscipy_openblas64_", ""),
        "libgeos.3.13.1.dylib": Name("libgeos", "3.13.1"),
        "libomp.dylib": Name("libomp", ""),
        "foo-1.dll": Name("foo-1.dll", ""),
    }.items(),
)
def test_a_name_has_a_stem_and_a_version(name: str, parts: Name) -> None:
    assert split(name) == parts
