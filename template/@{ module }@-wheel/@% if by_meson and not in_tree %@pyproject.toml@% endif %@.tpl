@% from 'rendering/example.jinja' import example with context -%@
@% set folder = 'subprojects/' ~ upstream_folder ~ '/' if kind == 'meson' else '' -%@
@% set licences %@["LICENSE"@% for file in library_license_files %@, "@{ folder }@@{ file }@"@% endfor %@]@% endset -%@
@% set edits = [
  ['meson 1.10: what cross builds for Windows need.', 'meson 1.10: what cross builds for Windows need. lief: reads the libraries of all systems.'],
  ['"meson>=1.10"]', '"meson>=1.10", "lief>=0.16"]'],
  ['license-files = ["LICENSE"]', 'license-files = ' ~ licences],
] -%@
@% set arguments = '[tool.meson-python.args]\n' -%@
@% if kind == 'meson' -%@
@% set edit = [arguments, arguments ~ '# What is built from an sdist needs no network.\ndist = ["--include-subprojects"]\n'] -%@
@% else -%@
@% set edit = [arguments ~ '# The library is installed by this project, into the package; its own headers and .pc are for a system prefix.
install = ["--skip-subprojects"]

', ''] -%@
@% endif -%@
@% set hosted = '[tool.cibuildwheel]\n' -%@
@% set before = [hosted, hosted ~ '# Once on each platform.\nbefore-all = \'python "{package}/make_prefix.py" --again\'\n'] -%@
@{ example('libfoo-wheel/pyproject.toml', edits + [edit] + ([before] if kind == 'prebuilt' else [])) }@