@%- if kind == 'prebuilt' -%@
option(
  'library_prefix',
  type: 'string',
  value: 'prefix',
  description: 'The folder in which @{ library_name }@ is installed, absolute or relative to this one',
)
@% endif -%@
option(
  'correct_library',
  type: 'boolean',
  value: false,
  description: 'Correct what is wrong with the name and the RUNPATH of the library, in the copy that is packed',
)
