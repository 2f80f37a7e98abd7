package theme

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"ahead/ui/term"

	"github.com/charmbracelet/x/ansi"
)

func luminance(r, g, b float64) float64 {
	lin := func(c float64) float64 {
		c /= 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

func hexLuminance(t *testing.T, hex string) float64 {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	return luminance(float64(n>>16), float64(n>>8&255), float64(n&255))
}

// xtermLuminance knows the fixed part of the 256 colours: the cube and the
// greys.
func xtermLuminance(t *testing.T, index string) float64 {
	n, err := strconv.Atoi(index)
	if err != nil || n < 16 {
		t.Fatalf("256-colour index %q depends on the person's settings", index)
	}
	if n >= 232 {
		v := float64(8 + 10*(n-232))
		return luminance(v, v, v)
	}
	level := func(i int) float64 {
		if i == 0 {
			return 0
		}
		return float64(55 + 40*i)
	}
	n -= 16
	return luminance(level(n/36), level(n/6%6), level(n%6))
}

func contrast(a, b float64) float64 { return (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05) }

func TestEveryPairCanBeRead(t *testing.T) {
	for _, name := range []string{Dark, Light} {
		for _, share := range []bool{false, true} {
			want := 4.5
			if share {
				want = 7
			}
			for _, r := range paletteOf(name, share) {
				fg, bg := r.look.fg, r.look.bg
				if fg == (ink{}) || bg == (ink{}) {
					t.Fatalf("%s/%s leaves a colour to the terminal", name, r.name)
				}
				if c := contrast(hexLuminance(t, fg.hex), hexLuminance(t, bg.hex)); c < want {
					t.Errorf("%s share=%v %s: %.2f:1, want %.1f:1", name, share, r.name, c, want)
				}
				if c := contrast(xtermLuminance(t, fg.c256), xtermLuminance(t, bg.c256)); c < want {
					t.Errorf("%s share=%v %s at 256: %.2f:1, want %.1f:1", name, share, r.name, c, want)
				}
				if fg.c16 == bg.c16 {
					t.Errorf("%s share=%v %s at 16: invisible", name, share, r.name)
				}
			}
		}
	}
}

func TestEveryStyleHasItsLook(t *testing.T) {
	listed := map[string]bool{}
	for _, r := range paletteOf(Dark, false) {
		listed[r.name] = true
		if r.look == (look{}) {
			t.Errorf("%s is in the list but the palette forgets it", r.name)
		}
	}
	typ := reflect.TypeFor[Theme]()
	for i := range typ.NumField() {
		if f := typ.Field(i); f.Type == reflect.TypeFor[Style]() && !listed[f.Name] {
			t.Errorf("%s is a style that no palette fills", f.Name)
		}
	}
}

func TestDepths(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		want string
		in   string
	}{
		{Dark, Options{Depth: term.DepthTrue}, Dark, "38;2;86;1"},
		{Dark, Options{Depth: term.Depth256}, Dark, "38;5;74"},
		{Auto, Options{Depth: term.Depth16, Background: Light}, Light, "34"},
		{Light, Options{Depth: term.DepthTrue, NoColor: true}, Mono, ""},
		{Dark, Options{Depth: term.DepthNone}, Mono, ""},
	} {
		th, err := New(c.name, c.o)
		if err != nil || th.Name != c.want {
			t.Fatalf("New(%s, %+v): %v, %v", c.name, c.o, th, err)
		}
		if got := th.Added.Render("x"); !strings.Contains(got, c.in) || ansi.Strip(got) != "x" {
			t.Errorf("New(%s, %+v): added is %q, want %q in it", c.name, c.o, got, c.in)
		}
	}
	if _, err := New("solarized", Options{}); err == nil || !strings.Contains(err.Error(), "dark") {
		t.Errorf("an unknown theme names the known ones: %v", err)
	}
}

func TestMonoHasNoColourAndDumbHasNothing(t *testing.T) {
	th, _ := New(Mono, Options{Depth: term.DepthTrue})
	if got := th.Band.Render("DOWN"); strings.Contains(got, "38;") || !strings.HasPrefix(got, "\x1b[1;7m") {
		t.Errorf("mono band: %q", got)
	}
	dumb, _ := New(Dark, Options{Depth: term.DepthNone})
	if got := dumb.Paint(dumb.Band.Render("DOWN")); got != "DOWN" {
		t.Errorf("dumb band: %q", got)
	}
}

func TestPaintCoversEveryCell(t *testing.T) {
	th, _ := New(Dark, Options{Depth: term.DepthTrue})
	frame := th.Row(10, Seg{"ab", th.Added}, Seg{"cd", Style{}}) + "\n" + strings.Repeat(" ", 10)
	got := th.Paint(frame)
	if ansi.Strip(got) != ansi.Strip(frame) {
		t.Errorf("painting changed the text: %q", ansi.Strip(got))
	}
	for _, line := range strings.Split(got, "\n") {
		if !strings.HasPrefix(line, th.base) || !strings.HasSuffix(line, reset) {
			t.Errorf("line starts or ends unpainted: %q", line)
		}
	}
	if strings.Contains(strings.TrimSuffix(strings.ReplaceAll(got, reset+"\n", ""), reset), reset+" ") {
		t.Errorf("a reset leaves blanks unpainted: %q", got)
	}
}

func TestRowsAreExact(t *testing.T) {
	th, _ := New(Dark, Options{Depth: term.DepthTrue})
	for w := range 30 {
		segs := []Seg{{"日本語 ", th.Dim}, {"subject of it", th.Text}, {" ✓ clean", th.Good}}
		for name, s := range map[string]string{
			"Row": th.Row(w, segs...), "RowOf": th.RowOf(th.Selected, w, segs...), "Spread": th.Spread(w, segs[:1], segs[2:]),
		} {
			if got := ansi.StringWidth(s); got != w {
				t.Errorf("%s at %d is %d cells", name, w, got)
			}
		}
	}
}
