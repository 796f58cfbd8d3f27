import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosswind.run.emulator import memory as m
from crosswind.run.emulator import status
from crosswind.run.emulator.backing import SEGMENT
from crosswind.run.emulator.heap import Heap
from crosswind.run.emulator.memory import AccessViolation, Memory, Protection
from crosswind.run.emulator.status import WinError

PAGE, RW, RO = 0x1000, Protection.READWRITE, Protection.READONLY


class Pages:
    """A processor that remembers the rights of each page, and refuses what unicorn would."""

    def __init__(self):
        self.rights = {}
        self.forgotten = []

    def map(self, address, size, rights, host):
        assert host
        for page in range(address, address + size, PAGE):
            assert page not in self.rights
            self.rights[page] = rights

    def unmap(self, address, size):
        for page in range(address, address + size, PAGE):
            del self.rights[page]

    def protect(self, address, size, rights):
        for page in range(address, address + size, PAGE):
            assert page in self.rights
            self.rights[page] = rights

    def forget(self, address, size):
        self.forgotten.append((address, size))


@pytest.fixture
def pages():
    return Pages()


@pytest.fixture
def memory(pages):
    return Memory(pages, 64 << 20)


def failure(use, *given):
    with pytest.raises(WinError) as error:
        use(*given)
    return error.value.win32


def test_a_reservation_costs_nothing_and_holds_nothing(memory, pages):
    made = memory.reserve(0, 1 << 40, RW)
    assert made.base % m.GRANULARITY == 0
    assert (memory.committed, pages.rights) == (0, {})
    with pytest.raises(AccessViolation):
        memory.read(made.base, 1)


def test_committed_pages_hold_what_is_written(memory):
    base = memory.new(3 * PAGE)
    memory.write(base + PAGE - 2, b"across")
    assert memory.read(base + PAGE - 2, 6) == b"across"
    assert memory.read_u32(base) == 0
    memory.write_u64(base + 8, 1 << 64 | 5)
    assert memory.read_u64(base + 8) == 5
    assert memory.committed == 3 * PAGE


def test_a_wish_for_an_address_is_rounded_down_and_kept(memory):
    made = memory.reserve(0xC0_0000_1234, 0x2000, RW)
    assert (made.base, made.size) == (0xC0_0000_0000, 0x4000)
    assert failure(memory.reserve, 0xC0_0000_0000, PAGE, RW) == status.ERROR_INVALID_ADDRESS
    assert failure(memory.reserve, m.HIGHEST, PAGE, RW) == status.ERROR_INVALID_ADDRESS
    assert failure(memory.reserve, 0, 1 << 48, RW) == status.ERROR_NOT_ENOUGH_MEMORY


def test_committing_again_keeps_contents_and_changes_the_protection(memory, pages):
    base = memory.new(2 * PAGE)
    memory.write(base, b"kept")
    memory.commit(base, PAGE, RO)
    assert memory.read(base, 4) == b"kept"
    assert pages.rights == {base: m.READ, base + PAGE: m.READ | m.WRITE}
    with pytest.raises(AccessViolation) as error:
        memory.write(base + 8, b"x")
    assert (error.value.address, error.value.write) == (base + 8, True)


def test_decommitted_pages_come_back_as_zeros(memory):
    base = memory.new(4 * PAGE)
    memory.write(base + PAGE, b"gone")
    memory.decommit(base + PAGE, PAGE)
    assert memory.readable(base, 4 * PAGE) == bytes(PAGE)
    memory.commit(base + PAGE, PAGE, RW)
    assert memory.read(base + PAGE, 4) == bytes(4)
    assert memory.committed == 4 * PAGE


def test_the_limit_holds_for_what_is_committed(memory):
    memory.new(60 << 20)
    assert failure(memory.new, 8 << 20) == status.ERROR_COMMITMENT_LIMIT
    assert memory.committed == 60 << 20


def test_release_takes_a_whole_reservation(memory, pages):
    base = memory.new(2 * PAGE)
    assert failure(memory.release, base + PAGE) == status.ERROR_INVALID_ADDRESS
    memory.release(base)
    assert (pages.rights, memory.committed) == ({}, 0)
    assert memory.query(base).allocation is None
    assert failure(memory.release, base) == status.ERROR_INVALID_ADDRESS


def test_a_guard_and_no_access_cannot_be_touched(memory, pages):
    base = memory.new(3 * PAGE)
    assert memory.protect(base, PAGE, RW | Protection.GUARD) == RW
    memory.protect(base + PAGE, PAGE, Protection.NOACCESS)
    assert [pages.rights[base + n * PAGE] for n in range(3)] == [0, 0, 3]
    for place in (base, base + PAGE):
        with pytest.raises(AccessViolation):
            memory.read(place, 1)
    memory.poke(base, b"system")
    memory.protect(base, PAGE, RW)
    assert memory.read(base, 6) == b"system"


def test_a_query_joins_pages_alike(memory):
    made = memory.reserve(0, 8 * PAGE, RW)
    memory.commit(made.base + PAGE, PAGE, RW)
    memory.commit(made.base + 2 * PAGE, PAGE, RW)
    memory.commit(made.base + 3 * PAGE, PAGE, RO)
    found, place = [], made.base
    while place < made.end:
        region = memory.query(place + 5)
        found.append(((region.end - region.start) // PAGE, region.protection))
        place = region.end
    assert found == [(1, 0), (2, RW), (1, RO), (4, 0)]


def test_large_reservations_are_backed_piece_by_piece(pages):
    memory = Memory(pages, 1 << 30)
    made = memory.reserve(0, 3 * SEGMENT, RW)
    memory.commit(made.base + SEGMENT - PAGE, 2 * PAGE, RW)
    memory.write(made.base + SEGMENT - 2, b"over")
    assert memory.read(made.base + SEGMENT - 2, 4) == b"over"
    assert memory.query(made.base + SEGMENT - PAGE).end == made.base + SEGMENT + PAGE


def test_texts_end_at_their_nul(memory):
    base = memory.new(2 * PAGE)
    memory.write(base, "wide ä\U0001f600\0rest".encode("utf-16-le"))
    assert memory.read_wide(base) == "wide ä\U0001f600"
    memory.write(base + PAGE, b"narrow\0")
    assert memory.read_ansi(base + PAGE) == "narrow"
    # A NUL byte between two code units is none.
    memory.write(base, b"\x01\x02\x03\x00\x00\x04\x00\x00")
    assert len(memory.read_wide(base)) == 3


def test_a_text_without_its_nul_is_a_violation(memory):
    base = memory.new(PAGE)
    memory.write(base, b"x" * PAGE)
    with pytest.raises(AccessViolation):
        memory.read_ansi(base)


def test_changed_code_is_forgotten(memory, pages):
    base = memory.new(PAGE, Protection.EXECUTE_READWRITE)
    memory.write(base + 3, b"\xcc")
    assert pages.forgotten == [(base + 3, 1)]


@pytest.mark.parametrize(
    ("protection", "valid"),
    [
        (4, True),
        (0x104, True),
        (0, False),
        (3, False),
        (0x101, False),
        (0x1000, False),
        (0x40, True),
    ],
)
def test_protections(protection, valid):
    assert m.valid_protection(protection) is valid


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["commit", "decommit", "protect", "write"]),
        st.integers(0, 15),
        st.integers(1, 16),
        st.sampled_from([RW, RO, Protection.NOACCESS]),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_pages_behave_as_a_plain_table_of_them(steps):
    pages = Pages()
    memory = Memory(pages, 1 << 30)
    base = memory.reserve(0, 32 * PAGE, RW).base
    model, contents = {}, {}
    for what, first, count, protection in steps:
        span = range(first, first + count)
        start, size = base + first * PAGE, count * PAGE
        if what == "commit":
            memory.commit(start, size, protection)
            model |= dict.fromkeys(span, protection)
        elif what == "decommit":
            memory.decommit(start, size)
            for page in span:
                model.pop(page, None)
                contents.pop(page, None)
        elif what == "protect" and all(page in model for page in span):
            assert memory.protect(start, size, protection) == model[first]
            model |= dict.fromkeys(span, protection)
        elif what == "write" and model.get(first) == RW:
            memory.write(start, bytes([count]))
            contents[first] = count
    rights = {RW: 3, RO: 1, Protection.NOACCESS: 0}
    assert pages.rights == {base + page * PAGE: rights[how] for page, how in model.items()}
    assert memory.committed == PAGE * len(model)
    for page, how in model.items():
        if how != Protection.NOACCESS:
            assert memory.read_u8(base + page * PAGE) == contents.get(page, 0)
        assert memory.query(base + page * PAGE).protection == how


def test_blocks_of_the_heap_are_zeros_and_used_again(memory):
    heap = Heap(memory)
    one = heap.allocate(20)
    memory.write(one, b"x" * 20)
    assert heap.free(one)
    assert not heap.free(one)
    other = heap.allocate(30)
    assert (other, memory.read(other, 30)) == (one, bytes(30))
    large = heap.data(bytes(200_000))
    assert heap.size(large) == 200_000
    assert heap.free(large)
    assert memory.read_wide(heap.text("text")) == "text"
