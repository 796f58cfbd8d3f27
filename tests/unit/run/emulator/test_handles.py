import pytest

from crosswind.run.emulator import status
from crosswind.run.emulator.handles import (
    CURRENT_THREAD,
    FLAG_INHERIT,
    FLAG_PROTECT_FROM_CLOSE,
    HandleTable,
)
from crosswind.run.emulator.objects import Event, KernelObject
from crosswind.run.emulator.status import WinError


class Noted(KernelObject):
    kind = "Noted"
    closed = 0

    def close(self):
        self.closed += 1


def code(error):
    return error.value.win32


def test_handles_count_in_fours_and_are_given_out_again():
    table = HandleTable()
    first, second = table.add(Noted()), table.add(Noted())
    assert (first, second) == (4, 8)
    table.close(first)
    assert table.add(Noted()) == first
    assert len(table) == 2


def test_the_object_goes_with_its_last_handle():
    table, thing = HandleTable(), Noted()
    one, other = table.add(thing), table.add(thing)
    table.close(one)
    assert not thing.closed
    table.close(other)
    assert thing.closed == 1


@pytest.mark.parametrize("handle", [0, 4, 0x1234, 1 << 63])
def test_what_is_no_handle_is_invalid(handle):
    table = HandleTable()
    for use in (table.get, table.close, table.entry):
        with pytest.raises(WinError) as error:
            use(handle)
        assert code(error) == status.ERROR_INVALID_HANDLE


def test_a_stale_handle_is_invalid():
    table = HandleTable()
    handle = table.add(Noted())
    table.close(handle)
    with pytest.raises(WinError) as error:
        table.close(handle)
    assert code(error) == status.ERROR_INVALID_HANDLE


def test_the_kind_and_the_rights_are_asked_for():
    table = HandleTable()
    handle = table.add(Event(manual=True, is_set=False), access=2)
    assert table.get(handle, Event, access=2).kind == "Event"
    with pytest.raises(WinError) as error:
        table.get(handle, Noted)
    assert code(error) == status.ERROR_INVALID_HANDLE
    with pytest.raises(WinError) as error:
        table.get(handle, Event, access=3)
    assert code(error) == status.ERROR_ACCESS_DENIED


def test_the_two_low_bits_do_not_count():
    table, thing = HandleTable(), Noted()
    assert table.get(table.add(thing) | 3) is thing


def test_a_duplicate_has_rights_of_its_own_but_no_more():
    table, thing = HandleTable(), Noted()
    handle = table.add(thing, access=6)
    copy = table.duplicate(handle, 2, inherit=True, close=False)
    assert table.entry(copy).access == 2
    assert table.entry(copy).flags == FLAG_INHERIT
    with pytest.raises(WinError) as error:
        table.duplicate(handle, 8, inherit=False, close=False)
    assert code(error) == status.ERROR_ACCESS_DENIED


def test_duplicating_can_close_the_source_even_where_it_fails():
    table, thing = HandleTable(), Noted()
    moved = table.duplicate(table.add(thing, access=1), None, inherit=False, close=True)
    assert len(table) == 1
    assert thing.closed == 0
    with pytest.raises(WinError):
        table.duplicate(moved, 2, inherit=False, close=True)
    assert len(table) == 0
    assert thing.closed == 1


def test_pseudo_handles_change_and_cannot_be_closed():
    table, one, other = HandleTable(), Noted(), Noted()
    table.set_pseudo(CURRENT_THREAD, one)
    assert table.get(CURRENT_THREAD) is one
    table.set_pseudo(CURRENT_THREAD, other)
    table.close(CURRENT_THREAD)
    real = table.duplicate(CURRENT_THREAD, None, inherit=False, close=False)
    assert table.get(real) is other


def test_a_protected_handle_is_not_closed():
    table = HandleTable()
    handle = table.add(Noted())
    table.set_flags(handle, FLAG_PROTECT_FROM_CLOSE, FLAG_PROTECT_FROM_CLOSE)
    with pytest.raises(WinError):
        table.close(handle)
    table.set_flags(handle, FLAG_PROTECT_FROM_CLOSE, 0)
    table.close(handle)


def test_all_are_closed_at_the_end():
    table, thing = HandleTable(), Noted()
    table.add(thing)
    table.add(thing)
    table.close_all()
    assert thing.closed == 1
    assert len(table) == 0
