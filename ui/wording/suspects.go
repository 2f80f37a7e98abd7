package wording

import (
	"fmt"
	"time"

	"ahead/gitops"
	"ahead/ui/term"
)

// Basis says what an order of suspects rests on: what production is taken to
// run, on whose word, and what of the trace was found.
func Basis(snap gitops.Snapshot, s gitops.Suspects) string {
	where := "production"
	if len(snap.Environments) > 0 && snap.Environment != snap.Environments[0] {
		where = term.Clean(snap.Environment)
	}
	text := ""
	if !s.Deployed.IsZero() {
		text = where + " is taken to run " + s.Deployed.Short()
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
		term.Clean(s.Try.Name), Undecided(s), s.Try.Good, s.Try.Bad)
}

// Undecided counts the suspects that the evidence does not tell apart: those that
// the proposal parts.
func Undecided(s gitops.Suspects) string {
	return Count(s.Try.Good+s.Try.Bad, "suspect")
}

// Surface is where a person reads a notice, which decides what they can do about
// it there.
type Surface uint8

// The surfaces.
const (
	OnScreen Surface = iota
	InLines
	ByFlag
	surfaces
)

// ways are what each surface offers for what a notice speaks of, by its code.
var ways = map[string][surfaces]string{
	gitops.NoticeAheadHit:   {"if it is live: s, RUNS", "if it is live: n, and the last question", "if it is live: --onto says what runs"},
	gitops.NoticeTagsOnly:   {"s, RUNS says what it runs", "n, and the last question, says what it runs", "--onto says what it runs"},
	gitops.NoticeAllCleared: {"u takes the last one back", "the word forget drops the answers", "--since looks further back, --forget drops what is remembered"},
	gitops.NoticeRemedy:     {"it began since? s, BEGAN", "it began since? n, and say when", "it began since? --at says when"},
	gitops.NoticeRecalled:   {"s, then ctrl+x forgets it", "the word forget drops it", "--forget drops it"},
}

// SuspectNotice is a notice with the way out that the surface has.
func SuspectNotice(n gitops.Notice, on Surface) string {
	text := term.Clean(n.Text)
	if way := ways[n.Code][on]; way != "" {
		text += " (" + way + ")"
	}
	return text
}

// Believed says in a few words what production is believed to run, and on whose
// word.
func Believed(s gitops.Snapshot) string {
	switch d := s.Deployed; {
	case s.Rollback != nil && !s.Rollback.Onward:
		return term.Clean(s.Rollback.Left.Name()) + ", before it went back"
	case d == nil:
		why := ", as nothing tells"
		if live, told := claimed(s); s.Drift.Missing {
			why = ", as what runs is not here"
		} else if live {
			why = ", as the sources disagree"
		} else if told {
			why = ", as no source tells"
		}
		return "the tip of " + term.Clean(s.Branch) + why
	case d.Source == gitops.SourceTags || d.Source == "":
		return term.Clean(d.Name()) + ", by its tag"
	default:
		return term.Clean(d.Name()) + ", by " + term.Clean(d.Source)
	}
}

// NameOf is what a person calls a commit that was deployed, else its short hash.
func NameOf(s gitops.Snapshot, h gitops.Hash) string {
	for _, b := range s.Batches {
		if b.Deployment.Commit == h {
			return term.Clean(b.Deployment.Name())
		}
	}
	return h.Short()
}

// Answers are the answers that count, one a line.
func Answers(snap gitops.Snapshot, answers []gitops.Answer, now time.Time) []string {
	out := make([]string, len(answers))
	for i, a := range answers {
		out[i] = AnswerSaid(NameOf(snap, a.Commit), a, now)
	}
	return out
}

// AnswerSaid is an answer and when it was given, such as "v1.41.0 works, as you
// said 5 min ago".
func AnswerSaid(name string, a gitops.Answer, now time.Time) string {
	text := Answer(name, a.Good)
	switch {
	case a.At.IsZero():
		return text
	case now.Sub(a.At) < time.Minute:
		return text + ", as you just said"
	default:
		return text + ", as you said " + Ago(a.At, now)
	}
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
