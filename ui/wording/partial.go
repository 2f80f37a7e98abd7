package wording

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
)

// LeavesOut says what a partial revert does not do, in at most room cells where
// that can be said in them: with whole paths, with the names of the files, and
// by number. A room of 0 has no end. It is empty where nothing is left out.
func LeavesOut(left []gitops.LeftOut, room int) string {
	if len(left) == 0 {
		return ""
	}
	const verb = "leaves out "
	for _, name := range []func(string) string{func(p string) string { return p }, path.Base} {
		if s := verb + strings.Join(parts(left, name), ", "); room <= 0 || term.Width(s) <= room {
			return s
		}
	}
	whole, partly := 0, 0
	for _, l := range left {
		if l.Hunks == 0 {
			whole++
		} else {
			partly++
		}
	}
	switch {
	case partly == 0:
		return verb + Count(whole, "file")
	case whole == 0:
		return verb + "parts of " + Count(partly, "file")
	default:
		return fmt.Sprintf("%s%s and parts of %s", verb, Count(whole, "file"), Number(partly))
	}
}

// parts gives each path that is left out, with its hunks counted.
func parts(left []gitops.LeftOut, name func(string) string) []string {
	out := make([]string, 0, len(left))
	for _, l := range left {
		out = append(out, term.Clean(name(l.Path))+hunksLeft(l))
	}
	return out
}

func hunksLeft(l gitops.LeftOut) string {
	switch {
	case l.Hunks == 0:
		return ""
	case l.Of > 0:
		return fmt.Sprintf(" (%d of %s)", l.Hunks, Count(l.Of, "hunk"))
	default:
		return " (" + Count(l.Hunks, "hunk") + ")"
	}
}

// PartsLeftOut gives a line for each path that a partial revert leaves out.
func PartsLeftOut(left []gitops.LeftOut) []string {
	return parts(left, func(p string) string { return p })
}

// NotToldParts stands where UntoldParts holds.
const NotToldParts = "and the message does not say so"

// UntoldParts reports whether a message that was written by hand names none of
// what the plan leaves out: who reads it later takes the revert for a whole one.
func UntoldParts(p gitops.Plan) bool {
	if !p.Partial() || p.Remedy.Message == "" {
		return false
	}
	return !slices.ContainsFunc(p.LeftOut, func(l gitops.LeftOut) bool {
		return strings.Contains(p.Message, l.Path) || strings.Contains(p.Message, path.Base(l.Path))
	})
}
