test(
  'version',
  executable(
    'test_version',
    'test_version.cpp',
    include_directories: @{ stem }@_include,
    link_with: @{ stem }@,
  ),
)
