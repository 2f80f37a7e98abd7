package suspect

import (
	"regexp"
	"strings"
	"unicode"
)

// frameOf makes a frame of the path s[begin:end] and what is before it.
func frameOf(s string, begin, end, line int) (Frame, bool) {
	path := cleanPlace(s[begin:end])
	if line > 1 {
		path = withoutFingerprint(path)
	}
	name := path[strings.LastIndexByte(path, '/')+1:]
	if name == "" || name[0] == '.' && strings.Count(name, ".") == 1 || strings.ContainsFunc(path, unicode.IsControl) {
		return Frame{}, false
	}
	f := Frame{Path: path, Line: line, Func: functionBefore(s[:begin]), Library: isLibrary(path)}
	if ext := name[strings.LastIndexByte(name, '.')+1:]; packaged[ext] && !strings.Contains(path, "/") {
		f.packaged = true
		if qualified := qualifiedBefore(s[:begin]); qualified != "" {
			f.Path, f.Func = packagePath(qualified, name)
			f.Library = isJVMLibrary(f.Path)
		}
	}
	if strings.HasSuffix(path, ".go") && isGoLibrary(path) {
		f.Library = true
	}
	return f, true
}

// cleanPlace takes schemes, hosts, drives, queries and dots from a path.
func cleanPlace(path string) string {
	path = strings.ReplaceAll(path, `\`, "/")
	if at := strings.Index(path, "://"); at >= 0 {
		scheme, rest := path[:at], path[at+len("://"):]
		// Of http a host comes first, of webpack the name of the bundle, which is
		// often empty; of file neither.
		if strings.HasSuffix(scheme, "file") {
			path = rest
		} else if _, after, ok := strings.Cut(rest, "/"); ok {
			path = after
		} else {
			path = rest
		}
	}
	if q := strings.IndexByte(path, '?'); q >= 0 {
		path = path[:q]
	}
	if len(path) > 2 && path[1] == ':' && path[2] == '/' {
		path = path[2:]
	}
	// Bundlers put layers such as (rsc)/ in front of ./.
	if at := strings.LastIndex(path, "/./"); at >= 0 {
		path = path[at+len("/./"):]
	}
	for strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../") {
		_, path, _ = strings.Cut(path, "/")
	}
	path = strings.TrimPrefix(path, "~/")
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return withoutParents(path)
}

// fingerprint is what Rails' asset pipelines put behind a script's name: eight
// digits of Propshaft, 32 or 64 of Sprockets, which writes .self before them where
// it does not concatenate.
var fingerprint = regexp.MustCompile(`(?:\.self)?-([0-9a-f]{8}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})\.(?:m?js|css)$`)

// withoutFingerprint gives the name that a script has in the repository. Where all
// is in line 1 it was minified, and the caller lets the name be: what is in a
// bundle's first line says nothing of the file that it is called after.
func withoutFingerprint(path string) string {
	at := fingerprint.FindStringSubmatchIndex(path)
	if at == nil {
		return path
	}
	// report-20260101.js is no fingerprint, and neither is a word such as facefeed.
	digest := path[at[2]:at[3]]
	if strings.Trim(digest, "0123456789") == "" || strings.Trim(digest, "abcdef") == "" {
		return path
	}
	return path[:at[0]] + path[at[3]:]
}

// withoutParents resolves x/../ inside a path, as compilers leave it there.
func withoutParents(path string) string {
	if !strings.Contains(path, "/../") {
		return path
	}
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		if part == ".." && len(parts) > 0 {
			parts = parts[:len(parts)-1]
			continue
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "/")
}

// qualifiedBefore is the method's full name before "(Price.java:41)".
func qualifiedBefore(s string) string {
	s, ok := strings.CutSuffix(s, "(")
	if !ok {
		return ""
	}
	s = s[strings.LastIndexFunc(s, func(r rune) bool { return r <= ' ' })+1:]
	if len(s) > maxPath {
		return ""
	}
	// A class loader and a module come first: app//, java.base/.
	return s[strings.LastIndexByte(s, '/')+1:]
}

// packagePath makes com/acme/Price.kt of com.acme.PriceKt.compute.
func packagePath(qualified, file string) (path, function string) {
	parts := strings.Split(qualified, ".")
	function = parts[len(parts)-1]
	// Classes begin with a capital letter, packages do not; where the package has
	// one, the class and the method are the last two.
	n := 0
	for n < len(parts)-1 && parts[n] != "" && !('A' <= parts[n][0] && parts[n][0] <= 'Z') {
		n++
	}
	if n == len(parts)-1 {
		n = max(0, len(parts)-2)
	}
	return strings.Join(append(parts[:n:n], file), "/"), function
}

// functionBefore is the name of the function that a line tells before its place:
// "at foo (", "foo@", "in foo (x=1) at ".
func functionBefore(s string) string {
	whole := strings.TrimSpace(s)
	if !strings.HasPrefix(whole, "at ") && !strings.HasPrefix(whole, "#") && !strings.HasSuffix(whole, "(") && !strings.HasSuffix(whole, "@") {
		return ""
	}
	s = strings.TrimRight(s, " \t(@\"'")
	s = strings.TrimSuffix(s, " in")
	s = strings.TrimSuffix(s, " at")
	if open := strings.IndexByte(s, '('); open > 0 {
		s = s[:open]
	}
	s = strings.TrimRight(s, " ")
	return asFunction(s[strings.LastIndexAny(s, " \t")+1:])
}

// functionAfter is the name of the function that a line tells behind its place, as
// Python, Ruby and PHP do.
func functionAfter(s string) string {
	for _, mark := range [...]string{", in ", ":in `", ":in '", "): "} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			if end := strings.IndexAny(rest, "('\" \t"); end >= 0 {
				rest = rest[:end]
			}
			return asFunction(rest)
		}
	}
	return ""
}

// ownLineFunction is the name of the function on a line that has nothing else, as
// Go and Rust write it above the place.
func ownLineFunction(s string) string {
	s = strings.TrimSpace(s)
	if n, rest, ok := strings.Cut(s, ": "); ok && len(n) < 5 && strings.Trim(n, "0123456789") == "" {
		s = rest
	}
	if open := strings.LastIndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") {
		s = s[:open]
	}
	s = rustHash.ReplaceAllString(s, "")
	if strings.ContainsAny(s, " \t") {
		return ""
	}
	return asFunction(s)
}

// rustHash is what Rust's symbols end with.
var rustHash = regexp.MustCompile(`::h[0-9a-f]{16}$`)

// maxName bounds what is taken for a name.
const maxName = 120

// asFunction gives the last part of a qualified name, or nothing where it is none.
func asFunction(s string) string {
	if len(s) == 0 || len(s) > maxName {
		return ""
	}
	if at := strings.LastIndexAny(s, ".:#/>"); at >= 0 {
		s = s[at+1:]
	}
	for i := range len(s) {
		if !isWord(s[i]) && s[i] < 0x80 && s[i] != '$' && s[i] != '?' && s[i] != '!' {
			return ""
		}
	}
	if strings.Trim(s, "0123456789") == "" || s == "at" || s == "in" || s == "from" {
		return ""
	}
	return s
}
