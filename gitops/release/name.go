package release

import (
	"strings"

	"ahead/gitops"
)

// CheckName says whether git takes name (without refs/tags/) as the name of a
// tag, by the rules of git-check-ref-format(1). Beyond those it refuses, as git
// tag itself does, a leading "-" and the name HEAD: the first reads as an
// option on a command line, the second makes HEAD ambiguous.
func CheckName(name string) error {
	why := badName(name)
	if why == "" {
		return nil
	}
	return &gitops.Error{
		Code: gitops.CodeBadTag,
		What: "the tag name " + quote(name) + " " + why,
		Hint: "choose a name like v1.2.3",
	}
}

func quote(name string) string {
	const longest = 60
	if len(name) > longest {
		name = name[:longest] + "…"
	}
	return `"` + name + `"`
}

func badName(name string) string {
	switch {
	case name == "":
		return "is empty"
	case name == "HEAD":
		return "is git's own name for something else"
	case strings.HasPrefix(name, "-"):
		return "begins with a dash"
	case strings.HasSuffix(name, "."):
		return "ends with a dot"
	case strings.Contains(name, ".."):
		return `holds ".."`
	case strings.Contains(name, "@{"):
		return `holds "@{"`
	}
	for i := range len(name) {
		switch c := name[i]; {
		case c < ' ' || c == 0x7f:
			return "holds a control character"
		case strings.IndexByte(" ~^:?*[\\", c) >= 0:
			return "holds " + `"` + string(rune(c)) + `"`
		}
	}
	for part := range strings.SplitSeq(name, "/") {
		switch {
		case part == "":
			return "has an empty part beside a slash"
		case part[0] == '.':
			return "has a part that begins with a dot"
		case strings.HasSuffix(part, ".lock"):
			return `has a part that ends in ".lock"`
		}
	}
	return ""
}
