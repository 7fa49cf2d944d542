"""The platforms: how their wheels are built, and how they run on one Linux machine."""
