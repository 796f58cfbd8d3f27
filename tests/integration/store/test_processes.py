"""One store under many processes, and under processes that are killed wherever they are."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crosswind.finding import Finding
from crosswind.store import Entry, File, Store, key, opened

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and locks of POSIX")

KEYS = 12
# Far less than all entries together, so that processes evict what others read.
LIMIT = 120_000


def content(number: int, part: int) -> bytes:
    """What stands under a key: of some size, some of it shared by all keys."""
    seed = b"shared" if part == 2 else b"%d %d" % (number, part)
    return hashlib.sha256(seed).digest() * (100 + 40 * part)


def put(store: Store, number: int, folder: Path) -> bool:
    kept = []
    for part in range(3):
        path = folder / f"{number}.{part}"
        path.write_bytes(content(number, part))
        digest = hashlib.sha256(content(number, part)).hexdigest()
        kept.append(File(f"file{part}", "Binary", path, digest))
    return store.put(key("stress", str(number)), kept, {"number": number})


def take(store: Store, number: int, folder: Path) -> bool:
    """Restore what stands under a key; whatever comes back must be what was put."""
    entry = store.get(key("stress", str(number)))
    if entry is None:
        return False
    assert entry.meta == {"number": number}
    places = {part.name: folder / f"out-{part.name}" for part in entry.parts}
    if not store.restore(entry, places):
        assert not any(place.exists() for place in places.values())
        return False
    for part in range(3):
        place = places[f"file{part}"]
        assert place.read_bytes() == content(number, part)
        place.unlink()
    return True


def at_work(root: Path, seed: int, seconds: float, results: multiprocessing.Queue[object]) -> None:
    """Put and take at random for a while, with a store opened anew now and then."""
    own, told = root / f"process{seed}", list[Finding]()
    own.mkdir()
    chance = random.Random(seed)
    taken = kept = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        store = opened(root / "store", LIMIT, told.append)
        for _ in range(chance.randrange(1, 6)):
            number = chance.randrange(KEYS)
            if chance.random() < 0.5:
                kept += put(store, number, own)
            else:
                taken += take(store, number, own)
        store.close()
    results.put((kept, taken, [finding.document for finding in told]))


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_many_processes_put_take_and_evict_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[object] = context.Queue()
    words = [(tmp_path, seed, 1.5, results) for seed in range(6)]
    processes = [context.Process(target=at_work, args=each) for each in words]
    for process in processes:
        process.start()
    told = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    for kept, taken, findings in told:
        assert findings == [], "nothing was ever damaged or in the way"
        assert kept > 0
        assert taken > 0
    last = opened(tmp_path / "store", LIMIT, print)
    assert put(last, 0, tmp_path)
    last.close()
    assert size(tmp_path / "store") <= LIMIT
    assert not any((tmp_path / "store/v1/tmp").iterdir())


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do work in a child that is killed at its n-th look at the file system; tell whether it was."""
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, _args: object) -> None:
            nonlocal left
            if event in ("open", "shutil.rmtree") or event.startswith(("os.", "fcntl.")):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            work()
        except BaseException:  # noqa: BLE001 - the child must not go on with the parent's tests
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def every_step(work: Callable[[], object], check: Callable[[], object]) -> int:
    """Kill work at each of its steps in turn; check after each. Returns how many there are."""
    step = 1
    while killed_at(step, work):
        check()
        step += 1
    check()
    return step


def aged(folder: Path) -> None:
    """Let what a killed process left look as if that was long ago."""
    for path in (folder / "v1/tmp").glob(".*"):
        os.utime(path, (0, 0))


def test_a_process_killed_while_it_puts_leaves_the_store_whole(tmp_path: Path) -> None:
    told: list[Finding] = []
    folder = tmp_path / "store"
    put(opened(folder, LIMIT, told.append), 1, tmp_path)

    def work() -> None:
        store = opened(folder, LIMIT, print)
        put(store, 2, tmp_path)
        store.close()

    def check() -> None:
        store = opened(folder, LIMIT, told.append)
        assert take(store, 1, tmp_path), "what was there before still is"
        take(store, 2, tmp_path)
        aged(folder)
        assert put(store, 2, tmp_path)
        assert take(store, 2, tmp_path)
        store.close()
        assert not any((folder / "v1/tmp").iterdir()), "swept"
        entry = store.get(key("stress", "2"))
        assert isinstance(entry, Entry)
        for part in entry.parts[:2]:
            (folder / "v1/cas" / part.sha256[:2] / part.sha256).unlink()

    assert every_step(work, check) > 15
    assert told == []


def test_a_process_killed_while_it_evicts_leaves_the_store_whole(tmp_path: Path) -> None:
    told: list[Finding] = []
    folder = tmp_path / "store"

    def fill() -> None:
        store = opened(folder, 10 * LIMIT, told.append)
        for number in range(4):
            assert put(store, number, tmp_path)

    def work() -> None:
        store = opened(folder, 20_000, print)
        put(store, 5, tmp_path)
        store.close()

    def check() -> None:
        store = opened(folder, 20_000, told.append)
        for number in range(6):
            take(store, number, tmp_path)
        aged(folder)
        assert put(store, 5, tmp_path)
        store.close()
        assert size(folder) <= 20_000
        fill()

    fill()
    assert every_step(work, check) > 30
    assert told == []


def test_a_process_killed_while_it_reads_holds_nothing_up(tmp_path: Path) -> None:
    told: list[Finding] = []
    folder = tmp_path / "store"
    put(opened(folder, LIMIT, told.append), 1, tmp_path)

    def work() -> None:
        take(opened(folder, LIMIT, print), 1, tmp_path)

    def check() -> None:
        for path in tmp_path.glob("out-*"):
            path.unlink()
        assert take(opened(folder, LIMIT, told.append), 1, tmp_path)

    assert every_step(work, check) > 5
    store = opened(folder, 1, told.append)
    assert put(store, 2, tmp_path)
    store.close()
    assert store.get(key("stress", "1")) is None, "no lock is left"
    assert told == []
