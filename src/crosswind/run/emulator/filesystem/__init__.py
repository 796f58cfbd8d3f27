"""Files as Windows programs know them, on folders of the host."""
