package wording

import (
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
)

// Exact says on one line of at most room cells, or two of half as much, which of
// the paths of a plan end as an earlier deployment had them, and which later
// edits stay in the others; empty where that is not known. named tells what a
// commit is called.
func Exact(p gitops.Plan, room int, named func(gitops.Hash) string) string {
	if s := Exactness(p); s != "" {
		return s
	}
	e := p.Exactness
	if e.Deployment == "" || p.Verdict != gitops.VerdictClean || len(e.Edited) == 0 {
		return ""
	}
	text := fmt.Sprintf("%s identical to %s; later edits stay in ", share(len(e.Identical), len(e.Identical)+len(e.Edited)), term.Clean(e.Deployment))
	for i, edits := range e.Edited {
		entry := editedPath(edits, named)
		if bare := term.Clean(edits.Path); term.Width(text)+term.Width(entry) > room {
			entry = bare
		}
		rest := len(e.Edited) - i
		if i > 0 && term.Width(text)+term.Width(entry) > room-len(" and 99 more") {
			return text + fmt.Sprintf(" and %d more", rest)
		}
		if i > 0 {
			text += ", "
		}
		text += entry
	}
	return text
}

func share(identical, all int) string {
	switch {
	case all == 1:
		return "the path is not"
	case identical == 0:
		return fmt.Sprintf("none of %d paths is", all)
	case identical == 1:
		return fmt.Sprintf("1 of %d paths is", all)
	default:
		return fmt.Sprintf("%d of %d paths are", identical, all)
	}
}

// editedPath names the newest edit; the others are counted.
func editedPath(e gitops.LaterEdits, named func(gitops.Hash) string) string {
	path := term.Clean(e.Path)
	if len(e.Commits) == 0 {
		return path
	}
	by := strings.TrimSpace(named(e.Commits[0]))
	if more := len(e.Commits) - 1; more > 0 {
		by += fmt.Sprintf(" and %d more", more)
	}
	return path + " (" + by + ")"
}

// ShortAndSubject names a commit of a snapshot.
func ShortAndSubject(snap gitops.Snapshot) func(gitops.Hash) string {
	return func(h gitops.Hash) string {
		if _, ok := snap.CommitByHash(h); !ok {
			return h.Short()
		}
		return h.Short() + " " + term.Cut(Subject(snap, h), longestName)
	}
}

// longestName is how much of a subject stands in a list of edits, in cells.
const longestName = 40
