"""Linux on x86-64 with glibc 2.17 or later: wheels as one would publish them, compiled by zig on a newer system."""
