package cli

import (
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// describePlan is the plan for a person, in the order in which they ask: what
// comes of it, what changes, what else happens, how it is called.
func (a *app) describePlan(d planReader, s gitops.Snapshot, p gitops.Plan) {
	a.say("%s", term.Clean(planTitle(d, p)))
	a.say("onto      %s", term.Clean(ontoWords(s, p)))
	verdict := p.Verdict.String()
	if p.Partial() && p.Publishable() {
		verdict += ", PARTIAL: what is left out below stays as the branch has it"
	}
	if p.Reason != "" {
		verdict += ": " + p.Reason
	}
	a.say("verdict   %s", term.Clean(verdict))
	if p.ByGit != "" {
		a.say("by git    git computed this plan: %s", term.Clean(p.ByGit))
	}
	a.describeFiles(p)
	a.describeParts(p)
	for _, c := range p.Conflicts {
		a.say("conflict  %s  %s  %s", c.Kind, term.Clean(c.Path), term.Clean(c.Detail))
	}
	a.describeCommits(d, "dependant", p.Dependants)
	if exact := wording.Exact(p, exactRoom, func(h gitops.Hash) string { return term.Clean(nameCommit(d, h)) }); exact != "" {
		a.say("exact     %s", exact)
	}
	a.describeCommits(d, "along", p.Collateral)
	if p.Onto == s.Tip {
		for _, line := range besideLines(s) {
			a.say("beware    %s", term.Clean(line))
		}
	}
	a.describeCommits(d, "later", p.Later)
	for _, w := range p.Warnings {
		a.say("warning   %s: %s", w.Code, term.Clean(w.Text))
	}
	if p.Publishable() {
		a.describeTag(p)
		a.say("message")
		for _, line := range term.CleanBlock(p.Message, term.TabStop) {
			a.say("  %s", line)
		}
	} else {
		a.describeWayOut(p)
	}
}

func planTitle(d planReader, p gitops.Plan) string {
	switch {
	case p.Remedy.Kind == gitops.RestoreDeployment:
		return "restore " + p.Remedy.Deployment
	case p.Remedy.Kind == gitops.RevertDeployment:
		return "revert deployment " + p.Remedy.Deployment
	case len(p.Selection) == 1:
		return "revert " + nameCommit(d, p.Selection[0])
	default:
		return "revert " + count(len(p.Selection), "commit")
	}
}

// nameCommit is the short id with the subject where the commit can be read.
func nameCommit(d planReader, h gitops.Hash) string {
	c, err := d.Commit(h)
	if err != nil {
		return h.Short()
	}
	return h.Short() + ` "` + c.Subject() + `"`
}

// ontoWords says what the plan stands on: with --onto that need not be what
// the branch holds, and then nobody may take it for that.
func ontoWords(s gitops.Snapshot, p gitops.Plan) string {
	if p.Onto == s.Tip {
		return s.Branch + " " + p.Onto.Short()
	}
	return fmt.Sprintf("%s, which is not the tip of %s (%s)", p.Onto.Short(), s.Branch, s.Tip.Short())
}

func (a *app) describeFiles(p gitops.Plan) {
	if len(p.Files) == 0 {
		return
	}
	additions, deletions := p.Lines()
	a.say("files     %d, +%d −%d", len(p.Files), additions, deletions)
	for _, f := range p.Files {
		name := f.Path
		if f.OldPath != "" {
			name = f.OldPath + " → " + f.Path
		}
		size := fmt.Sprintf("+%d −%d", f.Additions, f.Deletions)
		if f.Binary {
			size = "binary"
		}
		a.say("  %s %s  %s", f.Status, term.Clean(name), size)
	}
}

// describeParts says what is not done, and what a person decided.
func (a *app) describeParts(p gitops.Plan) {
	for i, l := range p.LeftOut {
		if i == mostNamed {
			a.say("left out  and %d more", len(p.LeftOut)-i)
			break
		}
		much := "the whole path"
		if l.Of > 0 {
			much = fmt.Sprintf("%d of %s", l.Hunks, count(l.Of, "hunk"))
		}
		name := l.Path
		if l.OldPath != "" {
			name = l.OldPath + " → " + l.Path
		}
		a.say("left out  %s  %s", term.Clean(name), much)
	}
	for _, path := range p.Resolved {
		a.say("settled   %s  by hand", term.Clean(path))
	}
}

// exactRoom is how long the line on later edits may grow, in cells.
const exactRoom = 240

// mostNamed bounds the commits that are named one by one.
const mostNamed = 20

func (a *app) describeCommits(d planReader, label string, hashes []gitops.Hash) {
	for i, h := range hashes {
		if i == mostNamed {
			a.say("%-9s and %d more", label, len(hashes)-i)
			return
		}
		a.say("%-9s %s", label, term.Clean(nameCommit(d, h)))
	}
}

func (a *app) describeTag(p gitops.Plan) {
	if p.Tag.Name == "" {
		a.say("tag       none: %s", term.Clean(p.Tag.Scheme))
		return
	}
	a.say("tag       %s  %s, %s", term.Clean(p.Tag.Name), term.Clean(p.Tag.Scheme), p.Tag.Kind())
}

// describeWayOut says what can be done where this plan cannot ship.
func (a *app) describeWayOut(p gitops.Plan) {
	switch p.Verdict {
	case gitops.VerdictConflict:
		roads := []string{"--leave-out PATH keeps a path as the branch has it", "--resolve FILE settles conflicts by hand; --json --hunks shows them", "--deployment NAME reverts all of a deployment", "--restore NAME brings an earlier tree back, always clean"}
		if len(p.Dependants) > 0 {
			roads = append([]string{"--with-dependants reverts the commits above along, cleanly"}, roads...)
		}
		a.say("next      %s", strings.Join(roads, "\n          "))
	case gitops.VerdictEmpty:
		a.say("next      nothing to do here: look for another suspect")
	case gitops.VerdictRefused:
		a.say("next      look for another suspect; --restore NAME brings an earlier tree back, always clean")
	}
}
