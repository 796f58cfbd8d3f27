"""Executable formats: bytes in, facts out. Pure, bounded, standard library only."""
