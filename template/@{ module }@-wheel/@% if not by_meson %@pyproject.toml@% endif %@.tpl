@% from 'rendering/metadata.jinja' import links, people, summary with context -%@
[build-system]
# scikit-build-core 1.0: sdist.inclusion-mode.
requires = ["scikit-build-core>=1.0"]
build-backend = "scikit_build_core.build"

[project]
name = "@{ distribution }@"
version = "@{ version }@"
@{ summary() }@readme = "README.md"
@{ people() -}@
license = "@{ 'MIT' if library_license == 'MIT' else 'MIT AND ' ~ ('(' ~ library_license ~ ')' if ' OR ' in library_license else library_license) }@"
license-files = ["LICENSE"]
requires-python = ">=3.10"
classifiers = [
  "Programming Language :: @{ language }@",
  "Programming Language :: Python :: 3 :: Only",
  "Programming Language :: Python :: Implementation :: CPython",
  "Typing :: Typed",
]
@%- if urls %@

@{ links() | trim }@
@%- endif %@

# How build systems find the library: Meson through pkgconf-pypi, scikit-build-core through CMake's own search.
[project.entry-points.pkg_config]
@{ module }@ = "@{ module }@.pkgconfig"

[project.entry-points."cmake.prefix"]
@{ module }@ = "@{ module }@"

[project.entry-points."cmake.root"]
@{ cmake_package }@ = "@{ module }@"

[project.entry-points.pyinstaller40]
hook-dirs = "@{ module }@._pyinstaller:get_hook_dirs"

[tool.scikit-build]
minimum-version = "1.0"
wheel.py-api = "cp310"
wheel.packages = ["@{ module }@"]
# Sources: of the stub, and of what the build writes.
wheel.exclude = ["/@{ module }@/*.[ch]*", "/@{ module }@/*.in"]
# Not by default, which is to leave out what upstream's .gitignore names.
sdist.inclusion-mode = "explicit"
sdist.include = [
  "/CMakeLists.txt",
  "/LICENSE",
  "/README.md",
  "/discovery",
@%- if upstream_url %@
  "/fetch.cmake",
@%- endif %@
@%- if installed_headers %@
  "/install_headers.cmake",
@%- endif %@
  "/@{ module }@",
  "/pyproject.toml",
  "/sbom.py",
  "/take_files.py",
  "/upstream",
]
sdist.exclude = [".git", "__pycache__"]
@%- if upstream_url %@
# CMakeLists.txt fetches upstream's sources with this.
sdist.cmake = true
@%- endif %@

# Options of upstream's.
[tool.scikit-build.cmake.define]
BUILD_SHARED_LIBS = "ON"
@%- for option in cmake_options %@
@{ option.partition('=')[0] }@ = @{ option.partition('=')[2] | to_json(ensure_ascii=False) }@
@%- endfor %@
