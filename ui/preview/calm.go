package preview

import (
	"errors"
	"fmt"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// disagreement is git's contradiction, if there is one.
func (m Model) disagreement() error {
	if m.check == checkFailed && gitops.CodeOf(m.checkErr) == gitops.CodeDisagreement {
		return m.checkErr
	}
	return nil
}

// calmLines is the screen where there is no list to show: one sentence, large,
// and what to do instead.
func (m Model) calmLines(width, height int) []string {
	if !m.ready {
		return nil
	}
	title, sentence, ways := m.calm()
	inner := max(10, min(72, width-6))
	var out []string
	add := func(text string, style theme.Style) {
		for _, l := range wording.Fold(text, inner) {
			out = append(out, m.th.Row(width, theme.Seg{Text: "   " + l, Style: style}))
		}
	}
	add(title, m.th.Header)
	out = append(out, "")
	add(sentence, m.th.Strong)
	if len(ways) > 0 {
		out = append(out, "")
		add("WHAT TO DO INSTEAD", m.th.Header)
		for _, w := range ways {
			add(w, m.th.Text)
		}
	}
	for _, l := range m.detail() {
		add(l, m.th.Dim)
	}
	out = tighten(out, height)
	top := max(0, min(3, (height-len(out))/3))
	return append(make([]string, top), out...)
}

// tighten fits lines into height rows: blank ones go first, then the end.
func tighten(lines []string, height int) []string {
	var out []string
	spare := len(lines) - height
	for _, l := range lines {
		if l == "" && spare > 0 {
			spare--
			continue
		}
		out = append(out, l)
	}
	return out[:max(0, min(len(out), height))]
}

func (m Model) calm() (title, sentence string, ways []string) {
	reason := sentenceOr(m.plan.Reason, "")
	switch {
	case m.err != nil:
		title, sentence = "THERE IS NO PLAN", term.Clean(m.err.Error())
		if m.absent() != nil {
			title = "THERE IS NO PLAN YET: OBJECTS ARE MISSING HERE"
		}
		ways = append(hints(m.err), m.again()...)
	case m.disagreement() != nil:
		title = "GIT COMPUTES ANOTHER RESULT. THIS MUST NOT SHIP."
		sentence = term.Clean(m.disagreement().Error())
		ways = hints(m.disagreement())
	case m.plan.Verdict == gitops.VerdictEmpty:
		title = "THERE IS NOTHING TO REVERT"
		sentence = sentenceOr(reason, "The tip already is what the revert would make of it.")
		ways = []string{"esc goes back to the other suspects"}
	case m.plan.Verdict == gitops.VerdictRefused:
		title = "THIS CANNOT BE REVERTED HERE"
		sentence = sentenceOr(reason, "The plan was refused without a reason.")
		ways = []string{"esc goes back to the other suspects"}
	default:
		title, sentence = "NO VERDICT", "The plan came without a verdict, so it is not shown as one."
		ways = []string{fmt.Sprintf("%d asks for the plan again", m.current+1)}
	}
	for _, i := range []int{optWhole, optRestore} {
		if o := m.options[i]; o.missing == "" && i != m.current {
			ways = append(ways, fmt.Sprintf("%d %s", i+1, wayWords(i, o)))
		}
	}
	if m.disagreement() != nil {
		ways = append(ways, "by hand: "+wording.GitByHand)
	}
	return title, sentence, ways
}

// again says which keys ask once more. What was left out may be what stands in
// the way: the branch moved on, and the hunk is another one now.
func (m Model) again() []string {
	ways := []string{fmt.Sprintf("%d asks for the plan again", m.current+1)}
	if len(m.left[m.current]) > 0 {
		ways = append([]string{"X plans again with all taken back in, to choose anew what to leave out"}, ways...)
	}
	return ways
}

// detail is the text of somebody else that came with the error.
func (m Model) detail() []string {
	err := m.err
	if err == nil {
		err = m.disagreement()
	}
	var e *gitops.Error
	if !errors.As(err, &e) || e.Detail == "" {
		return nil
	}
	return append([]string{""}, term.CleanBlock(e.Detail, wording.TabStop)...)
}

func hints(err error) []string {
	if a := absentIn(err); a != nil {
		return []string{"f lets git fetch them from " + term.Clean(a.Remote) + " and plans again; nothing is fetched before"}
	}
	var e *gitops.Error
	if errors.As(err, &e) && e.Hint != "" {
		return []string{term.Clean(e.Hint)}
	}
	return nil
}
