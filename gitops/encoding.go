package gitops

import (
	"strings"
	"unicode/utf8"
)

// AsUTF8 reads each byte that is part of no character as one of Latin-1, as git
// does with a commit that claims to be UTF-8.
func AsUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			r = rune(s[i])
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}
