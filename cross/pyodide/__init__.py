"""WebAssembly: wheels cross-compiled by zig's clang, tested with Pyodide in Node."""
