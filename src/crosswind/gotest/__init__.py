"""Go's tests, built here and run where they belong: what `crosswind test` does."""
