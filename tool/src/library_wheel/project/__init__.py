"""A project: an exporter and its consumers, developed together, as `[tool.library-wheel]` lists them."""
