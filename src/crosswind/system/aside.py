"""One call in a thread of its own, beside what we do meanwhile.

For one call a pool is too much: concurrent.futures brings logging with it, and takes a build where nothing
changed a twentieth of its time to import.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")


@contextlib.contextmanager
def aside(call: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Make a call aside; yield what waits for its end, and returns or raises as it did.

    It has ended when the block has.
    """
    returned: list[T] = []
    raised: list[BaseException] = []

    def make() -> None:
        try:
            returned.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is wanted
            raised.append(error)

    def result() -> T:
        thread.join()
        if raised:
            raise raised[0]
        return returned[0]

    thread = threading.Thread(target=make)
    thread.start()
    try:
        yield result
    finally:
        thread.join()
