package deploy

import (
	"fmt"
	"time"

	"ahead/gitops"
)

// CodeDisagree is the code of the notices of Disagreements.
const CodeDisagree = "sources-disagree"

// Disagreements tells where real sources contradict one another in the same
// environment: about what is live there, and about what became of one commit.
func Disagreements(lists ...[]gitops.Deployment) []gitops.Notice {
	return append(livesApart(lists), fatesApart(lists)...)
}

// lives is what each source calls live in each environment.
func lives(lists [][]gitops.Deployment) map[[2]string]gitops.Hash {
	at := map[[2]string]gitops.Hash{}
	for _, list := range lists {
		for _, d := range live(list) {
			at[[2]string{d.Source, canonical(d.Environment)}] = d.Commit
		}
	}
	return at
}

// fatesApart: one says live, another failed. That what is live by the one is
// superseded by the other goes without saying where they call two commits live.
func fatesApart(lists [][]gitops.Deployment) []gitops.Notice {
	runs := lives(lists)
	implied := func(a, b gitops.Deployment, environment string) bool {
		x, y := runs[[2]string{a.Source, environment}], runs[[2]string{b.Source, environment}]
		return a.Status != gitops.StatusFailed && b.Status != gitops.StatusFailed && !x.IsZero() && !y.IsZero() && x != y
	}
	type place struct {
		commit      gitops.Hash
		environment string
	}
	first := make(map[place]gitops.Deployment)
	var notices []gitops.Notice
	for _, list := range lists {
		newest := make(map[place]bool)
		for _, d := range list {
			p := place{d.Commit, canonical(d.Environment)}
			if d.Source == gitops.SourceTags || d.Commit.IsZero() || newest[p] || !decided(d.Status) {
				continue
			}
			newest[p] = true
			before, told := first[p]
			if !told {
				first[p] = d
			} else if before.Status != d.Status && before.Source != d.Source && !implied(before, d, p.environment) {
				notices = append(notices, gitops.Notice{
					Code: CodeDisagree,
					Text: fmt.Sprintf("%s: %s says %s, %s says %s", nameOf(before, d), before.Source, before.Status, d.Source, d.Status),
				})
			}
		}
	}
	return notices
}

// nameOf is the better of two rows' names of one commit.
func nameOf(a, b gitops.Deployment) string {
	if a.Tag == "" && b.Tag != "" {
		return b.Name()
	}
	return a.Name()
}

func decided(s gitops.Status) bool {
	return s == gitops.StatusLive || s == gitops.StatusFailed || s == gitops.StatusSuperseded
}

// livesApart: one says that this is live, another that.
func livesApart(lists [][]gitops.Deployment) []gitops.Notice {
	first := make(map[string]gitops.Deployment)
	told := make(map[[2]string]bool)
	var notices []gitops.Notice
	for _, list := range lists {
		for _, d := range live(list) {
			environment := canonical(d.Environment)
			before, known := first[environment]
			if !known {
				first[environment] = d
				continue
			}
			pair := [2]string{environment, d.Source}
			if before.Commit == d.Commit || before.Source == d.Source || told[pair] {
				continue
			}
			told[pair] = true
			notices = append(notices, gitops.Notice{
				Code: CodeDisagree,
				Text: fmt.Sprintf("%s says %s, %s says %s", before.Source, isLive(before), d.Source, isLive(d)),
			})
		}
	}
	return notices
}

// live gives the newest live row of each environment.
func live(list []gitops.Deployment) []gitops.Deployment {
	var rows []gitops.Deployment
	at := map[string]int{}
	for _, d := range list {
		if d.Status != gitops.StatusLive || d.Source == gitops.SourceTags || d.Commit.IsZero() {
			continue
		}
		environment := canonical(d.Environment)
		i, known := at[environment]
		switch {
		case !known:
			at[environment] = len(rows)
			rows = append(rows, d)
		case d.At().After(rows[i].At()):
			rows[i] = d
		}
	}
	return rows
}

func isLive(d gitops.Deployment) string {
	what := d.Commit.Short()
	if d.Tag != "" {
		what = d.Tag + " (" + what + ")"
	}
	what += " is live"
	if d.Environment != "" {
		what += " in " + d.Environment
	}
	if at := d.At(); !at.IsZero() {
		what += " since " + at.UTC().Format(time.DateOnly+" 15:04") + " UTC"
	}
	return what
}
