# Where the library may be installed: binaries, which an sdist should not hold.
/prefix/
