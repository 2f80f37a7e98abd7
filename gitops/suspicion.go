package gitops

import "time"

// Evidence is what a person knows of the trouble, in any mixture. The zero
// Evidence knows nothing.
type Evidence struct {
	// Trace is text with a stack trace or a log excerpt in it, Text an error
	// message or a description in a person's own words.
	Trace, Text string
	// Paths are files or folders of the repository that are thought to be in it.
	Paths []string
	// At is when the trouble began, zero for not known.
	At time.Time
	// Good are commits that are known not to have the trouble, Bad ones that are
	// known to have it: the answers of a bisection.
	Good, Bad []Hash
	// Runs is the commit that production runs on a person's word; zero to go by
	// the deployments.
	Runs Hash
}

// IsZero reports whether nothing is known but, perhaps, the time, and what
// production runs.
func (e Evidence) IsZero() bool {
	return e.Trace == "" && e.Text == "" && len(e.Paths) == 0 && len(e.Good) == 0 && len(e.Bad) == 0
}

// ReasonKind tells one sort of evidence from another.
type ReasonKind string

// The sorts of evidence, strongest first.
const (
	ReasonLine      ReasonKind = "line"      // it last changed a line that the trace names
	ReasonPath      ReasonKind = "path"      // it changed a file that is named
	ReasonDirectory ReasonKind = "directory" // it changed a neighbour of a file that is named
	ReasonWords     ReasonKind = "words"     // its message or paths share words with the text
	ReasonHistory   ReasonKind = "history"   // what it touched was often reverted, by its author or by others
	ReasonRecency   ReasonKind = "recency"   // where it stands in the suspect deployment
)

// Reason is one piece of evidence against a commit, in words.
type Reason struct {
	Kind ReasonKind
	Text string
}

// Suspicion is a commit with its place in the order of suspects.
type Suspicion struct {
	Commit Hash
	// Rank counts from 1.
	Rank int
	// Deployment names the deployment that brought it; empty where none is known.
	Deployment string
	// Reasons are strongest first, never empty.
	Reasons []Reason
}

// Suspects is the answer to who it was.
type Suspects struct {
	// Ranked are the suspects, the first one first.
	Ranked []Suspicion
	// Deployed is the commit that production is taken to run, Why says on whose
	// word.
	Deployed Hash
	Why      string
	// Suspect names the deployment that was in force when the trouble began.
	Suspect string
	// Frames and Unplaced count the frames of the trace that were found in the
	// repository and those that were not.
	Frames, Unplaced int
	// Undecided says that the evidence does not tell the first few apart. Then
	// Try names the deployment or commit that halves them when somebody finds out
	// whether it has the trouble.
	Undecided bool
	Try       Halving
	// Answers are those that counted, the oldest first.
	Answers []Answer
	// Notices tell what was left out and why.
	Notices []Notice
}

// The codes of what is said of an order of suspects, beside its reasons. Their
// texts name no flag, field or key: each surface says its own.
const (
	NoticeNotDeployed = "not-deployed"
	NoticeTagsOnly    = "tags-only"
	NoticeAheadHit    = "unreleased-hit"
	NoticeTooNew      = "after-the-trouble"
	NoticeBelieved    = "believed-deployed"
	NoticeCleared     = "cleared"
	NoticeAllCleared  = "all-cleared"
	NoticeWindowCut   = "window-cut"
	NoticeWindowEmpty = "window-empty"
	NoticeRecalled    = "answers-recalled"
	NoticeNotKept     = "answers-not-kept"
	NoticeRemedy      = "remedy-shipped"
	NoticeUnknownPath = "unknown-path"
	NoticeNoFrames    = "no-frames"
)

// AnswerLasts is how long an answer counts: the next trouble is another one.
const AnswerLasts = 24 * time.Hour

// Answer is what somebody found out of one commit.
type Answer struct {
	Commit Hash `json:"commit"`
	// Good says that it does not have the trouble.
	Good bool `json:"good"`
	// At is when they said so, zero for not known.
	At time.Time `json:"at"`
}

// Halving is a question whose answer rules out as many suspects as can be.
type Halving struct {
	// Commit is what to try; zero where there is nothing to ask. Name is the
	// deployment or the short commit.
	Commit Hash
	Name   string
	// Good and Bad count the suspects that are left after either answer.
	Good, Bad int
}

// With gives the evidence with an answer, which takes the place of an earlier one
// about the same commit.
func (e Evidence) With(h Hash, good bool) Evidence {
	e = e.Without(h)
	if good {
		e.Good = append(e.Good, h)
	} else {
		e.Bad = append(e.Bad, h)
	}
	return e
}

// Answered gives the evidence with these answers and no others.
func (e Evidence) Answered(answers []Answer) Evidence {
	e.Good, e.Bad = nil, nil
	for _, a := range answers {
		e = e.With(a.Commit, a.Good)
	}
	return e
}

// Without gives the evidence without the answers about one commit.
func (e Evidence) Without(h Hash) Evidence {
	other := func(list []Hash) []Hash {
		var out []Hash
		for _, x := range list {
			if x != h {
				out = append(out, x)
			}
		}
		return out
	}
	e.Good, e.Bad = other(e.Good), other(e.Bad)
	return e
}
