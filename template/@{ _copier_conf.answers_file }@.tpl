# What `copier update` goes by; it changes this file itself.
@#- Where the template is, from wherever an update is run: a path becomes absolute, unless it is a URL or host:path. -#@
@%- set source = _copier_answers._src_path -%@
@%- set source = source if source | regex_search('^[^/\\\\]{2,}:') else source | expanduser | realpath %@
@{ dict(_copier_answers, _src_path=source, named=name, distributed=distribution) | to_nice_yaml }@