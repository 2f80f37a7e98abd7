package wording

import (
	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/ui/term"
)

// DriftForms say how far production is from the branch, the longest form first;
// the sentences fit behind the word DRIFT. None means that there is no drift, or
// none that anybody could know of.
func DriftForms(s gitops.Snapshot) []string {
	branch, runs := term.Cut(term.Clean(s.Branch), 24), runs(s)
	ahead, aside := driftOf(s)
	switch {
	case s.Drift.Missing:
		return []string{"unknown: the deployed commit is not in this clone", "unknown: not in this clone", "unknown"}
	case ahead == 0 && aside == 0:
		return nil
	case aside == 0:
		return []string{branch + " is " + Count(ahead, "commit") + " ahead", Number(ahead) + " ahead"}
	case ahead == 0:
		return []string{
			branch + " lacks " + Count(aside, "commit") + " that " + runs,
			branch + " lacks " + Count(aside, "commit"), Number(aside) + " aside",
		}
	}
	return []string{
		branch + " is " + Count(ahead, "commit") + " ahead, and lacks " + Number(aside) + " that " + runs,
		branch + " is " + Number(ahead) + " ahead and lacks " + Number(aside),
		Number(ahead) + " ahead, " + Number(aside) + " aside",
	}
}

// runs says who has what the branch lacks: what an environment runs, or a release,
// where tags are all that is known.
func runs(s gitops.Snapshot) string {
	if d := s.Deployed; d != nil && d.Source == gitops.SourceTags {
		return term.Cut(term.Clean(d.Name()), 24) + " has"
	}
	return where(s) + " runs"
}

// where is what a look is of, production where nobody says another environment.
func where(s gitops.Snapshot) string {
	if s.Environment == "" {
		return "production"
	}
	return term.Cut(term.Clean(s.Environment), 24)
}

// Unknown says why nobody knows what runs, where that is so.
func Unknown(s gitops.Snapshot) string {
	switch live, told := claimed(s); {
	case s.Drift.Missing:
		return "what " + where(s) + " runs is not in this clone"
	case live:
		return "the sources disagree on what " + where(s) + " runs"
	case told:
		return "no source says that anything is live in " + where(s)
	case where(s) != "production":
		return "no source says what " + where(s) + " runs"
	default:
		return "neither a deployment nor a release tag says what production runs"
	}
}

// claimed reports whether a source tells of any deployment to the environment, and
// whether one says that something is live there.
func claimed(s gitops.Snapshot) (live, told bool) {
	for _, c := range s.Claims {
		if deploy.SameEnvironment(c.Environment, s.Environment) && !c.Commit.IsZero() {
			live, told = live || c.Status == gitops.StatusLive, true
		}
	}
	return live, told
}

func driftOf(s gitops.Snapshot) (ahead, aside int) {
	if d := s.Drift; d.Ahead != 0 || d.Aside != 0 {
		return d.Ahead, d.Aside
	}
	return s.Ahead, 0
}

// DriftNotes are the sentences on a drift that is more than commits which wait
// to be released: what the next deployment drops, and a latest release that is
// not what production runs. Either may be empty.
func DriftNotes(s gitops.Snapshot) (drops, behind string) {
	d := s.Drift
	if s.Deployed == nil || d.Missing {
		// Of a commit that is not here the look has a notice of its own, with the
		// fetch that brings it.
		return "", ""
	}
	if branch := term.Clean(s.Branch); d.Aside > 0 {
		drops = where(s) + " runs " + Count(d.Aside, "commit") + " that " + branch + " lacks: the next deployment of " + branch + " drops " + them(d.Aside)
		if s.Deployed.Source == gitops.SourceTags {
			drops = runs(s) + " " + Count(d.Aside, "commit") + " that " + branch + " lacks: a release of " + branch + " is without " + them(d.Aside)
		}
	}
	return drops, tagDrift(d, where(s))
}

// tagDrift tells of a latest release that is not what production runs.
func tagDrift(d gitops.Drift, runs string) string {
	if d.Tag == "" || d.TagAhead == 0 && d.TagAside == 0 {
		return ""
	}
	text := "the latest release " + term.Clean(d.Tag) + " is not what " + runs + " runs: "
	switch {
	case d.TagAside == 0:
		return text + "it has " + Count(d.TagAhead, "commit") + " that " + runs + " lacks"
	case d.TagAhead == 0:
		return text + runs + " has " + Count(d.TagAside, "commit") + " more"
	default:
		return text + "it has " + Count(d.TagAhead, "commit") + " that " + runs + " lacks, and lacks " + Number(d.TagAside) + " that " + runs + " runs"
	}
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// RolledBack names the danger of a production that went back, the longest form
// first. danger is false where the branch no longer holds what was given up, or
// has taken it back.
func RolledBack(s gitops.Snapshot) (forms []string, danger bool) {
	r := s.Rollback
	if r == nil {
		return nil, false
	}
	left, branch, now := term.Clean(r.Left.Name()), term.Clean(s.Branch), "an earlier deployment"
	if s.Deployed != nil {
		now = term.Clean(s.Deployed.Name())
	}
	lead := "ROLLED BACK from " + left + " to " + now
	if r.Onward {
		lead = "ROLLED BACK from " + left + ", which " + now + " does not have either"
	}
	switch {
	case r.Pending > 0 && r.Pending == r.Reverted:
		return []string{
			lead + ". " + branch + " has reverted what " + left + " brought: the next deploy does not bring it back",
			lead + ", and " + branch + " has reverted it since",
			lead,
		}, false
	case r.Pending > 0:
		back := Count(r.Pending-r.Reverted, "commit")
		return []string{
			lead + ". " + left + " is still on " + branch + ": THE NEXT ORDINARY DEPLOY BRINGS BACK " + back + " of it, the bad one too, unless that is reverted",
			lead + ": the next ordinary deploy brings back its " + back + ", the bad one too",
			lead + ": the next deploy brings " + back + " back",
			"ROLLED BACK: the next deploy brings " + left + " back",
		}, true
	case r.Lost > 0:
		return []string{
			lead + ": it lacks its " + Count(r.Lost, "commit") + "; " + branch + " holds none of them, so the next deploy does not bring them back",
			lead + ": " + branch + " holds none of its " + Count(r.Lost, "commit"),
			lead,
		}, false
	default:
		return []string{
			lead + ": what it brought cannot be counted here; take it that the next ordinary deploy brings the bad commit back",
			lead + ": the next deploy may bring it back",
			lead,
		}, true
	}
}
