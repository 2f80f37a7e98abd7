package term

import (
	"os"
	"strings"

	"github.com/mattn/go-isatty"
)

// Depth is how many colours the terminal shows.
type Depth uint8

// The depths. DepthNone means no SGR sequence at all, not even bold.
const (
	DepthNone Depth = iota
	Depth16
	Depth256
	DepthTrue
)

// Facts are what is known of the terminal without asking it.
type Facts struct {
	// TTY says that output goes to a terminal.
	TTY bool
	// Dumb says that the terminal cannot move its cursor (TERM=dumb or empty).
	Dumb bool
	// NoColor is the person's wish (https://no-color.org).
	NoColor bool
	Depth   Depth
	// Background is "dark" or "light" where COLORFGBG says so, else empty.
	Background string
	// UTF8 says that the locale can show more than ASCII.
	UTF8 bool
}

// Detect reads the facts from the environment and from the file that output
// goes to. lookup is os.LookupEnv outside tests.
func Detect(lookup func(string) (string, bool), out *os.File) Facts {
	get := func(name string) string { v, _ := lookup(name); return v }
	f := Facts{
		TTY:        out != nil && (isatty.IsTerminal(out.Fd()) || isatty.IsCygwinTerminal(out.Fd())),
		Background: background(get("COLORFGBG")),
		UTF8:       utf8Locale(get),
	}
	name := get("TERM")
	f.Dumb = name == "" || name == "dumb"
	// no-color.org: present and not empty, whatever its value.
	f.NoColor = get("NO_COLOR") != ""
	f.Depth = depth(name, get("COLORTERM"))
	return f
}

func depth(name, colorterm string) Depth {
	switch {
	case name == "" || name == "dumb":
		return DepthNone
	case colorterm == "truecolor" || colorterm == "24bit":
		return DepthTrue
	}
	for _, n := range []string{"direct", "kitty", "alacritty", "wezterm", "ghostty", "foot", "contour"} {
		if strings.Contains(name, n) {
			return DepthTrue
		}
	}
	if strings.Contains(name, "256color") {
		return Depth256
	}
	return Depth16
}

// background reads "fg;bg" or "fg;default;bg" as rxvt, Konsole and others set
// it: 0–6 and 8 are dark.
func background(v string) string {
	i := strings.LastIndexByte(v, ';')
	if i < 0 {
		return ""
	}
	switch v[i+1:] {
	case "0", "1", "2", "3", "4", "5", "6", "8":
		return "dark"
	case "7", "9", "10", "11", "12", "13", "14", "15":
		return "light"
	}
	return ""
}

func utf8Locale(get func(string) string) bool {
	// POSIX: the first of these that is set and not empty decides.
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := get(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}
