"""The libraries and symbol versions that a wheel's platform tag promises."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal, TypedDict

from .native_file import Format, NativeFile
from .wheel import Wheel

Family = Literal[
    "manylinux", "musllinux", "linux", "android", "macos", "ios", "windows", "emscripten", "any", "unknown"
]

FORMATS: dict[Family, tuple[Format, ...]] = {
    "manylinux": ("ELF",),
    "musllinux": ("ELF",),
    "linux": ("ELF",),
    "android": ("ELF",),
    "macos": ("Mach-O",),
    "ios": ("Mach-O",),
    "windows": ("PE",),
    "emscripten": ("WebAssembly",),
    "any": ("ELF", "Mach-O", "PE", "WebAssembly"),
    "unknown": ("ELF", "Mach-O", "PE", "WebAssembly"),
}
LEGACY = {"manylinux1": "manylinux_2_5", "manylinux2010": "manylinux_2_12", "manylinux2014": "manylinux_2_17"}
WINDOWS_MACHINES = {"win32": "win32", "win_amd64": "amd64", "win_arm64": "arm64"}

# The loader itself. auditwheel's policies don't list it.
LOADER = re.compile(r"ld(-linux[\w-]*|-musl-\w+|64)?\.so\.\d+|ld-lsb[\w-]*\.so\.\d+")
LIBPYTHON = re.compile(
    r"libpython\d[\w.]*\.(so|dylib)[\w.]*|python\d+t?(_d)?\.dll|libpypy[\w.-]*\.(so|dylib|dll)[\w.]*", re.I
)
# Libraries that only a driver's installer can supply, because they must match the driver in the kernel.
DRIVERS = re.compile(
    r"libcuda\.so\.1|libnvidia-[\w-]+\.so[\w.]*|libnvcuvid\.so\.1|nvcuda\.dll|nvml\.dll|nvcuvid\.dll|nvencodeapi64\.dll"
    r"|libOpenCL\.so\.1|OpenCL\.dll|libvulkan\.so\.1|vulkan-1\.dll|libze_loader\.so\.1|libmlx5\.so\.1|libibverbs\.so\.1"
    r"|librdmacm\.so\.1|libnvidia-ml\.so\.1|libcudadebugger\.so\.1|libcuda\.dylib",
    re.I,
)
# Microsoft's runtime for C++ and OpenMP, which is missing until somebody runs its installer.
RUNTIME = re.compile(r"(msvcp|concrt|vcomp|vccorlib|vcamp|mfc)\d\w*\.dll", re.I)
# The libraries of glibc and GCC, in which every symbol has a version. A symbol without one comes from elsewhere.
VERSIONED = re.compile(
    r"(lib(c|m|pthread|dl|rt|util|resolv|anl|nsl|mvec)|ld-linux[\w-]*|ld64)\.so\.\d+"
    r"|lib(gcc_s|stdc\+\+|atomic)\.so\.\d+"
)


@dataclass(frozen=True)
class Policy:
    """The promises of one platform tag."""

    platform: str
    family: Family
    machines: tuple[str, ...]
    libraries: frozenset[str] = frozenset()
    # "GLIBC" -> {"2.5", ...}. None: any version.
    symbol_versions: dict[str, frozenset[str]] | None = field(default=None, hash=False)
    # Symbols of the platform's libraries that not every platform with this tag has.
    withheld: dict[str, frozenset[str]] = field(default_factory=dict, hash=False)
    minimum_os: tuple[int, int] | None = None

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats of native files that the platform can load."""
        return FORMATS[self.family]

    @property
    def promises_nothing(self) -> bool:
        """Whether the tag promises no libraries, so that the platform may have any."""
        return self.family in ("linux", "any", "unknown")

    def fits(self, file: NativeFile) -> bool:
        """Return whether the platform can load a file, by its format and machine."""
        return file.format in self.formats and (not self.machines or bool(set(self.machines) & set(file.machines)))

    def provides(self, library: str) -> bool:
        """Return whether each platform with this tag has a library. The name is the one in the needing file."""
        if self.family in ("macos", "ios"):
            return library.startswith(("/usr/lib/", "/System/"))
        if self.family == "windows":
            return library.lower() in self.libraries or bool(windows_patterns().fullmatch(library.lower()))
        if self.family == "emscripten":
            return False
        return library in self.libraries or bool(LOADER.fullmatch(library))


def version_key(version: str) -> tuple[int, ...]:
    """Return a key that sorts versions by number: 2.5 is below 2.17."""
    return tuple(map(int, re.findall(r"\d+", version)))


def policies(wheel: Wheel) -> list[Policy]:
    """Return a policy for each platform tag of a wheel."""
    return [policy(platform) for platform in wheel.platforms]


@cache
def policy(platform: str) -> Policy:
    """Return the promises of a platform tag."""
    if platform == "any":
        return Policy(platform, "any", ())
    if match := re.fullmatch(r"(manylinux\d+|manylinux_\d+_\d+|musllinux_\d+_\d+|linux)_(\w+)", platform):
        return of_linux(platform, *match.groups())
    if match := re.fullmatch(r"android_(\d+)_(\w+)", platform):
        machine = {"arm64_v8a": "aarch64", "armeabi_v7a": "armv7l", "x86": "i686"}.get(match[2], match[2])
        known = [found for found in listed("android-policy.json") if found["name"].startswith("android")]
        libraries = {name for found in known for name in found["lib_whitelist"]} | ANDROID
        return Policy(platform, "android", (machine,), frozenset(libraries))
    if match := re.fullmatch(r"macosx_(\d+)_(\d+)_(\w+)", platform):
        both = {"universal2": ("arm64", "x86_64"), "intel": ("x86_64", "i386"), "universal": ("i386", "ppc")}
        machines = both.get(match[3], (match[3],))
        return Policy(platform, "macos", machines, minimum_os=(int(match[1]), int(match[2])))
    if re.fullmatch(r"ios_\d+_\d+_\w+", platform):
        return Policy(platform, "ios", ())
    if platform in WINDOWS_MACHINES:
        machine = WINDOWS_MACHINES[platform]
        return Policy(platform, "windows", (machine,), windows_libraries(machine))
    if platform.startswith(("emscripten", "pyodide", "pyemscripten", "wasm")):
        return Policy(platform, "emscripten", ("wasm32",))
    return Policy(platform, "unknown", ())


# The stable libraries of the NDK.
ANDROID = frozenset(
    [
        "libEGL.so",
        "libGLESv1_CM.so",
        "libGLESv2.so",
        "libGLESv3.so",
        "libOpenMAXAL.so",
        "libOpenSLES.so",
        "libaaudio.so",
        "libamidi.so",
        "libandroid.so",
        "libbinder_ndk.so",
        "libc.so",
        "libcamera2ndk.so",
        "libdl.so",
        "libjnigraphics.so",
        "liblog.so",
        "libm.so",
        "libmediandk.so",
        "libnativewindow.so",
        "libneuralnetworks.so",
        "libvulkan.so",
        "libz.so",
    ]
)


def of_linux(platform: str, name: str, machine: str) -> Policy:
    """Return the promises of a tag for Linux, from auditwheel's policies."""
    name = LEGACY.get(name, name)
    if name == "linux":
        return Policy(platform, "linux", (machine,))
    musl = name.startswith("musl")
    older = [
        found
        for found in listed("musllinux-policy.json" if musl else "manylinux-policy.json")
        if found["name"] != "linux" and version_key(found["name"]) <= version_key(name)
    ]
    # auditwheel lists a version of glibc only if its policy differs from the previous one.
    nearest = max(older, key=lambda found: version_key(found["name"]), default=None)
    if nearest is None:
        return Policy(platform, "unknown", (machine,))
    libraries = set(nearest["lib_whitelist"])
    if musl:
        libraries |= {f"libc.musl-{machine}.so.1"}
        if machine == "armv7l":
            libraries |= {"libc.musl-armv7.so.1", "libc.musl-armhf.so.1"}
        if machine == "i686":
            libraries |= {"libc.musl-x86.so.1"}
    versions = nearest["symbol_versions"].get(machine)
    return Policy(
        platform,
        "musllinux" if musl else "manylinux",
        (machine,),
        frozenset(libraries),
        {kind: frozenset(found) for kind, found in versions.items()} if versions and not musl else None,
        {library: frozenset(symbols) for library, symbols in nearest["blacklist"].items()},
    )


class Listed(TypedDict):
    """The keys that are read here of a policy in auditwheel's files."""

    name: str
    lib_whitelist: list[str]
    # By machine, then by kind.
    symbol_versions: dict[str, dict[str, list[str]]]
    blacklist: dict[str, list[str]]


@cache
def listed(name: str) -> list[Listed]:
    """Return auditwheel's policies of one kind."""
    file = resources.files("auditwheel.policy") / name
    found: list[Listed] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    return found


def windows_libraries(machine: str) -> frozenset[str]:
    """Return the DLLs that every Windows has, in lower case.

    For x86 and x86-64 these are common to Windows 7 to 11. For ARM they are those of Windows 10 and 11, since no
    supported Python runs on an older one.
    """
    names = windows_dlls()
    return frozenset((*names["arm64"], *names[machine]))


@cache
def windows_dlls() -> dict[str, list[str]]:
    """Return delvewheel's lists: the DLLs of Windows on ARM, and additional ones of other machines."""
    file = resources.files("library_wheel") / "windows_dlls.json"
    names: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8"))["names"]
    return names


@cache
def windows_patterns() -> re.Pattern[str]:
    """Return a pattern for the DLLs of Windows whose names vary, and for those of the C runtime."""
    # Each CPython contains the C runtime that it was compiled with.
    return re.compile(r"api-ms-.*|ext-ms-.*|(ucrtbase|combase|kernelbase|ntdll|vcruntime140|vcruntime140_1)\.dll")
