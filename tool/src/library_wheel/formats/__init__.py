"""Readers of the formats of native files. `native_file.read` chooses among them."""
