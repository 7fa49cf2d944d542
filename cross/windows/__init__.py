"""Windows on x86-64: wheels cross-compiled by zig, tested with the official CPython under Wine."""
