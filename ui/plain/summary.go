package plain

import (
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/ui/diffview"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// firstDiff is how many lines of the diff are read out unasked.
const firstDiff = 200

// exactRoom is how long the sentence on later edits may grow.
const exactRoom = 240

// mostNamed is how many commits or files are read out by name.
const mostNamed = 40

// sayPlan reads out all that a plan tells but its lines.
func (s *session) sayPlan(p gitops.Plan) {
	if exact := wording.Exact(p, exactRoom, wording.ShortAndSubject(s.snap)); exact != "" {
		s.say("Exact: %s.", exact)
	}
	if len(p.Selection) > 1 {
		s.sayCommitList("Reverts", "commit", p.Selection)
	}
	add, del := p.Lines()
	s.say("Files: %s, %s added, %s removed.", wording.Number(len(p.Files)), wording.Count(add, "line"), wording.Number(del))
	for i, f := range p.Files {
		if i == mostNamed {
			s.say("   and %s more.", wording.Number(len(p.Files)-mostNamed))
			break
		}
		s.say("%d. %s", i+1, wording.Change(f))
	}
	s.sayCommitList("Ships along", wording.Waiting(s.snap)+" commit", p.Collateral)
	s.sayCommitList("Later on these paths", "commit", p.Later)
	s.sayWarnings(p.Warnings)
	if p.Tag.Name == "" {
		s.say("Tag: none, the branch alone ships.")
	} else {
		scheme := ""
		if p.Tag.Scheme != "" {
			scheme = ", " + term.Clean(p.Tag.Scheme)
		}
		s.say("Tag: %s%s, %s.", term.Clean(p.Tag.Name), scheme, p.Tag.Kind())
	}
	s.say("Message:")
	for _, l := range term.CleanBlock(p.Message, wording.TabStop) {
		s.say("   %s", l)
	}
}

func (s *session) sayWarnings(ws []gitops.Warning) {
	if len(ws) == 0 {
		s.say("Warnings: none.")
		return
	}
	s.say("Warnings: %d.", len(ws))
	for i, w := range ws {
		s.say("%d. %s: %s", i+1, term.Clean(w.Code), term.Clean(w.Text))
	}
}

func (s *session) sayCommitList(title, noun string, hs []gitops.Hash) {
	if len(hs) == 0 {
		s.say("%s: none.", title)
		return
	}
	s.say("%s: %s.", title, wording.Count(len(hs), noun))
	for i, h := range hs {
		if i == mostNamed {
			s.say("   and %s more.", wording.Number(len(hs)-mostNamed))
			return
		}
		s.say("   %s, %s", h.Short(), wording.Subject(s.snap, h))
	}
}

// sayConflicts reads out where the merge cannot decide.
func (s *session) sayConflicts(p gitops.Plan) {
	for i, c := range p.Conflicts {
		s.say("%d. %s, %s: %s", i+1, term.Clean(c.Path), term.Clean(string(c.Kind)), term.Clean(c.Detail))
		for _, h := range c.Hunks {
			s.saySide(fmt.Sprintf("   line %d, the branch has", h.OursLine), h.Ours)
			s.saySide("   the suspect had made it", h.Base)
			s.saySide("   the revert wants", h.Theirs)
		}
	}
	if len(p.Dependants) > 0 && !p.Remedy.WithDependants {
		s.sayCommitList("In the way", "later commit", p.Dependants)
	}
	if p.Verdict == gitops.VerdictConflict {
		s.say("A conflict cannot ship. Another remedy may, or leave the path out, or settle it by hand: %s.", wording.ByHand)
	}
}

func (s *session) saySide(title, text string) {
	lines := term.CleanBlock(text, wording.TabStop)
	if len(lines) == 0 {
		s.say("%s: no lines", title)
		return
	}
	s.say("%s:", title)
	for i, l := range lines {
		if i == mostNamed {
			s.say("      and %s more lines", wording.Number(len(lines)-mostNamed))
			return
		}
		s.say("      %s", l)
	}
}

// sayDiff reads out a unified diff; most bounds its lines, 0 means all.
func (s *session) sayDiff(p gitops.Plan, most int) error {
	s.say("Diff:")
	left := most
	for _, f := range p.Files {
		if most > 0 && left <= 0 {
			s.say("The diff goes on; d reads out all of it.")
			return nil
		}
		d, err := s.svc.Diff(s.ctx, p, f)
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if err != nil {
			s.say("%s cannot be shown: %s", term.Clean(f.Path), term.Clean(err.Error()))
			continue
		}
		left = s.sayFile(d, most, left)
	}
	return nil
}

// sayFile reads out one file and gives how many lines are left to say.
func (s *session) sayFile(d gitops.FileDiff, most, left int) int {
	from, to := "a/"+term.Clean(d.Change.From()), "b/"+term.Clean(d.Change.Path)
	if d.Change.Status == gitops.Added {
		from = "/dev/null"
	}
	if d.Change.Status == gitops.Deleted {
		to = "/dev/null"
	}
	s.say("--- %s", from)
	s.say("+++ %s", to)
	if sentence := diffview.Sentence(d); sentence != "" {
		s.say("%s", term.Clean(sentence))
		return left - 1
	}
	for _, h := range d.Hunks {
		s.say("%s", strings.TrimRight(fmt.Sprintf("@@ -%d,%d +%d,%d @@ %s", h.OldStart, h.OldLines, h.NewStart, h.NewLines, term.Clean(h.Section)), " "))
		for _, l := range h.Lines {
			if left--; most > 0 && left < 0 {
				return 0
			}
			s.say("%c%s", l.Kind, term.CleanTabs(l.Text, wording.TabStop))
			if l.NoNewline {
				s.say("\\ No newline at end of file")
			}
		}
	}
	return left
}
