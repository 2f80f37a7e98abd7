package cli

import (
	"fmt"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// suspectDocument is one suspect with --json.
type suspectDocument struct {
	SHA     string           `json:"sha"`
	Rank    int              `json:"rank"`
	Reasons []reasonDocument `json:"reasons"`
}

type reasonDocument struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

func newSuspectDocuments(s gitops.Suspects) []suspectDocument {
	out := make([]suspectDocument, 0, len(s.Ranked))
	for _, r := range s.Ranked {
		doc := suspectDocument{SHA: r.Commit.String(), Rank: r.Rank}
		for _, reason := range r.Reasons {
			doc.Reasons = append(doc.Reasons, reasonDocument{string(reason.Kind), reason.Text})
		}
		out = append(out, doc)
	}
	return out
}

// printSuspects is the answer for a person: on what it rests, the suspects with
// their reasons, and what to do when it is not plain.
func (a *app) printSuspects(d *desk.Desk, s gitops.Suspects, most int) error {
	a.say("%s", term.Clean(standing(s)))
	for _, n := range s.Notices {
		a.say("note: %s", wording.SuspectNotice(n, wording.ByFlag))
	}
	if len(s.Ranked) == 0 {
		a.say("")
		a.say("no suspects are left")
		return nil
	}
	if most == 0 {
		most = len(s.Ranked)
	}
	now := a.now()
	for _, r := range s.Ranked[:min(len(s.Ranked), most)] {
		c, err := d.Commit(r.Commit)
		if err != nil {
			return err
		}
		a.say("")
		a.say("%3d  %s  %-5s  %s  %s", r.Rank, c.Hash.Short(), age(now, c.Committer.When),
			term.Fit(term.Clean(c.Author.Name), 16), term.Cut(term.Clean(c.Subject()), longestSubject))
		for _, reason := range shown(r.Reasons) {
			a.say("     %s", term.Clean(reason.Text))
		}
	}
	if left := len(s.Ranked) - most; left > 0 {
		a.say("")
		a.say("… and %s; --limit 0 prints all", count(left, "more suspect"))
	}
	a.say("")
	a.say("%s", term.Clean(nextStep(s)))
	return nil
}

// standing says on what an order of suspects rests.
func standing(s gitops.Suspects) string {
	text := fmt.Sprintf("production is taken to run %s (%s)", s.Deployed.Short(), s.Why)
	switch frames := s.Frames + s.Unplaced; {
	case frames == 0:
	case s.Unplaced == 0:
		text += fmt.Sprintf("; %s of the trace placed in it", count(s.Frames, "line"))
	default:
		text += fmt.Sprintf("; %d of %s of the trace placed in it, the others are libraries' or unknown", s.Frames, count(frames, "line"))
	}
	return text
}

// shown leaves out when a commit came where something else speaks against it.
func shown(reasons []gitops.Reason) []gitops.Reason {
	if n := len(reasons); n > 1 && reasons[n-1].Kind == gitops.ReasonRecency {
		return reasons[:n-1]
	}
	return reasons
}

// nextStep is what to type next.
func nextStep(s gitops.Suspects) string {
	first := s.Ranked[0].Commit.Short()
	if !s.Undecided {
		return "next: `ahead plan " + first + "` shows what reverting it comes to"
	}
	if s.Try.Commit.IsZero() {
		return "this does not tell the first ones apart; `ahead plan " + first + "` shows what reverting the first comes to"
	}
	return fmt.Sprintf("this does not tell %s apart: try %s, then say --good %s (it leaves %d) or --bad %s (it leaves %d)",
		count(s.Try.Good+s.Try.Bad, "suspect"), s.Try.Name, s.Try.Name, s.Try.Good, s.Try.Name, s.Try.Bad)
}
