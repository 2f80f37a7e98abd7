package cli

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/ui/term"
)

// sourceLine says in one line how a source of deployments stands.
func sourceLine(s gitops.SourceState, now time.Time) string {
	line := s.Name
	if s.Place != "" {
		line += " (" + s.Place + ")"
	}
	switch s.Condition {
	case gitops.SourceFresh:
		line += ": asked " + age(now, s.AnsweredAt) + " ago, " + count(s.Rows, "deployment")
	case gitops.SourceOld:
		line += ": OLD, " + count(s.Rows, "deployment") + " as of " + age(now, s.AnsweredAt) + " ago"
	case gitops.SourceAsking:
		line += ": " + cmp.Or(s.Trouble, "no answer yet")
		if !s.AnsweredAt.IsZero() {
			line += "; " + count(s.Rows, "deployment") + " as of " + age(now, s.AnsweredAt) + " ago"
		}
	case gitops.SourceIdle:
		line += ": not asked"
	default:
		line += ": not known"
	}
	if s.Trouble != "" && s.Condition != gitops.SourceAsking {
		line += "; " + s.Trouble
	}
	switch {
	case !s.RetryAt.After(now):
	case s.Held:
		line += "; not asked again for " + age(s.RetryAt, now)
	default:
		// Our own pauses are for those who look all the time.
		line += "; asked again the next time"
	}
	return line
}

// printSources says of each source how fresh it is; nothing where there is none.
func (a *app) printSources(s gitops.Snapshot, now time.Time) {
	for _, source := range s.Sources {
		a.say("source: %s", term.Clean(sourceLine(source, now)))
		if source.Hint != "" && source.Condition != gitops.SourceFresh {
			a.say("        → %s", term.Clean(source.Hint))
		}
	}
}

// statusOf is a deployment's status, which source told it where one did, and how
// long ago it was where that is known.
func statusOf(d gitops.Deployment, now time.Time) string {
	status := string(d.Status)
	if d.Source != gitops.SourceTags {
		status += " by " + d.Source
	}
	if at := d.At(); !at.IsZero() {
		status += " " + age(now, at)
	}
	return status
}

// unreleasedLine says how many commits wait, where that can be told.
func unreleasedLine(s gitops.Snapshot) string {
	if s.Drift.Missing {
		return "cannot be counted: what runs is not in this clone; these are in no deployment that is"
	}
	line := count(s.Ahead, "commit") + " on " + s.Branch
	if s.Deployed != nil && s.Deployed.Source == gitops.SourceTags {
		return line + " and in no release"
	}
	return line + " and not deployed"
}

// besideLines are what shipping does to production beside the change itself,
// by what the sources say runs there.
func besideLines(s gitops.Snapshot) []string {
	var lines []string
	if len(s.Environments) > 1 && s.Environment != s.Environments[0] {
		lines = append(lines, "what ships along is counted from what "+s.Environment+" runs; "+s.Environments[0]+" may lack more")
	}
	if s.Drift.Missing {
		lines = append(lines, "what "+s.Environment+" runs is not in this clone, so what ships along cannot be counted; ahead list says how to fetch it")
	}
	if s.Drift.Aside > 0 && s.Deployed != nil && s.Deployed.Source != gitops.SourceTags {
		lines = append(lines, s.Environment+" runs "+count(s.Drift.Aside, "commit")+" that "+s.Branch+" does not have: shipping "+s.Branch+" drops it")
	}
	if r := s.Rollback; r != nil && r.Pending > r.Reverted {
		lines = append(lines, s.Environment+" went back from "+r.Left.Name()+": "+s.Branch+" still holds "+count(r.Pending-r.Reverted, "commit")+" of it, and what is not reverted ships again")
	}
	return lines
}

// fewNames bounds the names in a line.
const fewNames = 5

func someOf(names []string) string {
	if len(names) <= fewNames {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:fewNames], ", ") + " and " + strconv.Itoa(len(names)-fewNames) + " more"
}

// driftLine says what the tip and the latest release have that production has
// not, and the other way round; empty where the head of the list says it all.
func driftLine(s gitops.Snapshot) string {
	line := ""
	if s.Drift.Aside > 0 {
		has := s.Environment + " runs "
		if d := s.Deployed; d != nil && d.Source == gitops.SourceTags {
			has = d.Name() + " has "
		}
		line = has + count(s.Drift.Aside, "commit") + " that " + s.Branch + " does not have"
	}
	if s.Drift.TagAhead+s.Drift.TagAside > 0 {
		if line != "" {
			line += "; "
		}
		line += "against the latest release " + s.Drift.Tag + ": " + count(s.Drift.TagAhead, "commit") + " behind, " + count(s.Drift.TagAside, "commit") + " beyond"
	}
	return line
}
