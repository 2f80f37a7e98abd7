package wording

import (
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
)

// Exact says on one line of at most room cells, or two of half as much, which of
// the paths of a plan end as an earlier deployment had them, and what keeps the
// others from it: edits since that deployment, hunks that are left out, a decision
// of a person. Such edits may be older than the suspect, which need not be the
// first commit after it: "later" alone would contradict the list of what came
// after the suspect.
// It is empty where that is not known. named tells what a commit is called.
func Exact(p gitops.Plan, room int, named func(gitops.Hash) string) string {
	if s := Exactness(p); s != "" {
		return s
	}
	e := p.Exactness
	if e.Deployment == "" || p.Verdict != gitops.VerdictClean || len(e.Edited) == 0 {
		return ""
	}
	lead := fmt.Sprintf("%s identical to %s", share(len(e.Identical), len(e.Identical)+len(e.Edited)), term.Clean(e.Deployment))
	edited, left, settled := causes(p)
	each := room / 3
	if len(edited) == 0 {
		each = (room - term.Width(lead)) / max(1, min(1, len(left))+min(1, len(settled)))
	}
	rest := others("left-out hunks stay in ", left, each) + others("settled by hand: ", settled, each)
	if len(edited) == 0 {
		return lead + rest
	}
	return laterEdits(lead+"; edits since then stay in ", edited, room-term.Width(rest), named) + rest
}

// causes parts the paths that differ by what makes them differ. Of a path with
// several causes the one that the person chose is named.
func causes(p gitops.Plan) (edited []gitops.LaterEdits, left, settled []string) {
	for _, e := range p.Exactness.Edited {
		switch {
		case slices.ContainsFunc(p.LeftOut, func(l gitops.LeftOut) bool { return l.Path == e.Path || l.OldPath == e.Path }):
			left = append(left, e.Path)
		case slices.Contains(p.Resolved, e.Path):
			settled = append(settled, e.Path)
		default:
			edited = append(edited, e)
		}
	}
	return edited, left, settled
}

// others names one path, or several, or counts them where their names take more
// than room cells.
func others(lead string, paths []string, room int) string {
	if len(paths) == 0 {
		return ""
	}
	names := make([]string, 0, len(paths))
	for _, p := range paths {
		names = append(names, term.Clean(p))
	}
	list := strings.Join(names, ", ")
	if len(paths) > 1 && term.Width(lead)+term.Width(list) > room {
		list = Count(len(paths), "path")
	}
	return "; " + lead + list
}

// laterEdits lists the edited paths behind text, with their newest commits as
// far as there is room.
func laterEdits(text string, edited []gitops.LaterEdits, room int, named func(gitops.Hash) string) string {
	for i, edits := range edited {
		entry := editedPath(edits, named)
		if bare := term.Clean(edits.Path); term.Width(text)+term.Width(entry) > room {
			entry = bare
		}
		rest := len(edited) - i
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
