@% if kind == 'meson' -%@
# What Meson downloads and unpacks.
/subprojects/@{ upstream_folder }@/
/subprojects/packagecache/
.wraplock
@% else -%@
# Fetched, and half fetched.
upstream/
ex-upstream*/
@% endif -%@
