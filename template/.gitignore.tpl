__pycache__/
*.egg-info/
.mypy_cache/
.pytest_cache/
.ruff_cache/
.tox/
.venv/
build/
dist/
@%- if kind == 'in-tree' %@

# Made by upstream.py, and by Meson.
/@{ module }@-wheel/subprojects/@{ module }@
.wraplock
@%- endif %@
