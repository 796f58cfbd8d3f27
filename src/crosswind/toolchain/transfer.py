"""Watch a client that downloads for us: tell how far it is, and end it if nothing arrives.

pip, uv and go report progress each in its own way or not at all, so the files that grow are
measured instead.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from crosswind.errors import BuildError, RemoteError
from crosswind.events import Observer, Transfer, ignore
from crosswind.frozen import frozen
from crosswind.system import process

# Seconds between two measurements.
_INTERVAL = 0.2


@frozen
class Limits:
    """How long a download may take, in seconds.

    Attributes:
        stall: without a single new byte.
        total: from start to end.
    """

    stall: float = 60.0
    total: float = 3600.0


@frozen
class Watch:
    """What is transferred and how to measure it.

    Attributes:
        what: its name for people, such as `Go 1.27.3 for linux/amd64`.
        measure: bytes on disk now; None once all has arrived and only local work is left.
        total: bytes at the end, if known.
        observer: gets `Transfer` events, from another thread.
        limits: when to give up.
    """

    what: str
    measure: Callable[[], int | None]
    total: int | None = None
    observer: Observer = ignore
    limits: Limits = field(default_factory=Limits)


def run(
    argv: Sequence[str | Path], watch: Watch, *, cwd: Path, env: Mapping[str, str]
) -> process.Completed:
    """Run a downloading client to its end; the caller judges its exit status.

    Raises:
        RemoteError: CW0409, nothing arrived for too long, or it took too long altogether.
        MissingError: CW0501, there is no such client.
    """
    with contextlib.ExitStack() as stack:
        follower = _Follower(watch)

        def follow(pid: int) -> None:
            stack.enter_context(follower.following(pid))

        try:
            done = process.run(argv, cwd=cwd, env=env, timeout=watch.limits.total, on_start=follow)
        except BuildError as error:
            raise _too_slow(watch, f"not finished in {watch.limits.total:g} s") from error
    if follower.stalled:
        raise _too_slow(watch, f"nothing arrived for {watch.limits.stall:g} s")
    return done


def bytes_below(*places: Path) -> int:
    """Bytes in all regular files below some directories; what vanishes meanwhile counts nothing."""
    total = 0
    waiting = list(places)
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
    return total


def size_of(path: Path) -> int:
    """Bytes in a file; 0 if it is gone."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


class _Follower:
    """Measures a running client again and again, in a thread."""

    def __init__(self, watch: Watch) -> None:
        self.stalled = False
        self._watch = watch
        self._arrived = 0
        self._ended = threading.Event()

    @contextlib.contextmanager
    def following(self, pid: int) -> Iterator[None]:
        thread = threading.Thread(target=self._follow, args=(pid,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()
            if self._arrived:
                self._tell(finished=True)

    def _follow(self, pid: int) -> None:
        since, pause = time.monotonic(), _INTERVAL
        while not self._ended.wait(pause):
            begun = time.monotonic()
            arrived = self._watch.measure()
            # A walk over thousands of files must not cost more than a tenth of the time.
            pause = max(_INTERVAL, 10 * (time.monotonic() - begun))
            if arrived is None or arrived > self._arrived:
                since = time.monotonic()
                self._arrived = arrived or self._arrived
                if arrived:
                    self._tell()
            elif time.monotonic() - since > self._watch.limits.stall:
                self.stalled = True
                process.stop(pid)
                return

    def _tell(self, *, finished: bool = False) -> None:
        watch = self._watch
        done = watch.total if finished and watch.total else self._arrived
        watch.observer(Transfer(watch.what, done, watch.total, finished))


def _too_slow(watch: Watch, reason: str) -> RemoteError:
    return RemoteError(
        "CW0409",
        f"the download was given up: {reason}",
        subject=watch.what,
        hint="check the network and the proxy settings, then run again",
    )
