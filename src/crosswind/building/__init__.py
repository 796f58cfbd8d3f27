"""From settings to go commands, and from go commands to files in dist."""
