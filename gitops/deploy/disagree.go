package deploy

import (
	"fmt"
	"slices"
	"time"

	"ahead/gitops"
)

// CodeDisagree is the code of the notices of Disagreements.
const CodeDisagree = "sources-disagree"

// Disagreements tells where real sources contradict one another in the same
// environment: about what is live there, and about what became of one arrival,
// in the sense of Merge. Lists are as for Merge.
func Disagreements(lists ...[]gitops.Deployment) []gitops.Notice {
	var notices []gitops.Notice
	for _, environment := range environments(lists) {
		voices := Voices(environment, lists...)
		notices = append(notices, livesApart(voices)...)
		notices = append(notices, fatesApart(lists, environment, voices)...)
	}
	return notices
}

// environments are those that rows name, each once; rows that name none are of
// each.
func environments(lists [][]gitops.Deployment) []string {
	var all []string
	for _, list := range lists {
		for _, d := range list {
			if e := canonical(d.Environment); e != "" && d.Source != gitops.SourceTags && !slices.Contains(all, e) {
				all = append(all, e)
			}
		}
	}
	if len(all) == 0 {
		all = append(all, "")
	}
	return all
}

// Voice is what one source calls live in an environment: several commits where
// several services run there, or a canary.
type Voice struct {
	Source string
	Newest gitops.Deployment
	live   []gitops.Hash
}

// Apart reports whether two sources contradict each other about what is live: no
// commit that one calls the newest is live for the other.
func (v Voice) Apart(o Voice) bool {
	return v.Source != o.Source && !slices.Contains(v.live, o.Newest.Commit) && !slices.Contains(o.live, v.Newest.Commit)
}

// Voices gives the sources that call anything live in an environment, in their
// order. Rows of each are newest first.
func Voices(environment string, lists ...[]gitops.Deployment) []Voice {
	var voices []Voice
	for _, list := range lists {
		for _, d := range list {
			if d.Status != gitops.StatusLive || d.Source == gitops.SourceTags || d.Commit.IsZero() || !SameEnvironment(d.Environment, environment) {
				continue
			}
			i := slices.IndexFunc(voices, func(v Voice) bool { return v.Source == d.Source })
			if i < 0 {
				i = len(voices)
				voices = append(voices, Voice{Source: d.Source, Newest: d})
			}
			voices[i].live = append(voices[i].live, d.Commit)
		}
	}
	return voices
}

// livesApart: one says that this is live, another that. Each is held against those
// that are believed more, and told once.
func livesApart(voices []Voice) []gitops.Notice {
	var notices []gitops.Notice
	for i, v := range voices {
		if k := slices.IndexFunc(voices[:i], v.Apart); k >= 0 {
			o := voices[k]
			notices = append(notices, disagreement(fmt.Sprintf("%s says %s, %s says %s", o.Source, isLive(o.Newest), v.Source, isLive(v.Newest))))
		}
	}
	return notices
}

// fatesApart: one says live, another failed. That what is live by the one is
// superseded by the other goes without saying where they call two commits live.
func fatesApart(lists [][]gitops.Deployment, environment string, voices []Voice) []gitops.Notice {
	implied := func(a, b gitops.Deployment) bool {
		of := func(source string) int {
			return slices.IndexFunc(voices, func(v Voice) bool { return v.Source == source })
		}
		x, y := of(a.Source), of(b.Source)
		return a.Status != gitops.StatusFailed && b.Status != gitops.StatusFailed && x >= 0 && y >= 0 && voices[x].Apart(voices[y])
	}
	var notices []gitops.Notice
	rows, _ := join(lists)
	for _, r := range rows {
		i := slices.IndexFunc(r.claims, func(c gitops.Deployment) bool { return decided(c.Status) })
		if i < 0 || !SameEnvironment(r.Environment, environment) {
			continue
		}
		before := r.claims[i]
		for _, d := range r.claims[i:] {
			if Contradict(before.Status, d.Status) && !implied(before, d) {
				notices = append(notices, disagreement(fmt.Sprintf("%s: %s says %s, %s says %s", nameOf(before, d), before.Source, before.Status, d.Source, d.Status)))
			}
		}
	}
	return notices
}

func disagreement(text string) gitops.Notice { return gitops.Notice{Code: CodeDisagree, Text: text} }

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
