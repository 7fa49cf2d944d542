# What `copier update` goes by; it changes this file itself.
@{ dict(_copier_answers, named=name) | to_nice_yaml }@