"""Questions about native libraries that Python wheels share or bundle, and their answers."""
