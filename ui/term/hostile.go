package term

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

const (
	variationText  = '\uFE0E'
	variationEmoji = '\uFE0F'
)

// symbols are the characters behind which a variation selector is ordinary
// typing (emoji in subjects) and is dropped, because terminals disagree about
// its width; anywhere else it hides something and is spelled out.
var symbols = []*unicode.RangeTable{unicode.So, unicode.Sm, unicode.Sk, unicode.Po, unicode.Nd}

// blanks are characters that show nothing though Unicode does not count them
// as format characters: Hangul fillers, the combining grapheme joiner, Khmer
// inherent vowels, Mongolian variation selectors, the Braille blank.
var blanks = map[rune]bool{
	0x034f: true, 0x115f: true, 0x1160: true, 0x17b4: true, 0x17b5: true,
	0x180b: true, 0x180c: true, 0x180d: true, 0x180f: true,
	0x2800: true, 0x3164: true, 0xffa0: true,
}

// spelling tells whether a character must be spelled out, and how.
func spelling(r rune, size int, b byte) (string, bool) {
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf("<%02x>", b), true
	case r < 0x20 || r == 0x7f:
		return fmt.Sprintf("<%02x>", r), true
	case r < 0x7f:
		return "", false
	case invisible(r), !assigned(r):
		return fmt.Sprintf("<U+%04X>", r), true
	default:
		return "", false
	}
}

// invisible covers C1 controls, all format characters (bidirectional controls,
// zero-width characters, the soft hyphen, the byte order mark, tags), line and
// paragraph separators, variation selectors, and the blanks.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector) || blanks[r]
}

// assigned reports whether Unicode knows the character. Private use is let
// through: it shows a glyph or a box, one cell wide.
func assigned(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs, unicode.Co)
}
