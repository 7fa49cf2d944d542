@% if kind == 'prebuilt' -%@
# Where the library may be installed: binaries, which an sdist should not hold.
/prefix/
@% elif kind == 'meson' -%@
# What Meson downloads and unpacks.
/subprojects/@{ upstream_directory }@/
/subprojects/packagecache/
.wraplock
@% else -%@
# Fetched, and half fetched.
upstream/
ex-upstream*/
@% endif -%@
