"""The subcommands of `library-wheel`, one module each."""
