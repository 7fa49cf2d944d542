@% from 'rendering/example.jinja' import example with context -%@
@% set whole = example('libfoo-wheel/meson.build') -%@
@{ whole.partition('\n# A checkout has')[0] }@source = meson.current_source_dir()
build = meson.current_build_dir()

wheel_version = meson.project_version()
# .postN is another wheel of the same library.
@{ stem }@_version = wheel_version.split('.post')[0]

# The name by which loaders know the library: SONAME, install name, name of the DLL.
library = {
  'darwin': 'lib@{ packed_stem }@.@{ soversion }@.dylib',
  'windows': '@{ packed_dll }@',
}.get(system, 'lib@{ packed_stem }@.so.@{ soversion }@')
@%- if soname == 'private' %@
# What upstream calls it. The copy that is packed gets a name of its own.
upstream_name = {
  'darwin': 'lib@{ file_stem }@.@{ soversion }@.dylib',
  'windows': '@{ dll_name }@',
}.get(system, 'lib@{ file_stem }@.so.@{ soversion }@')
@%- endif %@
link_file = library
link_path = build / library
link_depends = []
if system == 'windows'
  # The import library, as Meson names it for MSVC and for others; MSVC can't link to the DLL itself.
  link_file = cc.get_argument_syntax() == 'msvc' ? '@{ link_name }@.lib' : 'lib@{ link_name }@.dll.a'
endif
@% if kind == 'meson' %@
upstream = subproject(
  '@{ stem if upstream_url else upstream_folder }@',
  default_options: [
    'default_library=shared',
@%- for option in meson_options %@
    '@{ option }@',
@%- endfor %@
  ],
  version: '==' + @{ stem }@_version,
)
built = upstream.get_variable('@{ meson_target }@')
@%- if soname == 'private' %@
if system == 'windows'
  # Upstream's import library names upstream's DLL.
  msvc = cc.get_argument_syntax() == 'msvc'
  link_path = build / link_file
  link_depends += custom_target(
    command: [
      py,
      files('import_library.py'),
      built,
      library,
      '@OUTPUT@',
      host_machine.cpu_family(),
      find_program(msvc ? ['lib', 'llvm-lib'] : ['dlltool', 'llvm-dlltool']),
    ],
    depends: built,
    install: true,
    install_dir: package,
    output: link_file,
  )
endif
@%- else %@
if system == 'windows'
  link_path = fs.parent(built.full_path()) / link_file
  custom_target(
    command: [py, '-c', 'import shutil, sys; shutil.copyfile(*sys.argv[1:])', link_path, '@OUTPUT@'],
    depends: built,
    install: true,
    install_dir: package,
    output: link_file,
  )
endif
@%- endif %@
upstream_directory = 'subprojects' / '@{ upstream_folder }@'
# The second for headers that are generated@{ ', the last for those that upstream installs' if installed_headers }@.
folders = [source / upstream_directory, build / upstream_directory@{ ", build / 'taken'" if installed_headers }@]
@% else %@
@% if soname == 'private' -%@
if system == 'windows'
  error(
    f'@upstream_name@ can get no name of its own: its import library says how it is called.',
    'Make the project with upstream\'s SONAME, or of kind cmake or meson, which build the library.',
  )
endif
@% endif -%@
prefix = source / get_option('library_prefix')
if get_option('library_prefix') == 'prefix'
  made = run_command(py, files('make_prefix.py'), check: false)
  if made.returncode() != 0
    error(made.stderr().strip())
  endif
endif
# If there is none of that name, the one that linkers take: of such a file can be told what is wrong with it.
link_name = {
  'darwin': 'lib@{ link_name }@.dylib',
  'windows': '@{ link_name }@.dll',
}.get(system, 'lib@{ link_name }@.so')
version = ['--version', '@{ pkgconfig_name }@', @{ stem }@_version]
found = run_command(py, files('prefix.py'), prefix, @{ 'upstream_name' if soname == 'private' else 'library' }@, link_name, version, check: false)
if found.returncode() != 0
  error(found.stderr().strip())  # which `check: true` would leave in the log
endif
built = files(found.stdout().strip())
if system == 'windows'
  names = [
    '@{ link_name }@.lib',
    'lib@{ link_name }@.lib',
    'lib@{ link_name }@.dll.a',
  ]
  found = run_command(py, files('prefix.py'), prefix, names, check: false)
  if found.returncode() != 0
    error(found.stderr().strip())
  endif
  link_path = found.stdout().strip()
  install_data(link_path, install_dir: package, rename: link_file)
endif
folders = [prefix]
@% endif %@
options = get_option('correct_library') ? ['--correct'] : []
if system == 'linux'
  # musl defines no name of its own.
  options += ['--libc', cc.has_header_symbol('features.h', '__GLIBC__') ? 'glibc' : 'musl']
endif
@%- if soname == 'private' %@
options += ['--rename-from', upstream_name]
@%- endif %@
# The upstream's file may have a longer name, to which the SONAME is a symlink: a wheel could not hold that.
packed = custom_target(
  command: [py, files('take_library.py'), '@INPUT@', '@OUTPUT@', host_machine.cpu_family(), options],
  input: built,
  install: true,
  install_dir: package,
  output: library,
)

# After the library, with which some may be generated.
headers = custom_target(
  capture: true,
  command: [
    py,
    files('take_files.py'),
    build / 'package' / 'include',
@%- if installed_headers %@
    '--plan',
    meson.global_build_root() / 'meson-info' / 'intro-install_plan.json',
    '--subproject',
    '@{ stem if upstream_url else upstream_folder }@',
    '--installed',
    build / 'taken' / 'installed',
@%- endif %@
    '--from',
    folders,
    '--headers',
@%- for header in headers %@
    '@{ header }@',
@%- endfor %@
  ],
@%- if kind == 'meson' %@
  depends: built,
@%- endif %@
  output: 'headers.txt',
)
# Which Meson wants to see now.
make_folder = 'import os, sys; os.makedirs(sys.argv[1], exist_ok=True)'
run_command(py, '-c', make_folder, build / 'package' / 'include', check: true)
install_subdir(build / 'package', install_dir: package, strip_directory: true)

bom_arguments = [
  '@{ library_license }@',
@%- if kind == 'prebuilt' %@
  built,
@%- elif upstream_url %@
  '--url=@{ upstream_url }@',
  '--sha256=@{ upstream_sha256 }@',
@%- else %@
  source / upstream_directory,
@%- endif %@
]

linked = declare_dependency(
@%- if definitions %@
  compile_args: [
@%- for definition in definitions %@
    '-D@{ definition }@',
@%- endfor %@
  ],
@%- endif %@
  include_directories: include_directories('package/include'),
  link_args: link_path,
  sources: headers,
)
link_depends += packed

@{ whole[whole.index('# The rest is the same'):] }@