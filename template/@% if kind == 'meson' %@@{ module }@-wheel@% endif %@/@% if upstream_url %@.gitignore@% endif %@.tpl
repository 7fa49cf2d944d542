# What Meson downloads and unpacks.
/subprojects/@{ upstream_directory }@/
/subprojects/packagecache/
.wraplock
