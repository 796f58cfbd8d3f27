"""One call in a thread of its own, beside what we do meanwhile.

For one call a pool is too much: concurrent.futures brings logging with it, and takes a build where nothing
changed a twentieth of its time to import.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from crosswind.system import process

T = TypeVar("T")


@contextlib.contextmanager
def aside(call: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Make a call aside; yield what waits for its end, and returns or raises as it did.

    It has ended when the block has: if that fails or is interrupted, so are the children that run.
    """
    returned: list[T] = []
    raised: list[BaseException] = []
    # `Thread.join` takes a thread for ended once it was interrupted (CPython before 3.13).
    ended = threading.Event()

    def make() -> None:
        try:
            returned.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is wanted
            raised.append(error)
        finally:
            ended.set()

    def result() -> T:
        ended.wait()
        if raised:
            raise raised[0]
        return returned[0]

    threading.Thread(target=make).start()
    try:
        yield result
    except BaseException:
        # A child that it waits for would keep us, or outlive us.
        process.kill_all()
        ended.wait()
        process.resume()
        raise
    ended.wait()
