package main

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

func quoted(text string) string { return strconv.QuoteToASCII(text) }

func utf16Of(text string) []uint16 { return utf16.Encode([]rune(text)) }

func quotedNumber(value uint64) string {
	if value < 100000 {
		return strconv.FormatUint(value, 10)
	}
	return "0x" + strconv.FormatUint(value, 16)
}

// upperText prints a path that Wine writes in lower case.
func upperText(s *space) string { return strings.ToUpper(s.text(0)) }
