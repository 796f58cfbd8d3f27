"""Windows resources in files: read from every source, put into objects and programs, taken out."""
