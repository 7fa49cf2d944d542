"""macOS on arm64 and x86-64: wheels cross-compiled by Debian's LLVM, and checked by dyld's rules. Nothing is run."""
