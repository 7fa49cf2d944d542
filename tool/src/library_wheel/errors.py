"""Errors that end a command with one sentence and exit code 2."""


class CannotRunError(Exception):
    """A command can't be run: bad input, or something that it needs is missing. The message is for the user."""
