package wording

import (
	"fmt"

	"ahead/gitops"
	"ahead/ui/term"
)

// Basis says what an order of suspects rests on: what production is taken to
// run, on whose word, and what of the trace was found.
func Basis(s gitops.Suspects) string {
	text := ""
	if !s.Deployed.IsZero() {
		text = "production is taken to run " + s.Deployed.Short()
		if s.Why != "" {
			text += ", " + term.Clean(s.Why)
		}
	}
	if s.Frames+s.Unplaced == 0 {
		return text
	}
	frames := Count(s.Frames, "frame") + " of the trace found in the repository"
	if s.Unplaced > 0 {
		frames += fmt.Sprintf(", %s not", Number(s.Unplaced))
	}
	return join("; ", text, frames)
}

// EvidenceWord is a sort of evidence in at most five letters, for a column.
func EvidenceWord(k gitops.ReasonKind) string {
	switch k {
	case gitops.ReasonLine:
		return "line"
	case gitops.ReasonPath:
		return "file"
	case gitops.ReasonDirectory:
		return "near"
	case gitops.ReasonWords:
		return "words"
	case gitops.ReasonHistory:
		return "habit"
	case gitops.ReasonRecency:
		return "new"
	default:
		return term.Cut(term.Clean(string(k)), 5)
	}
}

// Try is the proposal that halves the suspects; empty where there is none.
func Try(s gitops.Suspects) string {
	if !s.Undecided || s.Try.Commit.IsZero() {
		return ""
	}
	return fmt.Sprintf("try %s: it halves %s (%d left when it works, %d when it does not)",
		term.Clean(s.Try.Name), Count(len(s.Ranked), "suspect"), s.Try.Good, s.Try.Bad)
}

// Answer is what a person said of a deployment.
func Answer(name string, good bool) string {
	if good {
		return term.Clean(name) + " works"
	}
	return term.Clean(name) + " has the trouble"
}

// UnlistedSuspects reads the suspects that the snapshot does not list, as far as
// they can be read.
func UnlistedSuspects(snap gitops.Snapshot, s gitops.Suspects, read func(gitops.Hash) (gitops.Commit, error)) []gitops.Commit {
	listed := make(map[gitops.Hash]bool, len(snap.Commits))
	for _, c := range snap.Commits {
		listed[c.Hash] = true
	}
	var out []gitops.Commit
	for _, r := range s.Ranked {
		if listed[r.Commit] {
			continue
		}
		if c, err := read(r.Commit); err == nil {
			out = append(out, c)
		}
	}
	return out
}
