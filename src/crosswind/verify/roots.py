"""Read the root certificates that signatures must lead to."""

from __future__ import annotations

from pathlib import Path

from crosswind.binary.view import FormatError
from crosswind.errors import UsageError


def read(path: Path) -> tuple[bytes, ...]:
    """Read a file of certificates, PEM or DER, for `Expectation.trusted`.

    Raises:
        UsageError: CW1913, it is not there, or holds no certificate.
    """
    from crosswind.binary import x509

    try:
        if path.exists() and not path.is_file():  # a device never ends
            raise UsageError("CW1913", "not a file", subject=str(path), hint="give a PEM file")
        found = x509.read_all(path.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("CW1913", f"cannot read it: {reason}", subject=str(path)) from error
    except FormatError as error:
        raise UsageError(
            "CW1913",
            f"no certificates: {error.message}",
            subject=str(path),
            hint="give a PEM file with the root certificates",
        ) from error
    return tuple(bytes(one.view.data) for one in found)
