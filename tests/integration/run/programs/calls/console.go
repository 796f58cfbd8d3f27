package main

const stdInput, stdOutput, stdError = ^uintptr(9), ^uintptr(10), ^uintptr(11)

// console asks where no standard stream is a console: the tests give pipes and nothing.
func console() {
	standard := of("GetStdHandle")
	output := standard.handle("output", stdOutput)
	standard.handle("error", stdError)
	standard.handle("unknown", 7)

	mode := room(4)
	get := of("GetConsoleMode")
	get.yes("of no handle", 0, mode.at())
	get.yes("of a pipe", output, mode.at())
	get.and("memory untouched", mode.untouched(0, 4))
	get.yes("of an unknown handle", 0xBAD0, mode.at())
	of("SetConsoleMode").yes("of a pipe", output, 3)
	of("SetConsoleMode").yes("of no handle", 0, 3)

	info := room(64)
	of("GetConsoleScreenBufferInfo").yes("of a pipe", output, info.at())
	of("GetConsoleScreenBufferInfo").yes("of no handle", 0, info.at())
	of("SetConsoleTextAttribute").yes("of a pipe", output, 7)
	of("SetConsoleCursorPosition").yes("of a pipe", output, 0)
	of("FillConsoleOutputCharacterW").yes("of a pipe", output, ' ', 1, 0, info.at())
	of("FillConsoleOutputAttribute").yes("of a pipe", output, 7, 1, 0, info.at())
	of("GetConsoleCursorInfo").yes("of a pipe", output, info.at())
	info.put32(0, 25)
	info.put32(4, 1)
	of("SetConsoleCursorInfo").yes("of a pipe", output, info.at())

	written := word(77)
	of("WriteConsoleW").yes("to a pipe", output, wide("hello"), 5, written.at(), 0)
	of("WriteConsoleW").yes("to no handle", 0, wide("hello"), 5, written.at(), 0)
	of("WriteConsoleW").yes("to an unknown handle", 0xBAD0, wide("hello"), 5, written.at(), 0)
	of("ReadConsoleW").yes("from a pipe", output, info.at(), 4, written.at(), 0)
	of("ReadConsoleW").yes("from no handle", 0, info.at(), 4, written.at(), 0)
	of("ReadConsoleInputW").yes("from a pipe", output, info.at(), 1, written.at())
	of("PeekConsoleInputW").yes("from a pipe", output, info.at(), 1, written.at())
	of("GetNumberOfConsoleInputEvents").yes("of a pipe", output, written.at())
	of("FlushConsoleInputBuffer").yes("of a pipe", output)

	handler := of("SetConsoleCtrlHandler")
	handler.yes("ignore Ctrl-C", 0, 1)
	handler.yes("heed it again", 0, 0)
	handler.yes("remove an unknown one", 0x12345, 0)
}
