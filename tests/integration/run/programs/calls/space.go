package main

import (
	"encoding/binary"
	"encoding/hex"
	"syscall"
	"unicode/utf16"
	"unsafe"
)

// space is memory that a call reads or writes. Go's heap does not move.
type space struct{ bytes []byte }

// kept holds all of it until the end.
var kept []*space

// room makes memory filled with 0xCC, so that what a call leaves alone shows.
func room(size int) *space {
	s := &space{make([]byte, max(size, 8))}
	for i := range s.bytes {
		s.bytes[i] = 0xCC
	}
	kept = append(kept, s)
	return s
}

// zeros makes memory filled with nothing.
func zeros(size int) *space {
	s := room(size)
	clear(s.bytes)
	return s
}

// word makes a DWORD.
func word(value uint32) *space {
	s := zeros(8)
	s.put32(0, value)
	return s
}

// wide makes a NUL-terminated text in UTF-16.
func wide(text string) uintptr {
	units := append(utf16.Encode([]rune(text)), 0)
	s := zeros(2 * len(units))
	for i, unit := range units {
		binary.LittleEndian.PutUint16(s.bytes[2*i:], unit)
	}
	return s.at()
}

// ansi makes a NUL-terminated text of bytes.
func ansi(text string) uintptr {
	s := zeros(len(text) + 1)
	copy(s.bytes, text)
	return s.at()
}

func (s *space) at() uintptr            { return uintptr(unsafe.Pointer(&s.bytes[0])) }
func (s *space) past(n int) uintptr     { return s.at() + uintptr(n) }
func (s *space) u16(at int) uint16      { return binary.LittleEndian.Uint16(s.bytes[at:]) }
func (s *space) u32(at int) uint32      { return binary.LittleEndian.Uint32(s.bytes[at:]) }
func (s *space) u64(at int) uint64      { return binary.LittleEndian.Uint64(s.bytes[at:]) }
func (s *space) put32(at int, v uint32) { binary.LittleEndian.PutUint32(s.bytes[at:], v) }
func (s *space) put64(at int, v uint64) { binary.LittleEndian.PutUint64(s.bytes[at:], v) }
func (s *space) hex(n int) string       { return hex.EncodeToString(s.bytes[:n]) }

// text reads UTF-16 up to its NUL, quoted; `n` is where the memory ends, in units.
func (s *space) text(at int) string {
	return quoted(textAt(s.past(at), (len(s.bytes)-at)/2))
}

// textAt reads UTF-16 at an address.
func textAt(address uintptr, most int) string {
	var units []uint16
	for i := 0; i < most; i++ {
		unit := *(*uint16)(unsafe.Pointer(address + uintptr(2*i)))
		if unit == 0 {
			break
		}
		units = append(units, unit)
	}
	return syscall.UTF16ToString(units)
}

// bytesAt reads memory that a call returned.
func bytesAt(address uintptr, n int) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(address)), n)
}

// untouched says whether memory still holds what `room` filled it with.
func (s *space) untouched(from, to int) bool {
	for _, b := range s.bytes[from:to] {
		if b != 0xCC {
			return false
		}
	}
	return true
}
