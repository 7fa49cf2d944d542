@%- if entry.source.endswith('.jinja') -%@
@% include entry.source %@
@%- else -%@
@%- from 'template/example.jinja' import example with context -%@
@{ example(entry.path, entry.source, entry.edits) }@
@%- endif -%@