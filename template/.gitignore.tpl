__pycache__/
*.egg-info/
.mypy_cache/
.pytest_cache/
.ruff_cache/
.tox/
.venv/
# At the root and in a package's folder: an upstream may have such folders of its own.
/build/
/dist/
/*/build/
/*/dist/
@%- if kind == 'in-tree' %@

# Made by upstream.py, and by Meson.
/@{ module }@-wheel/subprojects/@{ library_name }@
.wraplock
@%- endif %@
