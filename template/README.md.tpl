# @{ library_name }@

@{ description }@.

The native library, as a Python wheel for other wheels to link to. `import @{ module }@` loads it for the whole process; what is
imported afterwards and was linked to it gets this copy, wherever either was installed. Nobody bundles it, and one update
serves all.

| folder | what it is |
|---|---|
@%- if kind == 'in-tree' %@
| `@{ library_name }@/` | the library itself, which knows nothing of Python |
@%- endif %@
| `@{ module }@-wheel/` | the exporter: the wheel `@{ distribution }@`, which Python imports as `@{ module }@`@{ '; in it ' ~ libraries | map(attribute='file_stem') | map('regex_replace', '^', 'lib') | join(', ') if other_libraries }@ |
| `consumer-ext/` | a consumer in @{ language }@: copy it to start a package that links to the library |
@%- if pure %@
| `consumer-pure/` | one in pure Python, which calls the library by ctypes |
@%- endif %@
| `tests/` | installs them across site-packages, in all orders, and breaks them |

## Test it

On Debian, `apt install g++ git python3-dev python3-venv` is what it takes.
@%- if kind == 'prebuilt' %@ The library is taken from `@{ module }@-wheel/prefix/`.
Put its headers and shared libraries there, as `make install` would, or fill in `@{ module }@-wheel/make_prefix.py`, which makes
that folder: tox runs it before it builds, and cibuildwheel on each platform.
@%- endif %@

    python3 -m venv .venv && .venv/bin/pip install tox
    .venv/bin/tox -e check

That looks into the wheels, and is the matrix with one CPython. `.venv/bin/tox` takes each from 3.10 up that is found,
and checks the formatting; `.venv/bin/tox list` says what else there is.

## What to change

| file | change |
|---|---|
@%- if kind == 'in-tree' %@
| `@{ library_name }@/` | put your sources there; its `meson.build` says what the exporter needs to know |
@%- endif %@
| `consumer-ext/consumer_ext/` | what a consumer does |
| `tests/support/library.py` | what the tests know of the library |

These files are yours: `copier update` leaves them alone. `@{ module }@-wheel/@{ module }@/_init.c` says which functions of the
library the stub calls, as you have answered. `copier update` brings the others up to date with the template; where you have
changed a line of those too, it leaves markers that `git diff --check` finds.

## Release

The workflows in `.github/` test on each push, and build the wheels for Linux, macOS and Windows. A tag, `v` and the
version, publishes them: the exporter, then its consumers. For that GitHub needs an environment `pypi`, and PyPI
`release.yml` as a trusted publisher of each package. `.venv/bin/tox -e workflows` checks the workflows after a change.
Builds install what `build-requirements.txt` names, by version and hash; `.venv/bin/tox -e pins` writes it anew, after a
change to what a `pyproject.toml` requires and whenever you want later versions.

## Licence

The wheel's own files: [MIT](LICENSE). The library: @{ library_license }@.
