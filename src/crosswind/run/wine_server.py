"""The wineserver of one prefix: all of Wine's processes talk to it, and end with it."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from crosswind.errors import MissingError
from crosswind.run.wine_layout import Layout
from crosswind.system import files, process
from crosswind.system.process import Limits

# Seconds. A server listens within 20 ms.
_LISTENS = 10.0
_LOOK = 0.002
# In WINEDLLOVERRIDES: the prefix starts no services.
_NO_BOOT = "wineboot.exe"

# Wine writes numbers of a folder's device and inode into its server's (server/request.c,
# create_server_dir); Debian's Wine keeps a random name in this file of the prefix instead.
_DEBIANS = re.compile(r"wine-\w{6}")


@contextlib.contextmanager
def server(folder: Path, wine: Layout, env: Mapping[str, str]) -> Iterator[None]:
    """Run the prefix's own wineserver while the block runs, and end it then.

    All of Wine's processes end when they lose their server, so none is left behind: not those that
    a program started, and not if crosswind is killed, since the server is in a group that its guard
    knows. One that Wine started for itself would outlive the program, and keep its output open.

    Raises:
        MissingError: CW4021, it does not start.
    """
    if wine.server is None:
        raise MissingError("CW4021", "Wine's wineserver is missing", subject=str(wine.loader))
    running = _Server(folder, wine.server, env)
    try:
        running.wait()
        yield
    finally:
        running.end()


class _Server:
    def __init__(self, folder: Path, program: Path, env: Mapping[str, str]) -> None:
        self._folder = folder
        self._program = program
        self._env = env
        self._pid = 0
        self._says = ""
        self._started = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(program, env), daemon=True)
        self._thread.start()

    def _run(self, program: Path, env: Mapping[str, str]) -> None:
        try:
            # wineserver(1): in the foreground, and until it is told to end.
            argv = (str(program), "-f", "-p")
            done = process.supervise(argv, cwd=self._folder, env=env, on_start=self._note)
            self._says = done.text or f"it ended with status {done.returncode}"
        except (MissingError, process.StoppedError) as error:
            self._says = str(error)
        finally:
            self._ended.set()
            self._started.set()

    def _note(self, pid: int) -> None:
        self._pid = pid
        self._started.set()

    def wait(self) -> None:
        """Wait until it listens: a program that comes too early would start another."""
        self._started.wait()
        deadline = time.monotonic() + _LISTENS
        while time.monotonic() < deadline and not self._ended.is_set():
            if any((place / "socket").exists() for place in self._sockets()):
                return
            self._ended.wait(_LOOK)
        raise MissingError(
            "CW4021",
            "Wine's wineserver does not start",
            subject=str(self._folder),
            hint=self._says or f"it was not ready within {_LISTENS:g} s",
        )

    def end(self) -> None:
        """End it at once: nobody needs what it would save."""
        self._end_services()
        process.stop(self._pid)
        self._thread.join()
        for place in self._sockets():
            files.remove_tree(place)
            if _DEBIANS.fullmatch(place.parent.name):
                files.remove_tree(place.parent)

    def _end_services(self) -> None:
        """Let it kill a full prefix's services first: they may hold each other's ends of its pipes.

        Then none of them notices that the server is gone.
        """
        if self._ended.is_set() or _NO_BOOT in self._env.get("WINEDLLOVERRIDES", ""):
            return
        argv = (str(self._program), "-k")
        with contextlib.suppress(MissingError, process.StoppedError):
            process.supervise(argv, cwd=self._folder, env=self._env, limits=Limits(_LISTENS))

    def _sockets(self) -> Iterator[Path]:
        """Yield where its socket may be (server/request.c, create_server_dir)."""
        status = self._folder.stat()
        name = f"server-{status.st_dev:x}-{status.st_ino:x}"
        user = os.getuid()
        with contextlib.suppress(OSError):
            random = (self._folder / "wineserver").read_text(errors="replace").strip("\0\n ")
            if _DEBIANS.fullmatch(random):
                yield Path("/tmp") / random / name  # noqa: S108 - Debian's Wine chose it
        yield Path(f"/tmp/.wine-{user}") / name  # noqa: S108 - Wine's own choice
        yield Path(f"/run/user/{user}/wine") / name
