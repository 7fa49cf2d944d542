# Your answers, which `copier update` reads and rewrites.
@#- Where the template is, from wherever an update is run: a path becomes absolute, unless it is a URL or host:path. -#@
@%- set source = _copier_answers._src_path -%@
@%- set source = source if source | regex_search('^[^/\\\\]{2,}:') else source | expanduser | realpath -%@
@#- Where the DLL's name follows from the SOVERSION it is left out, so that it does after an update. -#@
@%- set follows = ['dll_name'] if dll_name == file_stem ~ '-' ~ soversion ~ '.dll' else [] -%@
@%- set answers = dict(_copier_answers.items() | rejectattr(0, 'in', follows)) %@
@{ dict(answers, _src_path=source, named=name, distributed=distribution, of_example=example) | to_nice_yaml }@