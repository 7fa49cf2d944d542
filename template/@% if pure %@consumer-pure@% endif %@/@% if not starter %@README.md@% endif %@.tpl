# consumer-pure

Pure Python that calls @{ library_name }@ through ctypes: the copy that the wheel `@{ distribution }@` loaded, which every other package in the
process uses.

    >>> import consumer_pure
    >>> consumer_pure.smoke_test()
    True
