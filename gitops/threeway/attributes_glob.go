package threeway

import "strings"

// globMatch matches as fnmatch(3) does with FNM_PATHNAME: '*', '?' and sets
// never match a slash. "**" as a whole component matches any number of
// components, at the end everything. More than two stars are two.
func globMatch(glob, text string) bool { return globFrom(glob, text, true) }

// globFrom is globMatch in the middle; component says that a component of the
// glob begins here.
func globFrom(glob, text string, component bool) bool {
	for glob != "" {
		c := glob[0]
		switch {
		case c == '*':
			return starMatch(glob, text, component)
		case text == "":
			return false
		case c == '[':
			hit, rest, ok := setMatch(glob[1:], text[0])
			if !ok || !hit || text[0] == '/' {
				return false
			}
			glob, text, component = rest, text[1:], false
			continue
		case c == '?':
			if text[0] == '/' {
				return false
			}
		case c == '\\' && len(glob) > 1:
			glob = glob[1:]
			fallthrough
		default:
			if glob[0] != text[0] {
				return false
			}
		}
		component = glob[0] == '/' && c != '?'
		glob, text = glob[1:], text[1:]
	}
	return text == ""
}

// starMatch handles a glob that begins with one or more stars.
func starMatch(glob, text string, component bool) bool {
	rest := strings.TrimLeft(glob, "*")
	whole := component && len(glob)-len(rest) >= 2 && (rest == "" || rest[0] == '/')
	switch {
	case whole && rest == "":
		return true
	case whole:
		return acrossMatch(rest[1:], text)
	}
	for {
		if globFrom(rest, text, false) {
			return true
		}
		if text == "" || text[0] == '/' {
			return false
		}
		text = text[1:]
	}
}

// acrossMatch tries the glob behind "**/" at the beginning of each component.
func acrossMatch(glob, text string) bool {
	for {
		if globFrom(glob, text, true) {
			return true
		}
		slash := strings.IndexByte(text, '/')
		if slash < 0 {
			return false
		}
		text = text[slash+1:]
	}
}

// setMatch matches c against the set whose text follows the opening bracket,
// and gives the glob behind the set. ok is false for a set without an end.
func setMatch(set string, c byte) (hit bool, rest string, ok bool) {
	negated := set != "" && (set[0] == '!' || set[0] == '^')
	if negated {
		set = set[1:]
	}
	for first := true; set != "" && (set[0] != ']' || first); first = false {
		if class, after, isClass := cutClass(set); isClass {
			hit = hit || classes[class] != nil && classes[class](c)
			set = after
			continue
		}
		lo, after := setByte(set)
		hi := lo
		if len(after) > 1 && after[0] == '-' && after[1] != ']' {
			hi, after = setByte(after[1:])
		}
		hit = hit || lo <= c && c <= hi
		set = after
	}
	if set == "" {
		return false, "", false
	}
	return hit != negated, set[1:], true
}

// setByte takes one byte, escaped or not, off a set.
func setByte(set string) (byte, string) {
	if set[0] == '\\' && len(set) > 1 {
		set = set[1:]
	}
	return set[0], set[1:]
}

// cutClass takes a class such as [:digit:] off a set.
func cutClass(set string) (class, rest string, ok bool) {
	set, ok = strings.CutPrefix(set, "[:")
	if !ok {
		return "", "", false
	}
	return strings.Cut(set, ":]")
}

var classes = map[string]func(byte) bool{
	"alpha":  isAlpha,
	"digit":  isDigit,
	"alnum":  func(c byte) bool { return isAlpha(c) || isDigit(c) },
	"upper":  func(c byte) bool { return 'A' <= c && c <= 'Z' },
	"lower":  func(c byte) bool { return 'a' <= c && c <= 'z' },
	"space":  func(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' },
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"cntrl":  func(c byte) bool { return c < ' ' || c == 0x7f },
	"print":  func(c byte) bool { return ' ' <= c && c < 0x7f },
	"graph":  func(c byte) bool { return ' ' < c && c < 0x7f },
	"punct":  func(c byte) bool { return ' ' < c && c < 0x7f && !isAlpha(c) && !isDigit(c) },
	"xdigit": func(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' },
}

func isAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
