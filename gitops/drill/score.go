package drill

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
)

// Solution is what solves a drill with the least change.
type Solution struct {
	// Commit is the culprit. Remedy reverts it, and it alone.
	Commit gitops.Hash
	Remedy gitops.Remedy
	// Parts are the commits that a merge culprit brought in: reverting those
	// of them that did it is as good as reverting the merge. Empty otherwise.
	Parts []gitops.Hash
	// Batch are all commits of the bad release, newest first.
	Batch []gitops.Hash
	// BadRelease is the release that broke production, Unreleased the commits
	// of the branch that it does not hold, newest first: a revert ships them
	// along, restoring an earlier release undoes them.
	BadRelease string
	Unreleased []gitops.Hash
	// Why says in a sentence what the culprit did.
	Why string
}

// Expected is the solution of a sandbox, as `ahead drill --auto` plays it.
func Expected(s *Sandbox) Solution { return s.solution }

// Attempt is what a person did.
type Attempt struct {
	// Kind is the remedy that was shipped; Reverted the commits that it undid.
	// Nil means, for a reverted deployment, the bad release's batch, and for a
	// restored one also what came after it.
	Kind     gitops.RemedyKind
	Reverted []gitops.Hash
	// Recovered says that production answered 200 at the end, Took how long
	// that was after the moment from which the caller counts.
	Recovered bool
	Took      time.Duration
	// Releases counts the releases that were shipped on the way; 1 is best.
	Releases int
}

// Scorecard is the outcome of a drill.
type Scorecard struct {
	Recovered bool
	Took      time.Duration
	// RightCulprit says that the culprit was among what was undone, Exact
	// that nothing else was.
	RightCulprit bool
	Exact        bool
	// Innocent counts the innocent commits that were undone, Collateral the
	// unreleased commits that the remedy shipped along.
	Innocent   int
	Collateral int
	Releases   int
	// Text is the verdict in one or two sentences.
	Text string
}

// Score judges an attempt against the solution. It is pure: the same attempt
// always gets the same card, and there are no points to argue about.
func (want Solution) Score(a Attempt) Scorecard {
	card := Scorecard{Recovered: a.Recovered, Took: a.Took, Releases: a.Releases}
	undone := a.Reverted
	if undone == nil && (a.Kind == gitops.RevertDeployment || a.Kind == gitops.RestoreDeployment) {
		undone = want.Batch
	}
	switch {
	case a.Kind != gitops.RestoreDeployment:
		card.Collateral = len(want.Unreleased)
	case a.Reverted == nil:
		undone = slices.Concat(undone, want.Unreleased)
	}
	card.RightCulprit, card.Innocent = want.judge(undone, a.Recovered)
	card.Exact = card.RightCulprit && card.Innocent == 0
	card.Text = want.verdict(a, card)
	return card
}

// judge says whether undone covers the culprit, and how many commits of it
// are innocent. Of a merge culprit, any of its parts that together heal
// production are as good as the merge, and none of them counts as innocent.
func (want Solution) judge(undone []gitops.Hash, healed bool) (right bool, innocent int) {
	seen := map[gitops.Hash]bool{}
	for _, h := range undone {
		switch {
		case seen[h]:
		case h == want.Commit:
			right = true
		case slices.Contains(want.Parts, h):
			right = right || healed
		default:
			innocent++
		}
		seen[h] = true
	}
	return right, innocent
}

func (want Solution) verdict(a Attempt, card Scorecard) string {
	var said []string
	switch {
	case !card.Recovered && card.RightCulprit:
		said = append(said, "production is still down although the culprit was undone: something else stands in its way")
	case !card.Recovered:
		said = append(said, fmt.Sprintf("production is still down: the culprit is %s", want.Commit.Short()))
	case card.Exact:
		said = append(said, fmt.Sprintf("production recovered after %s, and nothing but the culprit was undone", spoken(card.Took)))
	case card.RightCulprit:
		said = append(said, fmt.Sprintf("production recovered after %s, but %s undone with the culprit",
			spoken(card.Took), counted(card.Innocent, "innocent commit was", "innocent commits were")))
	default:
		said = append(said, fmt.Sprintf("production recovered after %s without undoing the culprit %s",
			spoken(card.Took), want.Commit.Short()))
	}
	if a.Releases > 1 {
		said = append(said, fmt.Sprintf("it took %d releases", a.Releases))
	}
	if a.Releases > 0 && card.Collateral > 0 {
		said = append(said, counted(card.Collateral, "unreleased commit", "unreleased commits")+" shipped along")
	}
	return strings.Join(said, "; ")
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// spoken gives a duration as people say it: "48 s", "3 min 5 s".
func spoken(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	if s < 60 {
		return fmt.Sprintf("%d s", s)
	}
	return fmt.Sprintf("%d min %d s", s/60, s%60)
}
