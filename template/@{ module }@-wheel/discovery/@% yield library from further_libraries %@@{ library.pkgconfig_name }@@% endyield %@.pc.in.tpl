@% from 'rendering/example.jinja' import example with context -%@
@% from 'rendering/discovery.jinja' import cflags with context -%@
@% set first = example('libfoo-wheel/discovery/foo.pc.in') -%@
@{ first
  .replace('Name: ' ~ pkgconfig_name ~ '\n', 'Name: ' ~ library.pkgconfig_name ~ '\n')
  .replace('system\'s ' ~ pkgconfig_name ~ '.pc', 'system\'s ' ~ library.pkgconfig_name ~ '.pc')
  .replace('@' ~ macro ~ '_', '@' ~ library.macro ~ '_')
  .replace(cflags(first_library), cflags(library)) -}@
@% if library.needs -%@
Requires: @{ libraries | selectattr('link_name', 'in', library.needs) | map(attribute='pkgconfig_name') | join(', ') }@
@% endif -%@
