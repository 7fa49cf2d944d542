"""The two readers of ELF files, the suites' and the commands', find the same in our wheels."""

import pytest

from library_wheel.formats import reader
from library_wheel.project.packages import BINARY
from library_wheel.project.wheel_files import binaries, members
from library_wheel.project.wheels import Wheelhouse


@pytest.mark.parametrize("distribution", BINARY)
def test_both_readers_find_the_same_in_each_file(wheels: Wheelhouse, distribution: str) -> None:
    wheel = wheels.repaired(distribution)
    for name, suites in binaries(wheel).items():
        commands = reader.read(members(wheel)[name])
        assert commands is not None
        assert commands.identity == suites.soname, name
        assert list(commands.needed) == suites.needed, name
        assert ":".join(commands.search_paths) == (suites.runpath or ""), name
        exports = {symbol.name: symbol.version or "" for symbol in commands.exports if not (symbol.weak or symbol.data)}
        assert exports == suites.exports, name
        imports = {
            symbol.name: f"{symbol.library}:{symbol.version}" if symbol.version else ""
            for symbol in commands.imports
            if not (symbol.weak or symbol.data)
        }
        assert imports == suites.imports, name
        assert ({"relro", "bind-now"} <= commands.properties) == suites.full_relro, name
        assert ("executable-stack" in commands.properties) == suites.executable_stack, name
