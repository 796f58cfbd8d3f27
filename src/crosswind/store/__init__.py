"""Finished results by what they were made from, so that they need not be made again.

`Store` is what the pipeline talks to; `backend.py` says what a place must offer that keeps things, `disk.py`
is this machine's own.
"""

from crosswind.store.entry import Entry, Part, key
from crosswind.store.keeping import File, Store, Tell, opened

__all__ = ["Entry", "File", "Part", "Store", "Tell", "key", "opened"]
