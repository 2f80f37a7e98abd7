package plain

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"ahead/gitops"
	"ahead/ui/partial"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// choice is what can be left out: the rows of a plan, by number.
type choice struct {
	plans partial.Plans
	left  partial.Set
	rows  []partial.Row
}

// canLeave reports whether a part of the plan can be left out: there must be
// something to choose from, and one commit that it is left out of.
func canLeave(p gitops.Plan) bool {
	return !p.Remedy.Each && (p.Publishable() || p.Verdict == gitops.VerdictConflict || len(p.Remedy.LeaveOut) > 0)
}

// leaveOut asks what is to stay as the branch has it, and gives the remedy that
// leaves it out.
func (s *session) leaveOut(p gitops.Plan) (*gitops.Remedy, error) {
	c, err := s.choiceOf(p)
	if err != nil {
		return nil, err
	}
	shown := s.sayChoice(c, 0)
	for {
		answer, err := s.ask(leaveQuestion(c, shown))
		if err != nil {
			return nil, err
		}
		if strings.EqualFold(answer, "m") && shown < len(c.rows) {
			shown = s.sayChoice(c, shown)
			continue
		}
		if n, only := strings.CutSuffix(answer, ":"); only {
			s.sayHunks(c, strings.TrimSpace(n))
			continue
		}
		left, problem := s.toggled(c, answer)
		if s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		if problem != "" {
			s.say("%s", problem)
			continue
		}
		if left.Equal(c.left) {
			return nil, errStay
		}
		r := left.Remedy(p.Remedy)
		return &r, nil
	}
}

// choiceOf plans what there is to choose from: all of it, and where that
// conflicts what is left once the conflicts are settled.
func (s *session) choiceOf(p gitops.Plan) (choice, error) {
	c := choice{left: partial.Of(p.Remedy), plans: partial.Plans{Whole: p, Base: p, Now: p}}
	read := func(into *gitops.Plan, left partial.Set) error {
		if left.Equal(c.left) {
			return nil
		}
		plan, err := s.svc.Plan(s.ctx, s.snap, left.Remedy(p.Remedy))
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if err != nil {
			s.say("What there is to choose from cannot be worked out: %s.", term.Clean(err.Error()))
			return errStay
		}
		*into = plan
		return nil
	}
	if err := read(&c.plans.Whole, nil); err != nil {
		return c, err
	}
	c.plans.Base = c.plans.Whole
	if settling := c.left.Settling(c.plans.Whole); len(settling) > 0 {
		c.plans.Base = p
		if err := read(&c.plans.Base, settling); err != nil {
			return c, err
		}
	}
	c.rows = partial.Rows(c.plans, c.left)
	return c, nil
}

func leaveQuestion(c choice, shown int) string {
	more := ""
	if shown < len(c.rows) {
		more = fmt.Sprintf("m for more of the %s, ", wording.Number(len(c.rows)))
	}
	return "Which stay as they are? Numbers with commas, 3:2 for hunk 2 of file 3, 3: to hear the hunks of file 3, " + more +
		"a number said again takes it back in, 0 takes all back in, nothing leaves it so."
}

// sayChoice reads out the next page, from a row on, and gives the row after it.
func (s *session) sayChoice(c choice, from int) int {
	to := min(from+pageSize, len(c.rows))
	s.say("")
	for i := from; i < to; i++ {
		r := c.rows[i]
		text := term.Clean(r.Path)
		switch f, ok := r.Change(); {
		case r.Conflict != nil:
			text += ", conflict, " + term.Clean(string(r.Conflict.Kind))
		case ok:
			text = wording.Change(f)
		}
		switch {
		case r.Out:
			text += ", STAYS AS IT IS"
		case r.Hunks > 0:
			text += ", " + wording.Count(r.Hunks, "hunk") + " of it STAY AS THEY ARE"
		}
		s.say("%d. %s", i+1, text)
	}
	return to
}

// toggled reads an answer such as "1, 3:2". It gives what is left out then, or
// a sentence about what is wrong with the answer.
func (s *session) toggled(c choice, answer string) (partial.Set, string) {
	left := c.left
	for _, w := range strings.FieldsFunc(answer, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		if w == "0" {
			left = nil
			continue
		}
		number, hunk, one := strings.Cut(w, ":")
		row, ok := c.row(number)
		if !ok {
			return nil, "There is no " + wording.Quote(term.Clean(number)) + " in the list."
		}
		if !one {
			left = left.Path(row.Path)
			continue
		}
		names, problem := s.hunkNames(c, row)
		i, err := strconv.Atoi(hunk)
		switch {
		case problem != "":
			return nil, problem
		case err != nil || i < 1 || i > len(names):
			return nil, fmt.Sprintf("%s has %s; there is no %s.", term.Clean(row.Path), wording.Count(len(names), "hunk"), wording.Quote(term.Clean(hunk)))
		}
		left = left.Hunk(row.Path, names, i-1)
	}
	return left, ""
}

func (c choice) row(number string) (partial.Row, bool) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(c.rows) {
		return partial.Row{}, false
	}
	return c.rows[n-1], true
}

// hunkNames reads the hunks of a row, or says why there are none.
func (s *session) hunkNames(c choice, r partial.Row) ([]string, string) {
	d, problem := s.wholeDiff(c, r)
	if problem != "" {
		return nil, problem
	}
	return d.HunkNames(), ""
}

func (s *session) wholeDiff(c choice, r partial.Row) (gitops.FileDiff, string) {
	name := term.Clean(r.Path)
	if r.Conflict != nil || r.Full.Path == "" {
		return gitops.FileDiff{}, name + " can only stay as a whole."
	}
	d, err := s.svc.Diff(s.ctx, c.plans.Base, r.Full)
	switch {
	case err != nil:
		return d, name + " cannot be read: " + term.Clean(err.Error()) + "."
	case len(d.Hunks) == 0:
		return d, name + " can only stay as a whole."
	default:
		return d, ""
	}
}

// sayHunks reads out the hunks of one file with their numbers.
func (s *session) sayHunks(c choice, number string) {
	row, ok := c.row(number)
	if !ok {
		s.say("There is no %s in the list.", wording.Quote(term.Clean(number)))
		return
	}
	d, problem := s.wholeDiff(c, row)
	if problem != "" {
		s.say("%s", problem)
		return
	}
	whole, out := c.left.At(row.Path)
	stays := partial.LinesOf(d, nil, whole, out).Stays
	for i, h := range d.Hunks {
		mark := ""
		if stays[i] {
			mark = ", STAYS AS IT IS"
		}
		s.say("Hunk %s:%d, line %d%s", number, i+1, h.OldStart, mark)
		for _, l := range h.Lines {
			s.say("%c%s", l.Kind, term.CleanTabs(l.Text, wording.TabStop))
		}
	}
}

// sayLeftOut reads out what a partial plan leaves out.
func (s *session) sayLeftOut(p gitops.Plan) {
	if !p.Partial() {
		return
	}
	s.say("PARTIAL, these stay as the branch has them: %s.", wording.Number(len(p.LeftOut)))
	parts := wording.PartsLeftOut(p.LeftOut)
	for i, l := range parts {
		if i == mostNamed {
			s.say("   and %s more.", wording.Number(len(parts)-mostNamed))
			break
		}
		s.say("   %s", l)
	}
	if wording.UntoldParts(p) {
		s.say("   %s.", wording.NotToldParts)
	}
}

// withAll answers an error of a partial plan: what was left out is not there
// any more, or cannot be left out, so all of it is planned and chosen from anew.
func (s *session) withAll(r gitops.Remedy) error {
	if len(r.LeaveOut) == 0 {
		return errBack
	}
	s.say("Planning again with nothing left out; l chooses anew.")
	r.LeaveOut = nil
	return &planAgain{remedy: r}
}

// replanned gives the remedy of an error that asks for a new plan.
func replanned(err error) (gitops.Remedy, bool) {
	var again *planAgain
	if errors.As(err, &again) {
		return again.remedy, true
	}
	return gitops.Remedy{}, false
}
