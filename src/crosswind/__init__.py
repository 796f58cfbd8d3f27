"""crosswind: build a Go module for every platform from any host, and prove what was built."""

__version__ = "0.1.0"
