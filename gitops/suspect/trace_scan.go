package suspect

import (
	"strings"
)

// sources are the endings of files that a trace may name.
var sources = setOf(`go py pyx pyi ipynb java kt kts scala groovy clj js jsx mjs cjs ts tsx mts cts vue svelte astro
	rb rake erb haml slim jbuilder ru gemspec cs vb fs razor cshtml php phtml inc twig rs c h cc cpp cxx c++ hh hpp hxx ipp m mm
	swift dart ex exs eex heex leex erl hrl lua pl pm t sh bash zsh sql proto graphql hs ml mli jl r nim zig cr coffee
	html htm css scss sass less yml yaml json toml xml tmpl gotmpl j2 jinja tf tcl v sv d pas s S asm`)

// packaged are those of which a trace names the package and the file, not the
// folder.
var packaged = setOf("java kt kts scala groovy clj")

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

const (
	maxExt   = 8
	maxPath  = 512
	maxDigit = 7
)

// scanLine finds the places in one line. Nearly all languages write them alike:
// a path that ends in a known ending, then the number of the line. So one scan
// finds them, whatever else is in the line.
func scanLine(s string) []Frame {
	var found []Frame
	for pos := 0; pos < len(s); {
		dot := strings.IndexByte(s[pos:], '.')
		if dot < 0 {
			break
		}
		dot += pos
		pos = dot + 1
		end := dot + 1
		for end < len(s) && end-dot <= maxExt && isWord(s[end]) {
			end++
		}
		if end == dot+1 || !sources[s[dot+1:end]] || end < len(s) && s[end] == '.' && end+1 < len(s) && isWord(s[end+1]) {
			continue
		}
		line, after := lineNumber(s[end:])
		if line == 0 {
			continue
		}
		begin := pathBegin(s, dot)
		if f, ok := frameOf(s, begin, end, line); ok {
			if f.Func == "" {
				f.Func = functionAfter(s[end+after:])
			}
			f.Loose = f.Func == "" && inProse(s[:begin])
			found = append(found, f)
		}
		pos = end + after
	}
	if len(found) == 0 {
		if f, ok := scanBare(s); ok {
			found = append(found, f)
		}
	}
	return found
}

func isWord(c byte) bool {
	return c == '_' || c == '+' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// separators stand between a path and the number of a line, the longest first.
// A quote or a bracket may come before.
var separators = [...]string{":line ", ", line ", "(line ", " on line ", " line ", ":", "(", "#L", ","}

// lineNumber reads the number behind a path. after is how much was read.
func lineNumber(s string) (line, after int) {
	i := 0
	// A source map's or a bundler's query, as in App.vue?1a2b:41.
	if strings.HasPrefix(s, "?") {
		for i < len(s) && i < 64 && (isWord(s[i]) || strings.IndexByte("?=&%-.", s[i]) >= 0) {
			i++
		}
	}
	for i < len(s) && i < 80 && strings.IndexByte("\"'`)", s[i]) >= 0 {
		i++
	}
	for _, sep := range separators {
		if !strings.HasPrefix(s[i:], sep) {
			continue
		}
		at := i + len(sep)
		end := at
		for end < len(s) && end-at <= maxDigit && isDigit(s[end]) {
			end++
		}
		if end == at || end-at > maxDigit || end < len(s) && (isWord(s[end]) && s[end] != '+') {
			return 0, 0
		}
		for _, c := range s[at:end] {
			line = line*10 + int(c-'0')
		}
		return line, end
	}
	return 0, 0
}

// pathBegin finds where the path before an ending begins: behind the quote that
// it is in, or behind a blank or a bracket.
func pathBegin(s string, dot int) int {
	least := max(0, dot-maxPath)
	i := dot
	for i > least {
		switch c := s[i-1]; {
		case c == '"' || c == '`' || c == '\'' || c == '<' || c == '>' || c == '=' || c == '|' || c == ',' || c == ';':
			return i
		case c <= ' ' || c == 0x7f:
			if q := quoteBefore(s, least, i); q >= 0 {
				return q
			}
			return i
		case c == '(' && !grouped(s, i):
			return i
		case c == '[' || c == '{' || c == '@' && !versioned(s, i):
			return i
		}
		i--
	}
	return i
}

// quoteBefore finds the quote that a path with blanks in it is in, as Python and
// gdb put it; -1 where there is none.
func quoteBefore(s string, least, i int) int {
	q := strings.LastIndexByte(s[least:i], '"')
	if q < 0 {
		return -1
	}
	q += least
	if strings.HasSuffix(s[:q], "File ") || strings.HasSuffix(s[:q], "file ") {
		return q + 1
	}
	return -1
}

// grouped is for folders such as (rsc) and (dashboard) of web frameworks: what
// closes before a slash belongs to the path.
func grouped(s string, i int) bool {
	for k := i; k < len(s) && k < i+40; k++ {
		switch s[k] {
		case ')':
			return k+1 < len(s) && s[k+1] == '/'
		case '/', ':', '.', ' ', '(':
			return false
		}
	}
	return false
}

// versioned tells the @ of module@v1.2.3/file.go, or of a scoped package, from
// the one that Firefox puts between function and place.
func versioned(s string, i int) bool {
	rest := s[i:]
	if strings.HasPrefix(rest, "http") || strings.HasPrefix(rest, "file:") || strings.HasPrefix(rest, "webpack") || strings.HasPrefix(rest, "/") {
		return false
	}
	return i >= 2 && (s[i-2] == '/' || isWord(s[i-2]) && strings.IndexByte(rest, '/') > 0)
}

// inProse reports whether what is before a path is a sentence, and not what a
// stack trace puts before one.
func inProse(before string) bool {
	before = strings.TrimSpace(before)
	if before[:min(1, len(before))] == "(" && before[len(before)-1] == ')' {
		return false // Elixir: (shop 1.2.0) lib/shop/price.ex:41:
	}
	if before == "" || before[0] == '#' || strings.HasPrefix(before, "==") || strings.IndexByte(`(@"'<`, before[len(before)-1]) >= 0 {
		return false
	}
	switch before[strings.LastIndexAny(before, " \t")+1:] {
	case "at", "in", "from", "by", "async", "File", "-->", "|", "├─", "└─":
		return false
	}
	return true
}
