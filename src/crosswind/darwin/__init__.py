"""Mach-O files: ad-hoc signatures. Pure: bytes in, bytes out."""
