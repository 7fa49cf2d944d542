"""Linux with musl, as Alpine has it: wheels compiled by zig, tested with a CPython compiled for musl."""
