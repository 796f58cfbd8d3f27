"""The one place that tells crosswind's own version."""

__version__ = "0.1.0"
