from hypothesis import given
from hypothesis import strategies as st

from crosswind.run.emulator.merging import Merging
from crosswind.run.emulator.regions import EXECUTE, READ, WRITE

PAGE = 0x1000
DATA = READ | WRITE


class Pages:
    """A processor that knows its pages, and counts pieces that were not cut."""

    def __init__(self):
        self.pages = {}
        self.pieces = set()
        self.mapped = 0

    def map(self, address, size, rights, host):
        for offset in range(0, size, PAGE):
            assert address + offset not in self.pages
            self.pages[address + offset] = rights, host + offset
        self.pieces.add((address, size))
        self.mapped += size // PAGE

    def unmap(self, address, size):
        for page in range(address, address + size, PAGE):
            del self.pages[page]
        self.pieces.discard((address, size))

    def protect(self, address, size, rights):
        for page in range(address, address + size, PAGE):
            self.pages[page] = rights, self.pages[page][1]

    def forget(self, address, size):
        pass


def test_a_heap_that_grows_stays_a_few_pieces():
    pages = Pages()
    merging = Merging(pages)
    for address in range(0x10000, 0x10000 + 1000 * PAGE, PAGE):
        merging.map(address, PAGE, DATA, address + (1 << 40))
    assert len(pages.pieces) <= 10
    assert len(pages.pages) == 1000
    assert pages.mapped <= 10 * 1000


def test_what_lies_apart_on_the_host_or_is_code_stays_apart():
    pages = Pages()
    merging = Merging(pages)
    merging.map(0x10000, PAGE, DATA, 0x5000)
    merging.map(0x11000, PAGE, DATA, 0x7000)
    merging.map(0x12000, PAGE, READ | EXECUTE, 0x8000)
    merging.map(0x13000, PAGE, READ | EXECUTE, 0x9000)
    assert len(pages.pieces) == 4


STEP = st.tuples(st.sampled_from("mmup"), st.integers(0, 30), st.integers(1, 6))


@given(st.lists(STEP, max_size=60))
def test_pages_are_what_they_are_without_it(steps):
    plain, merged = Pages(), Pages()
    merging = Merging(merged)
    for kind, start, count in steps:
        places = [page * PAGE for page in range(start, start + count)]
        there = [place in plain.pages for place in places]
        for mapper in (plain, merging):
            if kind == "m" and not any(there):
                mapper.map(places[0], count * PAGE, DATA, places[0] + (1 << 40))
            elif kind == "u" and all(there):
                mapper.unmap(places[0], count * PAGE)
            elif kind == "p" and all(there):
                mapper.protect(places[0], count * PAGE, READ)
    assert merged.pages == plain.pages
