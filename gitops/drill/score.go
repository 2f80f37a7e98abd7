package drill

import (
	"fmt"
	"strings"
	"time"

	"ahead/gitops"
)

// Solution is what solves a drill with the least change.
type Solution struct {
	// Commit is the culprit. Remedy reverts it, and it alone.
	Commit gitops.Hash
	Remedy gitops.Remedy
	// Parts are the commits that a merge culprit brought in: reverting all of
	// them is as good as reverting the merge. Empty otherwise.
	Parts []gitops.Hash
	// Batch are all commits of the bad release, newest first.
	Batch []gitops.Hash
	// BadRelease is the release that broke production, Unreleased how many
	// commits of the branch it does not hold: any remedy ships them along.
	BadRelease string
	Unreleased int
	// Why says in a sentence what the culprit did.
	Why string
}

// Expected is the solution of a sandbox, as `ahead drill --auto` plays it.
func Expected(s *Sandbox) Solution { return s.solution }

// Attempt is what a person did.
type Attempt struct {
	// Kind is the remedy that was shipped; Reverted the commits that it undid
	// (for a restored or reverted deployment: nil, meaning the whole batch).
	Kind     gitops.RemedyKind
	Reverted []gitops.Hash
	// Recovered says that production answered 200 at the end, Took how long
	// that was after the clock of the drill began.
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
	card := Scorecard{
		Recovered: a.Recovered, Took: a.Took,
		Collateral: want.Unreleased, Releases: a.Releases,
	}
	undone := a.Reverted
	if a.Kind == gitops.RestoreDeployment || a.Kind == gitops.RevertDeployment {
		undone = want.Batch
	}
	card.RightCulprit, card.Innocent = want.judge(undone)
	card.Exact = card.RightCulprit && card.Innocent == 0
	card.Text = want.verdict(a, card)
	return card
}

// judge says whether undone covers the culprit, and how many commits of it
// are innocent. The parts of a merge culprit are never counted as innocent.
func (want Solution) judge(undone []gitops.Hash) (right bool, innocent int) {
	parts := map[gitops.Hash]bool{}
	for _, p := range want.Parts {
		parts[p] = false
	}
	for _, h := range undone {
		seen, isPart := parts[h]
		switch {
		case h == want.Commit:
			right = true
		case isPart && !seen:
			parts[h] = true
		case !isPart:
			innocent++
		}
	}
	all := len(parts) > 0
	for _, seen := range parts {
		all = all && seen
	}
	return right || all, innocent
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
