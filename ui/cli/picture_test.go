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

	"ahead/gitops"
	"ahead/gitops/gittest"
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

// TestPictureOfSuspects is the picture of a trace that led to its culprit, on a
// production of which two sources do not say the same.
func TestPictureOfSuspects(t *testing.T) {
	shop, culprit := pictured(t)
	dir := t.TempDir()
	// The screen shows the remote's name.
	shop.Git("clone", "--quiet", "--bare", ".", filepath.Join(dir, "shop.git"))
	shop.Git("remote", "add", "origin", filepath.Join(dir, "shop.git"))
	shop.Git("fetch", "--quiet", "origin")
	shop.Git("remote", "set-head", "origin", "main")
	config := ""
	for name, status := range map[string]string{"ci": "live", "cluster": "failed"} {
		path := filepath.Join(dir, name)
		row := fmt.Sprintf(`{"commit":%q,"environment":"production","status":%q,"time":%q,"actor":"release-bot"}`+"\n",
			shop.Rev("v1.42.0^{commit}"), status, time.Now().Add(-29*time.Minute).UTC().Format(time.RFC3339))
		if err := os.WriteFile(path, []byte(row), 0o600); err != nil {
			t.Fatal(err)
		}
		config += fmt.Sprintf("[sources.%s]\nkind = \"file\"\npath = %q\n", name, path)
	}
	settings := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(settings, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	x := start(t, 100, 30, append(shop.Env(), "LC_ALL=C.UTF-8"), shop.Dir, "--config", settings)
	x.see("LIVE v1.42.0", "sources disagree on v1.42.0: ci says live, cluster says failed", "q quit")
	x.press("s")
	x.see("WHO WAS IT?")
	x.press("\x1b[200~panic: total does not add up\n\nmain.total(...)\n\t/build/shop/app/price/total.go:6 +0x1d\n" +
		"main.cart(...)\n\t/build/shop/app/cart/cart.go:3 +0x2f\x1b[201~")
	x.see("6 lines, 2 places in code named")
	x.press("\x13")
	x.see("SUSPECTS", "1 ✓ clean    "+culprit.Short(), "WHY FIRST", "the line that fails", "near", "file")
	x.lose("asking")
	x.lose("working")
	x.draw("suspects.svg")
	x.press("q")
	x.exit()
}

// pictured is a shop with a few days of work in it, and the commit to blame.
func pictured(t *testing.T) (shop *gittest.Repo, culprit gitops.Hash) {
	shop = gittest.New(t)
	file := func(rows ...string) string { return strings.Join(rows, "\n") + "\n" }
	total := func(sum string) string {
		return file("package price", "", "func Total(lines []int) int {", "\tsum := 0", "\tfor _, l := range lines {", "\t\tsum += "+sum, "\t}", "\treturn sum", "}")
	}
	for _, step := range []struct {
		ago            time.Duration
		who, tag, what string
		path, text     string
	}{
		{60 * time.Hour, "Pricing", "", "Open the shop", "app/price/total.go", total("l")},
		{52 * time.Hour, "Checkout", "v1.41.2", "Keep the cart", "app/cart/cart.go", file("package cart", "", "func Keep() {}")},
		{30 * time.Hour, "Search", "", "Suggest as one types", "app/search/suggest.go", file("package search")},
		{28 * time.Hour, "Platform", "v1.41.3", "Bump the http client", "go.mod", file("module shop")},
		{3 * time.Hour, "Search", "", "Cache suggestions", "app/search/cache.go", file("package search", "", "var cache = 1")},
		{2 * time.Hour, "Checkout", "", "Say what is in the cart", "app/cart/words.go", file("package cart", "", "const words = 1")},
		{100 * time.Minute, "Pricing", "", "Round totals per line", "app/price/total.go", total("round(l)")},
		{80 * time.Minute, "Pricing", "", "Name the price list", "app/price/list.go", file("package price", "", "var list = 1")},
		{70 * time.Minute, "Docs", "", "Fix a typo in the guide", "docs/guide.md", file("guide")},
		{50 * time.Minute, "Platform", "v1.42.0", "Log slow requests", "app/log.go", file("package app")},
		{20 * time.Minute, "Search", "", "Rank by what sells", "app/search/rank.go", file("package search", "", "var rank = 1")},
	} {
		shop.SetNow(time.Now().Add(-step.ago))
		shop.As(step.who, strings.ToLower(step.who)+"@example.com")
		h := shop.Commit(step.what, map[string]string{step.path: step.text})
		if step.what == "Round totals per line" {
			culprit = h
		}
		if step.tag != "" {
			shop.AnnotatedTag(step.tag)
		}
	}
	return shop, culprit
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
		// A frame that has come in part is none that anybody sees.
		x.becomes(func() bool {
			out := x.output()
			return strings.Count(out, "\x1b[?2026h") == strings.Count(out, "\x1b[?2026l")
		})
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
