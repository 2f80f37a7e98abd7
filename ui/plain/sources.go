package plain

import (
	"context"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/wording"
)

const (
	// sourcesPatience is how long the conversation waits for sources of deployments
	// beside the remote. What has not answered by then is as of its last answer.
	sourcesPatience = 10 * time.Second
	// sourcesQuiet is how long it waits for them without a word.
	sourcesQuiet = time.Second
)

// askSources asks them beside everything else; the channel is closed at the end,
// which stop brings about.
func (s *session) askSources() (asked <-chan struct{}, stop func()) {
	done := make(chan struct{})
	ctx, cancel := context.WithTimeout(s.ctx, s.patience())
	go func() {
		defer close(done)
		if s.patience() <= 0 {
			return
		}
		// Its error is that of ctx; trouble of a source is in the look.
		_ = s.svc.RefreshSources(ctx, true)
	}()
	return done, cancel
}

func (s *session) patience() time.Duration {
	if s.opts.Wait != nil {
		return *s.opts.Wait
	}
	return sourcesPatience
}

// awaitSources waits for what askSources asked. When that takes long it says for
// whom, and an empty line goes on without them.
func (s *session) awaitSources(asked <-chan struct{}) {
	select {
	case <-asked:
		return
	case <-s.opts.after(sourcesQuiet):
	}
	s.say("Waiting for %s, %s at most. Enter goes on without.", s.awaited(), wording.Span(s.patience()))
	s.in.emptyLine(asked)
}

// awaited names the sources that are being asked.
func (s *session) awaited() string {
	var names []string
	for _, state := range s.svc.Sources() {
		if state.Condition == gitops.SourceAsking {
			names = append(names, wording.Source(state))
		}
	}
	if len(names) == 0 {
		return "the deployment sources"
	}
	return strings.Join(names, " and ")
}

// elsewhere is the environment that is looked at, " in staging", where that is
// not the first one.
func (s *session) elsewhere() string {
	n := s.snap
	if len(n.Environments) == 0 || n.Environment == n.Environments[0] {
		return ""
	}
	return " in " + term.Clean(n.Environment)
}

// tellRecovered lets the sources that keep markers know of the release.
func (s *session) tellRecovered() {
	for _, n := range s.svc.MarkRecovered(s.ctx, s.watch.Found()) {
		s.say("Note: %s.", term.Clean(n.Text))
	}
}

// sayDrift says how far production is from the branch, and the danger of one that
// went back.
func (s *session) sayDrift() {
	n := s.snap
	switch forms := wording.DriftForms(n); {
	case n.Drift.Missing, n.Drift.Aside > 0:
		s.say("Drift: %s.", forms[0])
	case n.Deployed == nil:
		// There is nothing from which to count.
	case len(n.Unreleased.Commits) > 0:
		s.say("Drift: %s is %s ahead of that.", term.Clean(n.Branch), wording.Count(max(n.Ahead, len(n.Unreleased.Commits)), "commit"))
	}
	drops, behind := wording.DriftNotes(n)
	for _, note := range []string{drops, behind} {
		if note != "" {
			s.say("Note: %s.", note)
		}
	}
	if forms, danger := wording.RolledBack(n); danger {
		s.say("Danger: %s.", forms[0])
	}
}

// saySources says how each source of deployments stands.
func (s *session) saySources() {
	n := s.snap
	if len(n.Environments) > 1 {
		s.say("Environment: %s, of %d.", term.Clean(n.Environment), len(n.Environments))
	}
	for _, state := range n.Sources {
		s.say("Source: %s.", wording.SourceState(state, s.opts.Now()))
	}
}

// toldBy is who told a deployment, and whether sources contradict each other
// about it; empty where only tags are known.
func (s *session) toldBy(d gitops.Deployment) string {
	if len(s.snap.Sources) == 0 || d.Source == gitops.SourceTags {
		return ""
	}
	// By name: the lines on the sources have said what each was asked about.
	forms := s.voices.Say(d, s.snap.Sources, s.opts.Now())
	says := forms[min(1, len(forms)-1)]
	if s.voices.Disputed(d) {
		return ", SOURCES DISAGREE: " + says
	}
	return ", " + says
}

// otherWays are the letters beside the numbers.
func (s *session) otherWays() string {
	ways := "s to look for suspects, "
	if next := s.nextEnvironment(); next != "" {
		ways += "e for " + term.Clean(next) + ", "
	}
	return ways
}

func (s *session) nextEnvironment() string {
	all := s.snap.Environments
	if len(all) < 2 {
		return ""
	}
	return all[(slices.Index(all, s.snap.Environment)+1)%len(all)]
}

// changeEnvironment looks at the next environment and asks anew.
func (s *session) changeEnvironment() error {
	s.svc.ChooseEnvironment(s.nextEnvironment())
	if err := s.look(false); err != nil {
		return err
	}
	return errBack
}
