package term

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// plainGlyphs are the stand-ins for our own signs, one cell for one cell.
var plainGlyphs = map[rune]byte{
	'─': '-', '│': '|', '┬': '+', '┴': '+', '├': '+', '┤': '+', '┼': '+',
	'┌': '+', '┐': '+', '└': '+', '┘': '+', '━': '=', '┃': '|', '═': '=',
	'▶': '>', '▸': '>', '●': '*', '○': 'o', '·': '.', '•': '*', '…': '~',
	'✓': 'v', '✗': 'x', '∅': '0', '⊘': '!', '⋎': 'Y', '⚑': 'M', '▣': 'L', '⚙': 'C',
	'↑': '^', '↓': 'v', '←': '<', '→': '>', '⏎': '=', '−': '-', '–': '-', '—': '-',
	'▏': '_', '≠': '!', '█': '#', '▌': '|', '“': '"', '”': '"', '‘': '\'', '’': '\'', '±': '~', '×': 'x',
	'\u00a0': ' ',
}

// ASCII rewrites a finished frame for a terminal whose locale knows nothing but
// ASCII: our own signs get stand-ins, other characters a question mark a cell,
// so that nothing moves. SGR sequences are ASCII and pass.
func ASCII(frame string) string {
	var b strings.Builder
	b.Grow(len(frame))
	for _, r := range frame {
		switch g, ok := plainGlyphs[r]; {
		case r < 0x80:
			b.WriteRune(r)
		case ok:
			b.WriteByte(g)
		default:
			b.WriteString(strings.Repeat("?", ansi.StringWidthWc(string(r))))
		}
	}
	return b.String()
}
