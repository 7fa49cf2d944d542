@% if kind == 'meson' -%@
# What Meson downloads and unpacks.
/subprojects/@{ upstream_directory }@/
/subprojects/packagecache/
.wraplock
@% else -%@
# Fetched, and half fetched.
upstream/
ex-upstream*/
@% endif -%@
