"""The checks of `doctor`: pure functions from facts to a verdict."""
