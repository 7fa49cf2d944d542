# consumer-ext

A @{ language }@ extension that links to @{ library_name }@ without bundling it. The library comes from the wheel `@{ distribution }@`, in whichever
site-packages that was installed.

    >>> import consumer_ext
    >>> consumer_ext.smoke_test()
    True

`python -m consumer_ext` tells which @{ library_name }@ it was built against and which is running.
