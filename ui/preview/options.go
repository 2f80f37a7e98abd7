package preview

import (
	"fmt"
	"slices"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/wording"

	tea "github.com/charmbracelet/bubbletea"
)

// option is one of the numbered remedies.
type option struct {
	remedy gitops.Remedy
	// label is what the row says, missing why the option is not there; exactly
	// one of them is empty only for missing.
	label   string
	missing string
}

// The options by their place in the row.
const (
	optRevert = iota
	optDependants
	optWhole
	optRestore
)

// optionsFor works out which remedies stand beside the one that was asked for,
// and which of them it is.
func optionsFor(snap gitops.Snapshot, asked gitops.Remedy) ([4]option, int) {
	base := asked
	// What a person writes lives in edits; options carry the choice alone.
	base.Reason, base.Incident, base.Message, base.Tag, base.NoTag, base.LeaveOut = "", "", "", "", false, nil
	base.Wishes = gitops.Wishes{}
	var o [4]option
	o[optRevert] = revertOption(base)
	o[optDependants] = option{label: "with dependants", missing: "nothing is known to stand in the way"}
	whole, before := neighbours(snap, base)
	o[optWhole] = wholeOption(base, whole)
	o[optRestore] = restoreOption(base, before)
	switch base.Kind {
	case gitops.RevertDeployment:
		return o, optWhole
	case gitops.RestoreDeployment:
		return o, optRestore
	}
	if base.WithDependants {
		o[optDependants].remedy, o[optDependants].missing = base, ""
		return o, optDependants
	}
	return o, optRevert
}

func revertOption(base gitops.Remedy) option {
	if len(base.Commits) == 0 {
		return option{label: "revert", missing: "no single commit was chosen; esc goes back to choose one"}
	}
	base.Kind, base.Deployment, base.WithDependants = gitops.RevertCommits, "", false
	label := "revert"
	if n := len(base.Commits); n > 1 {
		label = fmt.Sprintf("revert %d", n)
	}
	return option{remedy: base, label: label}
}

func wholeOption(base gitops.Remedy, name string) option {
	if name == "" {
		return option{label: "whole", missing: "the commit is in no deployment that is known"}
	}
	base.Kind, base.Deployment, base.Commits = gitops.RevertDeployment, name, nil
	base.Mainline, base.WithDependants = 0, false
	return option{remedy: base, label: "whole " + term.Clean(name)}
}

func restoreOption(base gitops.Remedy, name string) option {
	if name == "" {
		return option{label: "restore", missing: "no earlier deployment is known"}
	}
	base.Kind, base.Deployment, base.Commits = gitops.RestoreDeployment, name, nil
	base.Mainline, base.WithDependants, base.Each = 0, false, false
	return option{remedy: base, label: "restore " + term.Clean(name)}
}

// neighbours names the deployment to revert as a whole and the one to restore:
// for a commit, the deployment that brought the newest of the suspects and the
// one before it; for what is not released yet, only what it would go back to.
func neighbours(snap gitops.Snapshot, r gitops.Remedy) (whole, before string) {
	switch r.Kind {
	case gitops.RestoreDeployment:
		return "", r.Deployment
	case gitops.RevertDeployment:
		if b, ok := snap.BatchByName(r.Deployment); ok {
			return r.Deployment, b.Previous
		}
		return r.Deployment, ""
	}
	for _, h := range r.Commits {
		if slices.Contains(snap.Unreleased.Commits, h) {
			return "", snap.Unreleased.Previous
		}
	}
	for _, b := range snap.Batches {
		for _, h := range r.Commits {
			if slices.Contains(b.Commits, h) {
				return b.Deployment.Name(), b.Previous
			}
		}
	}
	return "", ""
}

// learned adds what a plan taught: which dependants stand in the way.
func learned(o [4]option, current int, p gitops.Plan) [4]option {
	if current != optRevert {
		return o
	}
	o[optDependants] = option{label: "with dependants", missing: "no later commit stands in the way"}
	if len(p.Dependants) > 0 {
		r := o[optRevert].remedy
		r.WithDependants = true
		o[optDependants] = option{remedy: r, label: "with " + wording.Count(len(p.Dependants), "dependant")}
	}
	return o
}

// pick switches to a remedy. The present one is asked for again only when it
// has no plan or git did not agree: then that is what the key is for.
func (m Model) pick(n int) (Model, tea.Cmd) {
	o := m.options[n]
	if o.missing != "" {
		m.notice = fmt.Sprintf("%d %s is not on offer: %s", n+1, o.label, o.missing)
		return m, nil
	}
	if n == m.current && m.err == nil && m.check != checkFailed {
		return m, nil
	}
	m.current = n
	return m.ask()
}

// blocked says in a sentence why the gate stays shut, or nothing.
func (m Model) blocked() string {
	switch {
	case !m.ready || m.renewing:
		return "the plan is still being worked out; nothing can ship yet"
	case m.err != nil:
		return "there is no plan: " + term.Clean(m.err.Error())
	case m.plan.Verdict == gitops.VerdictConflict:
		return "a conflict cannot ship: choose another remedy, x leaves the path out, or settle it by hand"
	case m.allOut():
		return allOut
	case !m.plan.Publishable():
		return "there is nothing to ship: " + sentenceOr(m.plan.Reason, "the plan makes no commit")
	case m.plan.Remote == "":
		return "there is no remote to ship to; this plan can only be looked at"
	case m.plan.Onto != m.snap.Tip:
		return "this plan is not for the tip of " + term.Clean(m.plan.Branch) + "; it can only be looked at"
	}
	switch m.check {
	case checkAgreed:
		return ""
	case checkFailed:
		if gitops.CodeOf(m.checkErr) == gitops.CodeDisagreement {
			return "git computes another result; this must not ship"
		}
		if a := m.absent(); a != nil {
			return "git cannot confirm this without objects that are not here; f lets it fetch them from " + term.Clean(a.Remote)
		}
		return fmt.Sprintf("git did not confirm this result; %d asks it again", m.current+1)
	default:
		return "git is still computing the same merge; c again when it has agreed"
	}
}

func sentenceOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return term.Clean(s)
}
