# What `copier update` goes by; it changes this file itself.
@{ dict(_copier_answers, named=name, distributed=distribution) | to_nice_yaml }@