# How cibuildwheel builds, repairs and tests every package. What a package's own pyproject.toml says comes on top:
# cibuildwheel reads one file, so tests/build_options.py puts the two together.

[tool.cibuildwheel]
archs = "native"
before-build = 'python "{project}/tests/exporters.py" "{project}/dist"'
before-test = 'python "{project}/tests/exporters.py" "{project}/dist"'
# The path is below the repository, which in a container is elsewhere. With `build`, pkgconf would look for libraries in
# VIRTUAL_ENV, which cibuildwheel sets on macOS and Windows, not where `build` installs them.
build-frontend = { name = "pip", args = ["--build-constraint", "dist/build-constraints.txt"] }
# Only builds are pinned by hashes: with one hash, pip refuses everything that has none, such as the wheel to test.
test-environment = { PIP_CONSTRAINT = "dist/constraints.txt" }
test-command = 'python "{project}/tests/installed.py" {wheel} "{project}/dist/exporters"'

[tool.cibuildwheel.linux]
# Patterns of names in the dynamic section, which auditwheel leaves alone.
repair-wheel-command = 'auditwheel repair @% for stem in libraries | map(attribute='packed_stem') %@--exclude "lib@{ stem }@.so.*" @% endfor %@-w {dest_dir} {wheel}'
# Into the container, if they are set. Certificates are files, which it does not have.
environment-pass = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "PIP_EXTRA_INDEX_URL",
  "PIP_INDEX_URL",
]

[tool.cibuildwheel.linux.environment]
# As tests/support/builds.py has them: they guard the stack, and where jumps may land. setuptools takes CFLAGS in place
# of Python's own, hence -O3.
CFLAGS = "-O3 -fstack-protector-strong $(sh -c 'test `uname -m` = aarch64 && echo -mbranch-protection=standard || echo -fcf-protection')"
CXXFLAGS = "$CFLAGS"

[tool.cibuildwheel.macos]
# Parts of paths, which delocate leaves alone but must find. macOS passes the variable to what a system's shell starts,
# but not further.
repair-wheel-command = 'DYLD_LIBRARY_PATH=dist/exporters/@{ module }@ delocate-wheel --require-archs {delocate_archs} @% for stem in libraries | map(attribute='packed_stem') %@--exclude lib@{ stem }@ @% endfor %@-w {dest_dir} {wheel}'
# The first for arm64.
environment = { MACOSX_DEPLOYMENT_TARGET = "11.0" }

[tool.cibuildwheel.windows]
# Patterns of DLLs' names, which delvewheel leaves alone. Those that are in the wheel stay where they are.
repair-wheel-command = 'delvewheel repair --ignore-existing @% for library in libraries %@--exclude "@{ library.packed_dll }@" @% endfor %@-w {dest_dir} {wheel}'
# MSVC's compiler and linker take options from these: Control Flow Guard.
environment = { CL = "/guard:cf", LINK = "/guard:cf" }
