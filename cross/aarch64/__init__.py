"""Linux on 64-bit ARM: wheels cross-compiled by zig, tested with Debian's Python under qemu's user-mode emulation."""
