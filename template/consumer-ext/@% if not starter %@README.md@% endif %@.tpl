# consumer-ext

A @{ language }@ extension that links to @{ module }@ without bundling it. The library comes from the wheel `@{ module }@`, in whichever
site-packages that was installed.

    >>> import consumer_ext
    >>> consumer_ext.smoke_test()
    True

`python -m consumer_ext` tells which @{ module }@ it was built against and which is running.
