"""The platforms: how each one's wheels are built, and what runs them on one Linux machine."""
