package ui

import (
	"slices"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// drift says how far production is from the branch in the longest form that
// leaves what is live its name.
func (m Model) drift(room int) []theme.Seg {
	th, forms := m.opts.Theme, wording.DriftForms(m.look.snap)
	if len(forms) == 0 {
		return []theme.Seg{{Text: "  no drift ", Style: th.Dim}}
	}
	// Enough for how long ago it was deployed.
	const since = 14
	text := forms[len(forms)-1]
	for _, form := range forms {
		if term.Width("  DRIFT "+form)+1+since <= room {
			text = form
			break
		}
	}
	return []theme.Seg{{Text: "  DRIFT ", Style: th.Warn}, {Text: text + " ", Style: th.Text}}
}

// elsewhere is the environment that is looked at where that is not the first of
// them, which is production: nobody must take one for the other.
func (m Model) elsewhere() string {
	s := m.look.snap
	if len(s.Environments) == 0 || s.Environment == s.Environments[0] {
		return ""
	}
	return term.Cut(term.Clean(s.Environment), 24)
}

func (m Model) whichEnvironment() []theme.Seg {
	th, s := m.opts.Theme, m.look.snap
	switch other := m.elsewhere(); {
	case other != "":
		return []theme.Seg{{Text: "  "}, {Text: " " + other + " ", Style: th.Chip}}
	case len(s.Environments) > 1:
		return []theme.Seg{{Text: "  " + term.Cut(term.Clean(s.Environment), 24), Style: th.Text}}
	default:
		return nil
	}
}

// saysWho names the source of what is live, and how old its word is, where it is
// not what everybody takes for granted.
func (m Model) saysWho(d gitops.Deployment) string {
	if d.Source == gitops.SourceTags || d.Source == gitops.SourceDrill || d.Source == "" {
		return ""
	}
	for _, s := range m.look.snap.Sources {
		if s.Name == d.Source && !s.AnsweredAt.IsZero() {
			return ", says " + term.Clean(d.Source) + " " + wording.Freshness(s, m.now)
		}
	}
	return ", says " + term.Clean(d.Source)
}

// firstAsked names a source that is asked and has never answered: only then a
// person may wait for it.
func (m Model) firstAsked() string {
	for _, s := range m.look.snap.Sources {
		if s.Condition == gitops.SourceAsking && s.AnsweredAt.IsZero() && s.Trouble == "" {
			return term.Cut(term.Clean(s.Name), 16)
		}
	}
	return ""
}

// rollbackBand names the danger of a production that went back: it looks well,
// and the next ordinary deploy breaks it again.
func (m Model) rollbackBand() []string {
	th := m.opts.Theme
	forms, danger := wording.RolledBack(m.look.snap)
	if len(forms) == 0 || !m.look.have {
		return nil
	}
	style := th.Band
	if !danger {
		style = th.BandDrill
	}
	const more = "  ? all "
	if m.height >= tallEnough {
		if lines := term.Wrap(forms[0], m.width-2); len(lines) <= 2 {
			var rows []string
			for _, l := range lines {
				rows = append(rows, th.RowOf(style, m.width, theme.Seg{Text: " " + l}))
			}
			return rows
		}
	}
	for i, form := range forms {
		tail := more
		if i == 0 {
			tail = ""
		}
		if term.Width(" "+form+tail) <= m.width {
			return []string{th.RowOf(style, m.width, theme.Seg{Text: " " + form + tail})}
		}
	}
	last := forms[len(forms)-1]
	return []string{th.RowOf(style, m.width, theme.Seg{Text: " " + term.Cut(last, max(0, m.width-len(more)-1)) + more})}
}

// sourceNotices are what the repository and the sources have to say, what is
// wrong before what is only worth knowing. What a band says already is left out.
func (m Model) sourceNotices() []notice {
	th, s := m.opts.Theme, m.look.snap
	var out []notice
	add := func(style theme.Style, text string) { out = append(out, notice{text, style}) }
	if m.look.disputes != "" {
		add(th.Danger, m.look.disputes)
	}
	for _, n := range s.Notices {
		if n.Code != "rolled-back" && n.Code != deploy.CodeDisagree {
			add(th.Warn, term.Clean(n.Text))
		}
	}
	drops, behind := wording.DriftNotes(s)
	if drops != "" {
		add(th.Warn, drops)
	}
	troubled, idle := m.sourceTroubles()
	for _, text := range troubled {
		add(th.Warn, text)
	}
	switch {
	case behind == "", s.Rollback != nil, m.follow.on && s.Drift.Tag == m.follow.receipt.Tag.Name:
		// Of a production that went back the band has said more, and of a release
		// that is waited for the line on that.
	case s.Drift.TagAhead > 0:
		add(th.Warn, behind)
	default:
		// Production ahead of its tags is how many teams work.
		add(th.Text, behind)
	}
	for _, n := range m.watch.marks {
		add(th.Text, term.Clean(n.Text))
	}
	for _, text := range idle {
		add(th.Text, text)
	}
	return out
}

// sourceTroubles are what is wrong with sources, and those that cannot be asked.
func (m Model) sourceTroubles() (troubled, idle []string) {
	for _, state := range m.look.snap.Sources {
		switch text := wording.SourceTrouble(state, m.now); {
		case text == "":
		case state.Condition == gitops.SourceIdle:
			idle = append(idle, text)
		default:
			troubled = append(troubled, text)
		}
	}
	return troubled, idle
}

// sourceLines are all sources with how each stands, for the help.
func (m Model) sourceLines() []notice {
	th := m.opts.Theme
	var out []notice
	codes := wording.SourceCodes(m.look.snap.Sources)
	for _, s := range m.look.snap.Sources {
		style := th.Text
		if s.Trouble != "" || wording.Stale(s, m.now) {
			style = th.Warn
		}
		out = append(out, notice{codes[s.Name] + "  " + wording.SourceState(s, m.now), style})
	}
	return out
}

// rankingLines are what the order of suspects rests on, for the help.
func (m Model) rankingLines() []notice {
	th := m.opts.Theme
	s, ok := m.timeline.Suspects()
	if !ok {
		return nil
	}
	var out []notice
	for _, text := range []string{wording.Basis(m.look.snap, s), wording.Try(s)} {
		if text != "" {
			out = append(out, notice{text, th.Text})
		}
	}
	for _, text := range wording.Answers(m.look.snap, s.Answers, m.now) {
		out = append(out, notice{text, th.Text})
	}
	for _, n := range s.Notices {
		out = append(out, notice{wording.SuspectNotice(n, wording.OnScreen), th.Warn})
	}
	return out
}

// prominent is what an order of suspects leaves out without a person's having said so
// just now, and what it could not use of what they said: who does not see it takes
// what is left for all there is.
var prominent = []string{
	gitops.NoticeAheadHit, gitops.NoticeAllCleared, gitops.NoticeNotKept,
	gitops.NoticeRemedy, gitops.NoticeRecalled, gitops.NoticeBelieved,
	gitops.NoticeUnknownPath, gitops.NoticeNoFrames, gitops.WarnMissingObjects,
}

// suspectNotices are what must be seen beside the ranked suspects: that the
// culprit may be none of them.
func (m Model) suspectNotices() []notice {
	if m.screen != keys.Timeline || !m.timeline.BySuspicion() {
		return nil
	}
	s, _ := m.timeline.Suspects()
	var out []notice
	for _, n := range s.Notices {
		if slices.Contains(prominent, n.Code) {
			out = append(out, notice{wording.SuspectNotice(n, wording.OnScreen), m.opts.Theme.Warn})
		}
	}
	return out
}
