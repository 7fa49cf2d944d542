"""A project's files to publish: sdists, and wheels that cibuildwheel builds, repairs and tests."""
