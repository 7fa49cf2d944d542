@% if kind == 'meson' -%@
# What Meson downloads and unpacks.
/subprojects/@{ upstream_folder }@/
/subprojects/packagecache/
.wraplock
@% else -%@
# What fetch.cmake downloads and unpacks.
/.archives/
/upstream/
/upstream.unfinished/
@% endif -%@
