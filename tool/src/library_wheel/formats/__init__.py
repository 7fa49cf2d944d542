"""Readers of the formats of native files. `reader.read` chooses among them."""


def name_of(value: object) -> str:
    """Return the name of a constant in a header; lief gives a number for one that it doesn't know."""
    return str(getattr(value, "name", f"unknown ({value})"))
