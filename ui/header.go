package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/wording"
)

// head is all that stands above the open screen: what is looked at, what is
// live, whether it is well, and what else a person must know.
func (m Model) head() []string {
	lines := []string{m.titleRow(), m.liveRow()}
	if m.opts.Drill != nil {
		lines = append(lines, m.drillBand())
	}
	lines = append(lines, m.rollbackBand()...)
	lines = append(lines, m.healthBand()...)
	return append(lines, m.noticeRows()...)
}

func (m Model) titleRow() string {
	th := m.opts.Theme
	left := []theme.Seg{{Text: " ahead ", Style: th.Header}}
	if m.look.have {
		s := m.look.snap
		where := term.Clean(s.Branch)
		if s.Remote != "" {
			where += " → " + term.Clean(s.Remote)
		}
		left = append(left,
			theme.Seg{Text: "  " + term.Clean(s.Location.Name), Style: th.Strong})
		left = append(left, m.whichEnvironment()...)
		left = append(left,
			theme.Seg{Text: "   " + where, Style: th.Text})
	}
	right := m.titleFacts(m.width - segsOf(left[:1]))
	room := m.width - segsOf(right)
	if segsOf(left) >= room {
		// A blank stands between the two even where the left one is cut.
		return th.Row(room-1, left...) + th.Row(1+segsOf(right), append([]theme.Seg{{Text: " "}}, right...)...)
	}
	return th.Row(room, left...) + th.Row(segsOf(right), right...)
}

// titleFacts are at the right end of the first row. Where they do not all fit
// beside the name, the help goes first and what share mode hides goes last:
// whoever shows this screen to others must see that it is masked.
func (m Model) titleFacts(room int) []theme.Seg {
	th := m.opts.Theme
	var long, short, busy []theme.Seg
	switch {
	case m.look.quiet:
	case m.look.fetching:
		busy = []theme.Seg{{Text: fmt.Sprintf("asking %s… %s   ", term.Clean(m.look.snap.Remote), wording.Span(m.now.Sub(m.look.fetchBegan))), Style: th.Dim}}
	case m.look.have && m.firstAsked() != "":
		busy = []theme.Seg{{Text: "asking " + m.firstAsked() + "…   ", Style: th.Dim}}
	case m.look.reading && m.look.have:
		busy = []theme.Seg{{Text: "reading…   ", Style: th.Dim}}
	case m.opts.NoFetch && m.look.snap.Remote != "" && m.look.snap.FetchedAt.IsZero():
		busy = []theme.Seg{{Text: "not fetched   ", Style: th.Warn}}
	}
	if m.opts.Share {
		long = []theme.Seg{{Text: " masked: e-mail, secrets ", Style: th.Chip}, {Text: "  "}}
		short = []theme.Seg{{Text: " masked ", Style: th.Chip}, {Text: " "}}
	}
	clock := []theme.Seg{{Text: m.now.UTC().Format("15:04 UTC"), Style: th.Text}, {Text: " "}}
	help := []theme.Seg{{Text: "  ? help ", Style: th.Dim}}
	// Enough of the repository's name and branch to know where one is.
	const name = 24
	for _, form := range [][]theme.Seg{
		slices.Concat(busy, long, clock, help), slices.Concat(busy, short, clock, help),
		slices.Concat(busy, short, clock), slices.Concat(busy, short),
	} {
		if segsOf(form)+name <= room {
			return form
		}
	}
	return short
}

// liveRow says what production runs, as far as it is known, and by whom.
func (m Model) liveRow() string {
	th, s := m.opts.Theme, m.look.snap
	d := s.Deployed
	switch {
	case !m.look.have && m.look.err != nil:
		return m.liveUnread()
	case !m.look.have:
		return th.Row(m.width, theme.Seg{Text: " LIVE …", Style: th.Dim})
	case d == nil:
		return th.Spread(m.width, []theme.Seg{
			{Text: " LIVE unknown", Style: th.Warn},
			{Text: "   " + wording.Unknown(s), Style: th.Dim},
		}, nil)
	}
	word, verb, style := liveWords(*d, th)
	if elsewhere := m.elsewhere(); elsewhere != "" {
		word, style = word+" IN "+strings.ToUpper(elsewhere), th.Warn
	}
	if d.Status == gitops.StatusLive && wording.StaleRow(s.Sources, *d, m.now) {
		word, style = strings.Replace(word, "LIVE", "LAST SEEN LIVE", 1), th.Warn
	}
	left := []theme.Seg{{Text: " " + word + " ", Style: style}, {Text: term.Clean(d.Name()), Style: th.Strong}}
	if d.Tag != "" {
		left = append(left, theme.Seg{Text: "  " + d.Commit.Short(), Style: th.Text})
	}
	// Where it does not all fit, who did it goes first and how far main is
	// ahead goes last.
	drift := m.drift(m.width - segsOf(left) - 1)
	room := m.width - segsOf(left) - segsOf(drift) - 1
	for _, when := range m.whenAndWho(*d, verb) {
		if term.Width(when) <= room {
			left = append(left, theme.Seg{Text: when, Style: th.Text})
			break
		}
	}
	return th.Spread(m.width, left, drift)
}

// liveUnread stands where the repository could not be read: nothing is under
// way, so nothing must look as if it were.
func (m Model) liveUnread() string {
	th := m.opts.Theme
	why := "   the repository cannot be read"
	if m.empty() {
		why = "   no commits yet, so nothing of it can be deployed"
	}
	return th.Row(m.width, theme.Seg{Text: " LIVE unknown", Style: th.Warn}, theme.Seg{Text: why, Style: th.Dim})
}

// empty reports whether there is no commit to look at.
func (m Model) empty() bool {
	return !m.look.have && gitops.CodeOf(m.look.err) == gitops.CodeEmptyRepository
}

// whenAndWho is the same fact in several lengths, the longest first.
func (m Model) whenAndWho(d gitops.Deployment, verb string) []string {
	at := d.At()
	if at.IsZero() {
		return m.who(d)
	}
	ago := wording.Ago(at, m.now)
	long := fmt.Sprintf("  %s %s, %s", verb, m.moment(at), ago)
	forms := []string{long, "  " + ago, ""}
	if d.Actor != "" {
		forms = append([]string{long + ", by " + term.Clean(d.Actor)}, forms...)
	}
	if says := m.saysWho(d); says != "" {
		forms = append([]string{forms[0] + says}, forms...)
	}
	return forms
}

// who is what is left where no source told a time.
func (m Model) who(d gitops.Deployment) []string {
	forms, says := []string{""}, strings.TrimPrefix(m.saysWho(d), ",")
	if says != "" {
		forms = append([]string{" " + says}, forms...)
	}
	if d.Actor != "" {
		by := "  by " + term.Clean(d.Actor)
		forms = append([]string{by + m.saysWho(d), by}, forms...)
	}
	return forms
}

// liveWords never say more than the source does: a tag is a release, not a
// deployment.
func liveWords(d gitops.Deployment, th *theme.Theme) (word, verb string, style theme.Style) {
	switch {
	case d.Status == gitops.StatusLive:
		return "LIVE", "deployed", th.Good
	case d.Source == gitops.SourceTags, d.Status == gitops.StatusReleased:
		return "LATEST RELEASE", "tagged", th.Header
	case d.Status == gitops.StatusPending:
		return "BEING DEPLOYED", "began", th.Warn
	case d.Status == gitops.StatusFailed:
		return "FAILED DEPLOYMENT", "at", th.Danger
	default:
		return "LAST KNOWN DEPLOYMENT", "at", th.Warn
	}
}

// moment is a time of day, with the day when it is not today.
func (m Model) moment(t time.Time) string {
	t = t.UTC()
	if t.Format("2006-01-02") == m.now.UTC().Format("2006-01-02") {
		return t.Format("15:04")
	}
	return t.Format("2006-01-02 15:04")
}

func (m Model) drillBand() string {
	d := m.opts.Drill
	text := " DRILL  " + term.Clean(d.Title)
	if d.Story != "" {
		text += ": " + term.Clean(d.Story)
	}
	return m.opts.Theme.RowOf(m.opts.Theme.BandDrill, m.width, theme.Seg{Text: text})
}

// healthBand is empty where nobody watches production, and before the first
// answer.
func (m Model) healthBand() []string {
	th, h := m.opts.Theme, m.health.state
	switch h.Phase {
	case health.Down, health.Unsteady:
		return m.downBand()
	case health.Recovered:
		text := fmt.Sprintf(" RECOVERED after %s%s   production is up since %s",
			wording.Span(h.DownFor(m.now)), m.atLeast(" or more"), h.RecoveredAt.UTC().Format("15:04:05"))
		return []string{th.RowOf(th.BandGood, m.width, theme.Seg{Text: text})}
	case health.Up:
		return []string{th.Row(m.width, theme.Seg{Text: " PRODUCTION UP", Style: th.Good},
			theme.Seg{Text: "   at every look since " + h.Since.UTC().Format("15:04:05"), Style: th.Dim})}
	default:
		return nil
	}
}

// downBand says since when, and what production says of it. Where that does
// not fit beside it, and the window can spare one, it has a row of its own: the
// file and the line in it are what the person is looking for.
func (m Model) downBand() []string {
	h := m.health.state
	since := fmt.Sprintf(" PRODUCTION DOWN since %s%s, %s",
		h.DownSince.UTC().Format("15:04:05"), m.atLeast(" or before"), wording.Span(h.DownFor(m.now)))
	if m.width < 90 {
		since = fmt.Sprintf(" PRODUCTION DOWN %s%s", wording.Span(h.DownFor(m.now)), m.atLeast("+"))
	}
	if h.Phase == health.Unsteady {
		since = " PRODUCTION " + strings.Replace(wording.Unsteady(h), "unsteady", "UNSTEADY", 1)
	}
	says := symptom(h.LastSample)
	if h.LastSample.Up {
		says = "the last look was good; one more is a recovery"
	}
	// Room for the longest span, so that a tick never moves the frame.
	const ticks = 8
	switch {
	case term.Width(since)+ticks+term.Width(says) <= m.width:
		return []string{m.bandRow(since+"   ", says)}
	case m.height >= tallEnough:
		return []string{m.bandRow(since, ""), m.bandRow(" ", says)}
	default:
		return []string{m.bandRow(since+"   ", says)}
	}
}

// tallEnough is the height from which the band may take a second row.
const tallEnough = 24

// bandRow ends in the key that shows all of it where it had to be cut.
func (m Model) bandRow(lead, text string) string {
	th := m.opts.Theme
	const more = "  ? all "
	if term.Width(lead+text) > m.width {
		text = term.Cut(text, max(0, m.width-term.Width(lead)-len(more))) + more
	}
	return th.RowOf(th.Band, m.width, theme.Seg{Text: lead + text})
}

// atLeast qualifies what is said of an outage whose beginning nobody saw.
func (m Model) atLeast(words string) string {
	if m.health.met {
		return words
	}
	return ""
}

// symptom is what production answered, in one line of its own words.
func symptom(s health.Sample) string {
	if s.Err != "" {
		return "health: " + term.Clean(s.Err)
	}
	body := strings.TrimSpace(s.Body)
	if i := strings.IndexAny(body, "\r\n"); i >= 0 {
		body = body[:i]
	}
	return fmt.Sprintf("health %d %s", s.Status, term.Clean(body))
}

// notice is a line that a person should not miss, worst first.
type notice struct {
	text  string
	style theme.Style
}

func (m Model) notices() []notice {
	th := m.opts.Theme
	var out []notice
	add := func(style theme.Style, text string) { out = append(out, notice{text, style}) }
	if m.session.moved && m.screen == keys.Preview {
		add(th.Warn, fmt.Sprintf("%s moved to %s since this was computed: carry on to see the new result before anything ships",
			term.Clean(m.look.snap.Branch), m.look.snap.Tip.Short()))
	}
	if m.look.err != nil && m.look.have {
		add(th.Danger, "this is an earlier look, the repository cannot be read now: "+wording.Problem(m.look.err))
	}
	if m.look.fetchErr != nil && (!m.look.fetching || m.look.quiet) {
		add(th.Warn, "offline: as of the last fetch"+m.lastFetch()+"; "+wording.Problem(m.look.fetchErr))
	}
	if m.screen != keys.Outcome && m.follow.told(m.now) {
		state, text := m.outcome.Watched()
		add(watchStyle(state, th), text)
	}
	for _, text := range m.runNotices() {
		add(th.Warn, text)
	}
	return slices.Concat(out, m.suspectNotices(), m.sourceNotices())
}

// watchStyle is that of what came of a release so far.
func watchStyle(s gitops.StepState, th *theme.Theme) theme.Style {
	switch s {
	case gitops.StepDone:
		return th.Good
	case gitops.StepFailed:
		return th.Danger
	case gitops.StepUnknown:
		return th.Warn
	default:
		return th.Text
	}
}

func (m Model) lastFetch() string {
	if at := m.look.snap.FetchedAt; !at.IsZero() {
		return ", " + wording.Ago(at, m.now)
	}
	return ""
}

// noticeRows gives the notices as much room as the window can spare.
func (m Model) noticeRows() []string {
	th, all := m.opts.Theme, m.notices()
	room := 1
	switch {
	case m.height >= 30:
		room = 3
	case m.height >= 20:
		room = 2
	}
	var rows []string
	for i, n := range all {
		if i == room-1 && len(all) > room {
			more := fmt.Sprintf("  +%d more: ? ", len(all)-room)
			left := []theme.Seg{{Text: term.Cut(" "+n.text, m.width-len(more)-1), Style: n.style}}
			return append(rows, th.Spread(m.width, left, []theme.Seg{{Text: more, Style: th.Dim}}))
		}
		rows = append(rows, th.Row(m.width, theme.Seg{Text: " " + n.text, Style: n.style}))
	}
	return rows
}
