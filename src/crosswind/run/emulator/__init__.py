"""A Windows for Go programs: our own loader and calls, on the processor that unicorn emulates."""
