import pytest

from crosswind.run.emulator import context, engine, status
from crosswind.run.emulator.cpu import EXECUTE, READ, WRITE, Cpu, Fault, Stop
from crosswind.run.emulator.memory import Memory, Protection


@pytest.fixture(scope="module")
def cpu():
    return Cpu()


@pytest.fixture
def memory(cpu):
    made = Memory(cpu, 64 << 20)
    yield made
    for allocation in list(made._allocations):
        made.release(allocation.base)


@pytest.fixture
def at(cpu, memory):
    base = memory.new(0x2000, Protection.EXECUTE_READWRITE)

    def place(code):
        memory.write(base, bytes.fromhex(code))
        return base

    return place


def fault(cpu, address):
    assert cpu.run(address, 1000) is Stop.FAULT
    return cpu.fault


# add rax,rcx; nop; nop; dec rcx; jnz -8; int3
SUM = "4801c8 9090 48ffc9 75f6 cc"


@pytest.mark.parametrize("blocks", [1, 7, 777, 1 << 40])
def test_slices_change_nothing(cpu, at, blocks):
    address = at(SUM)
    cpu.write(engine.RAX, 0)
    cpu.write(engine.RCX, 1000)
    place, slices = address, 0
    while cpu.run(place, blocks) is Stop.SLICE:
        place = cpu.registers[0]
        slices += 1
    assert cpu.read(engine.RAX) == 1000 * 1001 // 2
    assert cpu.registers[0] == address + 11
    assert slices == 1000 // blocks


@pytest.mark.parametrize(
    ("code", "offset", "expected"),
    [
        ("90 0f0b", 1, Fault(status.STATUS_ILLEGAL_INSTRUCTION)),
        ("9031db f7fb", 3, Fault(status.STATUS_INTEGER_DIVIDE_BY_ZERO)),
        ("90 f4", 1, Fault(status.STATUS_PRIVILEGED_INSTRUCTION)),
        ("90 0f30", 1, Fault(status.STATUS_PRIVILEGED_INSTRUCTION)),
        ("90 cd29", 1, Fault(status.STATUS_STACK_BUFFER_OVERRUN)),
        ("90 488b042578000000", 1, Fault(status.STATUS_ACCESS_VIOLATION, (READ, 0x78))),
        ("90 c604257800000001", 1, Fault(status.STATUS_ACCESS_VIOLATION, (WRITE, 0x78))),
    ],
)
def test_exceptions_are_told_with_their_place(cpu, at, code, offset, expected):
    address = at(code)
    # Twice, since unicorn remembers some.
    for _ in range(3):
        assert fault(cpu, address) == expected
        assert cpu.registers[0] == address + offset


def test_a_jump_to_nowhere_is_an_execute_fault(cpu, at):
    cpu.write(engine.RAX, 0)
    assert fault(cpu, at("ffe0")) == Fault(status.STATUS_ACCESS_VIOLATION, (EXECUTE, 0))


def test_protections_hold(cpu, memory, at):
    data = memory.new(0x1000, Protection.READONLY)
    cpu.write(engine.RAX, data)
    assert fault(cpu, at("c60001 cc")).parameters == (WRITE, data)
    assert fault(cpu, data).parameters == (EXECUTE, data)
    memory.protect(data, 0x1000, Protection.READWRITE | Protection.GUARD)
    assert fault(cpu, at("8a00 cc")).parameters == (READ, data)


@pytest.mark.parametrize(
    "code",
    # mov al,[rax]; movaps xmm0,[rax]; lock xadd [rax],rcx; call [rax]
    ["8a00 cc", "0f2800 cc", "f0480fc108 cc", "ff10 cc"],
)
def test_a_page_that_was_used_can_be_forbidden(cpu, memory, at, code):
    data = memory.new(0x1000, Protection.READWRITE)
    cpu.write(engine.RAX, data)
    cpu.write(engine.RSP, data + 0x800)
    # mov [rax],al; mov al,[rax]
    assert cpu.run(at("8800 8a00 cc"), 100) is Stop.BREAKPOINT
    cpu.write(engine.RAX, data)
    for forbidden in (Protection.NOACCESS, Protection.READWRITE | Protection.GUARD):
        memory.protect(data, 0x1000, forbidden)
        for _ in range(2):
            assert fault(cpu, at(code)).parameters == (READ, data)


def test_what_the_program_writes_into_its_code_counts():
    cpu = Cpu()
    own = Memory(cpu, 64 << 20)
    data = own.new(0x1000, Protection.READWRITE)
    code = own.new(0x2000, Protection.EXECUTE_READ)
    cpu.write(engine.RAX, data)
    # mov [rax],cl; mov ebx,1; int3
    own.poke(code, bytes.fromhex("8808 bb01000000 cc"))
    cpu.write(engine.RCX, 5)
    assert cpu.run(code, 100) is Stop.BREAKPOINT
    own.protect(code, 0x2000, Protection.EXECUTE_READWRITE)
    cpu.write(engine.RAX, code + 3)
    for value in (5, 6):
        cpu.write(engine.RCX, value)
        cpu.run(code, 100)
        cpu.run(code, 100)
        assert cpu.read(engine.RBX) == value


def test_an_instruction_that_would_be_wrong_is_refused(cpu, at):
    address = at("90 c5f877 cc")
    assert cpu.run(address, 100) is Stop.REFUSED
    assert cpu.refused[0] == address + 1
    cpu.refused = None


def test_what_the_host_writes_into_code_counts(cpu, at):
    assert cpu.run(at("b801000000 cc"), 100) is Stop.BREAKPOINT
    assert cpu.read(engine.RAX) == 1
    assert cpu.run(at("b802000000 cc"), 100) is Stop.BREAKPOINT
    assert cpu.read(engine.RAX) == 2


def test_contexts_keep_threads_apart(cpu):
    one, other = cpu.new_context(), cpu.new_context()
    cpu.write(engine.R8, 1)
    cpu.save(one)
    cpu.write(engine.R8, 2)
    cpu.save(other)
    cpu.restore(one)
    assert cpu.read(engine.R8) == 1
    cpu.restore(other)
    assert cpu.read(engine.R8) == 2


def test_a_context_record_holds_all_registers(cpu):
    values = list(range(100, 117))
    cpu.write_general(values)
    cpu.write_vectors(bytes(range(256)))
    cpu.write(engine.MXCSR, 0x9FC0)
    cpu.write(engine.EFLAGS, 0x246)
    kept = context.capture(cpu)
    cpu.write_general([0] * 17)
    cpu.write_vectors(bytes(256))
    cpu.write(engine.MXCSR, 0x1F80)
    assert context.apply(cpu, kept) == 116
    assert list(cpu.read_general())[:16] == values[:16]
    assert cpu.read_vectors() == bytes(range(256))
    assert cpu.read(engine.MXCSR) == 0x9FC0
    assert len(kept) == context.SIZE


def test_only_the_parts_that_the_flags_name_are_set(cpu):
    cpu.write_general([0] * 17)
    data = bytearray(context.capture(cpu))
    cpu.write_general(list(range(200, 217)))
    data[0x30:0x34] = (0x100001).to_bytes(4, "little")
    assert context.apply(cpu, bytes(data)) == 0
    assert cpu.read(engine.RCX) == 201
    assert cpu.read(engine.RSP) == 0


def test_merging_keeps_what_was_not_asked_for():
    before, data = b"\xff" * context.SIZE, bytes(context.SIZE)
    merged = context.merged(before, data, 0x100001)
    assert merged[0x98:0xA0] == merged[0xF8:0x100] == bytes(8)
    assert merged[0x78:0x98] == b"\xff" * 32
    assert merged[0x100:0x300] == b"\xff" * 512


def test_the_processor_says_what_it_is(cpu, at):
    cpu.write(engine.RAX, 1)
    cpu.write(engine.RCX, 0)
    cpu.run(at("0fa2 cc"), 100)
    features = cpu.read(engine.RCX)
    # SDM volume 2, CPUID: SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT; no FMA, XSAVE, OSXSAVE, AVX.
    assert all(features >> bit & 1 for bit in (0, 9, 13, 19, 20, 23))
    assert not any(features >> bit & 1 for bit in (12, 26, 27, 28))
