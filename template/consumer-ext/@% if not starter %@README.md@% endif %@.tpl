# consumer-ext

A @{ language }@ extension that links to @{ library_name }@ without bundling it. The library comes from the wheel `@{ distribution }@`, in whichever
site-packages that was installed.

    >>> import consumer_ext
    >>> consumer_ext.smoke_test()
    True

`python -m consumer_ext` shows which @{ library_name }@ it was built against and which is running.
@%- if other_libraries %@

It links to lib@{ file_stem }@. To link to another library of the wheel as well, find it in `meson.build` as lib@{ file_stem }@ is found there:
@% for library in libraries[1:] %@
    dependency('@{ library.pkgconfig_name }@')  # lib@{ library.file_stem }@
@%- endfor %@
@%- endif %@
