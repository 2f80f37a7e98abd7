package cli

import (
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hinshun/vt10x"
)

// picture draws docs/*.svg from the real program in a terminal:
// go test ./ui/cli -run Picture -picture
var picture = flag.Bool("picture", false, "draw the README's pictures from the running program")

// TestPicture keeps the README's pictures honest: what they show is what the
// program showed when they were drawn, and their words are still on the screen.
func TestPicture(t *testing.T) {
	x := start(t, 100, 30, nil, t.TempDir(), "drill", "bad-price-rule", "--seed", "3")
	x.see("PRODUCTION DOWN", "✓ clean", "Follow the carrier's ne", "⚑ Add orders.currency")
	x.press("jjjjjjjj")
	x.see("▶  9 ✓ clean    6ccbe2a", "12 ✓ clean", "13 ✓ clean", "6ccbe2a  Follow the carrier", "prices/rules.json  +1")
	x.lose("asking origin")
	x.draw("timeline.svg")
	x.press(enter)
	x.see("the same as git's merge", "hunk 1 of 1", "REASON", " c confirm  esc back")
	x.draw("preview.svg")
	x.press(escape)
	x.see("DEPLOYMENTS")
	x.press("jj" + enter)
	x.see("REVERT ea9c2ba", "✗ conflict in 1 file", "WAYS OUT", "55745d1", "nothing to name yet", " esc back  1-4 remedy")
	x.draw("conflict.svg")
	x.press("q")
	x.exit()
}

// lose waits until the screen no longer shows a text.
func (x *terminal) lose(text string) {
	x.t.Helper()
	timeout := time.After(patience)
	for strings.Contains(x.text(), text) {
		select {
		case <-x.fresh:
		case <-x.ended:
			x.t.Fatalf("the program ended while it showed %q", text)
		case <-timeout:
			x.t.Fatalf("%q never went\n%s", text, x.text())
		}
	}
}

// draw writes the screen as a picture, or insists that one was drawn.
func (x *terminal) draw(name string) {
	x.t.Helper()
	path := filepath.Join("..", "..", "docs", name)
	if *picture {
		if err := os.WriteFile(path, []byte(x.svg()), 0o644); err != nil {
			x.t.Fatal(err)
		}
		return
	}
	if _, err := os.Stat(path); err != nil {
		x.t.Errorf("%v: draw it with -picture", err)
	}
}

const (
	cellWidth  = 8.4
	cellHeight = 18
)

// svg draws the emulator's cells: a rectangle for each run of one background,
// a text for each run of one colour.
func (x *terminal) svg() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	cols, rows := x.screen.Size()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`+"\n",
		float64(cols)*cellWidth+16, rows*cellHeight+16)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="6" fill="%s"/>`+"\n", rgb(x.screen.Cell(0, 0).BG, "#11151c"))
	for y := range rows {
		for left := 0; left < cols; {
			g := look(x.screen.Cell(left, y))
			right := left + 1
			for right < cols && look(x.screen.Cell(right, y)) == g {
				right++
			}
			x.run(&b, g, left, right, y)
			left = right
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// attributes of a cell that vt10x keeps in Mode, in its own order.
const (
	attrReverse = 1 << iota
	attrUnderline
	attrBold
)

type appearance struct {
	fg, bg string
	bold   bool
}

func look(g vt10x.Glyph) appearance {
	a := appearance{fg: rgb(g.FG, "#d8dee9"), bg: rgb(g.BG, "#11151c"), bold: g.Mode&attrBold != 0}
	if g.Mode&attrReverse != 0 && g.FG == vt10x.DefaultFG {
		a.fg, a.bg = a.bg, a.fg
	}
	return a
}

func (x *terminal) run(b *strings.Builder, a appearance, left, right, y int) {
	var text strings.Builder
	for i := left; i < right; i++ {
		text.WriteRune(max(' ', x.screen.Cell(i, y).Char))
	}
	top := float64(y*cellHeight) + 8
	fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"/>`,
		float64(left)*cellWidth+8, top, float64(right-left)*cellWidth, cellHeight, a.bg)
	if strings.TrimSpace(text.String()) == "" {
		b.WriteString("\n")
		return
	}
	weight := ""
	if a.bold {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" textLength="%.1f" xml:space="preserve" fill="%s"%s>%s</text>`+"\n",
		float64(left)*cellWidth+8, top+13.5, float64(right-left)*cellWidth, a.fg, weight, html.EscapeString(text.String()))
}

// rgb spells a colour of the emulator; the numbers below 256 are a palette.
func rgb(c vt10x.Color, byDefault string) string {
	if c == vt10x.DefaultFG || c == vt10x.DefaultBG || c < 256 {
		return byDefault
	}
	return fmt.Sprintf("#%06x", uint32(c))
}
