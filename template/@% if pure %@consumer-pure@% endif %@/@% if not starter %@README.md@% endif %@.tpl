# consumer-pure

Pure Python that calls @{ module }@ through ctypes: the copy that the wheel `@{ module }@` loaded, which every other package in the
process uses.

    >>> import consumer_pure
    >>> consumer_pure.smoke_test()
    True
