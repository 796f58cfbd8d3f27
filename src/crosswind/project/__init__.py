"""What a source tree is: its module, its main packages, its version control state."""
