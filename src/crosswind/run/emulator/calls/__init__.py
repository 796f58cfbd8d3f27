"""Every call of Windows that the emulator has, one file for each area; importing `AREAS` enters them."""

from __future__ import annotations

from importlib import import_module

# One line for each file in this folder that declares calls.
AREAS: tuple[str, ...] = (
    "devices",
    "directories",
    "file_information",
    "files",
    "mappings",
    "nt_files",
    "outside",
    "pipes",
    "standard_handles",
)


def load() -> None:
    """Enter every call into `abi.TABLE`."""
    for area in AREAS:
        import_module(f"{__name__}.{area}")
