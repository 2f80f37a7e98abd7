package wording_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/ui/wording"
)

var clock = time.Date(2024, 5, 6, 14, 31, 0, 0, time.UTC)

func id(n int) gitops.Hash {
	return gitops.HashObject(gitops.KindBlob, fmt.Appendf(nil, "commit %d", n))
}

func told(source string, n int, status gitops.Status, ago time.Duration) gitops.Deployment {
	return gitops.Deployment{Source: source, Environment: "production", Commit: id(n), Status: status, FinishedAt: clock.Add(-ago)}
}

func TestWhatIsWrongWithASource(t *testing.T) {
	for _, c := range []struct {
		s    gitops.SourceState
		want string
	}{
		{gitops.SourceState{Name: "github", Condition: gitops.SourceFresh, AnsweredAt: clock}, ""},
		{gitops.SourceState{Name: "github", Condition: gitops.SourceAsking}, ""},
		{gitops.SourceState{Name: "github", Condition: gitops.SourceOld, AnsweredAt: clock}, ""},
		{gitops.SourceState{Name: "argocd", Condition: gitops.SourceFailed, Trouble: "403", Hint: "renew the token", RetryAt: clock.Add(3 * time.Minute)}, "argocd: 403; asked again in 3 min; renew the token"},
		{gitops.SourceState{Name: "argocd", Condition: gitops.SourceOld, Trouble: "slow\x1b[2J", Rows: 1, AnsweredAt: clock.Add(-2 * time.Hour), RetryAt: clock.Add(30 * time.Second)}, "argocd: slow<1b>[2J; its row is of 2 h ago; asked again in 30 s"},
		{gitops.SourceState{Name: "argocd", Condition: gitops.SourceAsking, Trouble: "slow", Rows: 4, AnsweredAt: clock.Add(-time.Hour)}, "argocd: slow; its 4 rows are of 1 h ago; asked again now"},
		{gitops.SourceState{Name: "gitlab", Condition: gitops.SourceIdle, Trouble: "no token", Hint: "set GITLAB_TOKEN"}, "gitlab is not asked: no token; set GITLAB_TOKEN"},
	} {
		if got := wording.SourceTrouble(c.s, clock); got != c.want {
			t.Errorf("%+v reads %q, want %q", c.s, got, c.want)
		}
		if wording.SourceState(c.s, clock) == "" {
			t.Errorf("%+v has no words", c.s)
		}
	}
}

func TestUntil(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "now", 0: "now", 1: "in a few seconds", 43 * time.Second: "in 50 s", 3 * time.Minute: "in 3 min",
		3*time.Minute + time.Second: "in 4 min", 5 * time.Hour: "in 5 h",
	} {
		if got := wording.Until(clock.Add(d), clock); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

// A source that is asked every 30 seconds must not look old for the second in
// which it is asked.
func TestAskingAgainIsNotOld(t *testing.T) {
	s := gitops.SourceState{Condition: gitops.SourceAsking, AnsweredAt: clock.Add(-31 * time.Second)}
	if wording.Stale(s, clock) {
		t.Error("old while it is asked")
	}
	if s.AnsweredAt = clock.Add(-time.Hour); !wording.Stale(s, clock) {
		t.Error("an earlier run's rows are new")
	}
}

func look(claims ...gitops.Deployment) gitops.Snapshot {
	s := gitops.Snapshot{Environment: "production", Claims: claims}
	for _, d := range claims {
		if d.Source == "github" && d.Environment == "production" {
			s.Batches = append(s.Batches, gitops.Batch{Deployment: d})
		}
	}
	return s
}

func TestDisputes(t *testing.T) {
	staging := told("argocd", 1, gitops.StatusFailed, 0)
	staging.Environment = "staging"
	for _, c := range []struct {
		name   string
		claims []gitops.Deployment
		want   string
	}{
		{"alone", []gitops.Deployment{told("github", 1, gitops.StatusLive, 0)}, ""},
		{"agreed", []gitops.Deployment{told("github", 1, gitops.StatusLive, 0), told("argocd", 1, gitops.StatusLive, time.Minute)}, ""},
		{"what one does not know contradicts nothing", []gitops.Deployment{told("github", 1, gitops.StatusLive, 0), told("argocd", 1, gitops.StatusUnknown, 0)}, ""},
		{"under way", []gitops.Deployment{told("github", 1, gitops.StatusLive, 0), told("argocd", 1, gitops.StatusPending, 0)}, ""},
		{"another environment", []gitops.Deployment{told("github", 1, gitops.StatusLive, 0), staging}, ""},
		{
			"fate",
			[]gitops.Deployment{told("github", 1, gitops.StatusLive, 0), told("argocd", 1, gitops.StatusFailed, 0)},
			"sources disagree on " + id(1).Short() + ": github says live, argocd says failed",
		},
		{"two services of one, of which the other knows one", []gitops.Deployment{
			told("github", 2, gitops.StatusLive, 0), told("github", 1, gitops.StatusLive, time.Hour), told("argocd", 1, gitops.StatusLive, time.Hour),
		}, ""},
		{"the same commit twice, of which the other heard once", []gitops.Deployment{
			told("github", 1, gitops.StatusLive, 0), told("github", 1, gitops.StatusSuperseded, 3*time.Hour), told("argocd", 1, gitops.StatusLive, 3*time.Hour),
		}, ""},
		// Deployed, replaced and deployed again: each claim is about its own row.
		{"twice", []gitops.Deployment{
			told("github", 1, gitops.StatusLive, 0), told("github", 2, gitops.StatusSuperseded, time.Hour), told("github", 1, gitops.StatusSuperseded, 2*time.Hour),
			told("argocd", 1, gitops.StatusLive, time.Minute), told("argocd", 1, gitops.StatusSuperseded, 2*time.Hour),
		}, ""},
		{"what is live", []gitops.Deployment{
			told("github", 1, gitops.StatusLive, 0), told("github", 2, gitops.StatusSuperseded, time.Hour), told("argocd", 2, gitops.StatusLive, time.Hour),
		}, "sources disagree on " + id(1).Short() + ": github says live; argocd says that " + id(2).Short() + " is live"},
		{"what is live, and something else", []gitops.Deployment{
			told("github", 1, gitops.StatusLive, 0), told("github", 2, gitops.StatusSuperseded, time.Hour), told("argocd", 2, gitops.StatusLive, time.Hour),
			told("github", 3, gitops.StatusSuperseded, 2*time.Hour), told("argocd", 3, gitops.StatusFailed, 2*time.Hour),
		}, "sources disagree on " + id(1).Short() + ": github says live; argocd says that " + id(2).Short() + " is live; and on " + id(3).Short()},
	} {
		s := look(c.claims...)
		v := wording.Hear(s)
		if got := v.Disputes(s); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// The screen marks a dispute where, and only where, a notice tells one.
func TestDisputesAreTheDisagreements(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statuses := []gitops.Status{gitops.StatusLive, gitops.StatusSuperseded, gitops.StatusFailed, gitops.StatusPending, gitops.StatusUnknown}
		var lists [][]gitops.Deployment
		s := gitops.Snapshot{Environment: "production"}
		for _, source := range []string{"argocd", "github", "newrelic"} {
			var rows []gitops.Deployment
			for i := range rapid.IntRange(0, 4).Draw(t, source) {
				rows = append(rows, told(source, rapid.IntRange(1, 4).Draw(t, "commit"), rapid.SampledFrom(statuses).Draw(t, "status"), time.Duration(i)*time.Hour))
			}
			lists, s.Claims = append(lists, rows), append(s.Claims, rows...)
		}
		for _, d := range deploy.Merge(lists...) {
			s.Batches = append(s.Batches, gitops.Batch{Deployment: d})
		}
		notices, marks := deploy.Disagreements(lists...), wording.Hear(s).Disputes(s)
		if (len(notices) == 0) != (marks == "") {
			t.Fatalf("%v, but %q", notices, marks)
		}
	})
}

func TestSays(t *testing.T) {
	s := look(told("github", 1, gitops.StatusLive, 0), told("argocd", 1, gitops.StatusFailed, 0))
	s.Sources = []gitops.SourceState{
		{Name: "github", Place: "github.com/acme/shop", Condition: gitops.SourceFresh, AnsweredAt: clock.Add(-20 * time.Second)},
		{Name: "argocd", Condition: gitops.SourceOld, AnsweredAt: clock.Add(-3 * time.Minute)},
	}
	forms := wording.Hear(s).Say(s.Batches[0].Deployment, s.Sources, clock)
	for i, want := range []string{
		"github.com/acme/shop says live, 20 s ago; argocd says failed, 3 min ago (old)",
		"github says live, 20 s ago; argocd says failed, 3 min ago (old)",
		"github says live; argocd says failed",
	} {
		if forms[i] != want {
			t.Errorf("%q, want %q", forms[i], want)
		}
	}
	tag := gitops.Deployment{Source: gitops.SourceTags, Tag: "v1", Commit: id(1)}
	if got := wording.Says(tag, nil, nil, clock)[0]; !strings.Contains(got, "not a deployment") {
		t.Errorf("a tag says %q", got)
	}
}

func TestDriftIsTruthful(t *testing.T) {
	live := told("github", 1, gitops.StatusLive, 0)
	s := gitops.Snapshot{Branch: "main", Deployed: &live, Environment: "production"}
	for _, c := range []struct {
		drift gitops.Drift
		first string
		drops string
		tags  string
	}{
		{gitops.Drift{}, "", "", ""},
		{gitops.Drift{Ahead: 1}, "main is 1 commit ahead", "", ""},
		{gitops.Drift{Aside: 1}, "main lacks 1 commit that production runs", "production runs 1 commit that main lacks: the next deployment of main drops it", ""},
		{gitops.Drift{Ahead: 2, Aside: 3}, "main is 2 commits ahead, and lacks 3 that production runs", "production runs 3 commits that main lacks: the next deployment of main drops them", ""},
		{gitops.Drift{Tag: "v2"}, "", "", ""},
		{gitops.Drift{Tag: "v2", TagAhead: 2}, "", "", "the latest release v2 is not what production runs: it has 2 commits that production lacks"},
		{gitops.Drift{Tag: "v2", TagAside: 2}, "", "", "the latest release v2 is not what production runs: production has 2 commits more"},
		{gitops.Drift{Missing: true, Ahead: 9}, "unknown: the deployed commit is not in this clone", "", ""},
	} {
		s.Drift = c.drift
		first := ""
		if forms := wording.DriftForms(s); len(forms) > 0 {
			first = forms[0]
		}
		drops, tags := wording.DriftNotes(s)
		if first != c.first || drops != c.drops || tags != c.tags {
			t.Errorf("%+v: %q, %q, %q", c.drift, first, drops, tags)
		}
	}
	s.Environment, s.Drift = "staging", gitops.Drift{Aside: 1}
	if got := wording.DriftForms(s)[0]; got != "main lacks 1 commit that staging runs" {
		t.Errorf("of staging: %q", got)
	}
	// A release that lies beside the branch: nothing tells that it runs.
	live.Source, live.Tag, live.Status = gitops.SourceTags, "v3", gitops.StatusReleased
	if got := wording.DriftForms(s)[0]; got != "main lacks 1 commit that v3 has" {
		t.Errorf("of a release: %q", got)
	}
	if drops, _ := wording.DriftNotes(s); drops != "v3 has 1 commit that main lacks: a release of main is without it" {
		t.Errorf("of a release: %q", drops)
	}
}

func TestRolledBackNamesTheDanger(t *testing.T) {
	left, live := told("github", 2, gitops.StatusSuperseded, 0), told("github", 1, gitops.StatusLive, 0)
	left.Tag, live.Tag = "v2", "v1"
	s := gitops.Snapshot{Branch: "main", Deployed: &live}
	if forms, _ := wording.RolledBack(s); forms != nil {
		t.Errorf("%q", forms)
	}
	for _, c := range []struct {
		lost, pending, reverted int
		onward                  bool
		want                    string
		danger                  bool
	}{
		{5, 5, 0, false, "THE NEXT ORDINARY DEPLOY BRINGS BACK 5 commits", true},
		{5, 5, 1, false, "THE NEXT ORDINARY DEPLOY BRINGS BACK 4 commits", true},
		{5, 5, 5, false, "main has reverted what v2 brought: the next deploy does not bring it back", false},
		{5, 5, 0, true, "ROLLED BACK from v2, which v1 does not have either. v2 is still on main", true},
		{5, 0, 0, false, "main holds none of them, so the next deploy does not bring them back", false},
		{0, 0, 0, false, "take it that the next ordinary deploy brings the bad commit back", true},
	} {
		s.Rollback = &gitops.Rollback{Left: left, Lost: c.lost, Pending: c.pending, Reverted: c.reverted, Onward: c.onward}
		forms, danger := wording.RolledBack(s)
		if !strings.Contains(forms[0], c.want) || danger != c.danger {
			t.Errorf("%+v: %q %v", c, forms[0], danger)
		}
		for i := 1; i < len(forms); i++ {
			if len(forms[i]) >= len(forms[i-1]) {
				t.Errorf("%q is no shorter than the form before it", forms[i])
			}
		}
	}
}

// A source that has not answered yet may still tell: it is waited for.
func TestAReleaseIsFollowedBySlowSources(t *testing.T) {
	r := gitops.Receipt{Commit: id(9), Tag: gitops.TagMade{Name: "v9"}}
	tags := []gitops.Deployment{{Source: gitops.SourceTags, Commit: id(9), Tag: "v9", Status: gitops.StatusReleased}}
	w := wording.Watch{Since: clock}.Next(tags, nil, r, clock)
	if !w.Settled() {
		t.Error("with tags alone nobody will ever say")
	}
	w = wording.Watch{Since: clock, Began: clock.Add(-31 * time.Minute), Sources: []gitops.SourceState{
		{Name: "argocd", Condition: gitops.SourceFailed, Trouble: "503", RetryAt: clock.Add(time.Minute)},
		{Name: "gitlab", Condition: gitops.SourceIdle, Trouble: "no token"},
	}}
	if w = w.Next(tags, nil, r, clock); w.Settled() {
		t.Error("a source that is out of order is taken for none")
	}
	if _, text := w.Say("v9", clock.Add(40*time.Second)); text != "v9 not deployed yet, 40 s since you confirmed; argocd: 503; asked again in 20 s" {
		t.Errorf("%q", text)
	}
	w = w.Next(append(tags, gitops.Deployment{Source: "argocd", Commit: id(9), Status: gitops.StatusLive, FinishedAt: clock.Add(2 * time.Minute)}), nil, r, clock.Add(3*time.Minute))
	if state, text := w.Say("v9", clock); state != gitops.StepDone || text != "v9 live after 2 min, says argocd, 33 min after the trouble began" {
		t.Errorf("%s %q", state, text)
	}
}

// A mark that two sources share tells nobody which of them it is.
func TestMarksTellSourcesApart(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"github", "gitlab", "newrelic", "argocd"}, "gh gl nr ar"},
		{[]string{"argocd-eu", "argocd-us"}, "ar as"},
		{[]string{"deploy", "deploy-2", "deploys"}, "de d2 ds"},
		{[]string{"ci", "ci"}, "ci ci"},
		{[]string{"a", "a b"}, "a  ab"},
		{[]string{"日本", "日本語"}, "日 日"},
		{[]string{"\x1b[2J", ""}, "<1   "},
	} {
		var states []gitops.SourceState
		for _, name := range c.names {
			states = append(states, gitops.SourceState{Name: name})
		}
		codes := wording.SourceCodes(states)
		var got []string
		for _, name := range c.names {
			got = append(got, codes[name])
		}
		if all := strings.Join(got, " "); all != c.want {
			t.Errorf("%q: %q, want %q", c.names, all, c.want)
		}
	}
	if wording.SourceCodes(nil)[gitops.SourceTags] != "tg" {
		t.Error("a tag has no mark where there is no source")
	}
}

func TestFreshness(t *testing.T) {
	at := func(ago time.Duration) time.Time { return clock.Add(-ago) }
	for want, s := range map[string]gitops.SourceState{
		"just now":     {Condition: gitops.SourceFresh, AnsweredAt: at(59 * time.Second)},
		"3 min ago":    {Condition: gitops.SourceFresh, AnsweredAt: at(3 * time.Minute)},
		"1 min ago":    {Condition: gitops.SourceAsking, AnsweredAt: at(time.Minute)},
		"2 h ago, old": {Condition: gitops.SourceOld, AnsweredAt: at(2 * time.Hour), Trouble: "slow"},
		"being asked":  {Condition: gitops.SourceAsking},
		"no answer":    {Condition: gitops.SourceAsking, Trouble: "slow"},
		"not asked":    {Condition: gitops.SourceIdle, Trouble: "no token"},
	} {
		if got := wording.Freshness(s, clock); got != want {
			t.Errorf("%+v: %q, want %q", s, got, want)
		}
	}
	if got := wording.Freshness(gitops.SourceState{Condition: gitops.SourceFailed}, clock); got != "no answer" {
		t.Errorf("%q of one that failed", got)
	}
}

func TestWhyNobodyKnowsWhatRuns(t *testing.T) {
	told := func(s gitops.Status) gitops.Deployment {
		return gitops.Deployment{Source: "ci", Environment: "prod", Commit: id(1), Status: s}
	}
	staging := told(gitops.StatusLive)
	staging.Environment = "staging"
	if got := wording.Unknown(gitops.Snapshot{Drift: gitops.Drift{Missing: true}, Claims: []gitops.Deployment{{}}}); got != "what production runs is not in this clone" {
		t.Errorf("%q of what is not here", got)
	}
	for _, c := range []struct {
		environment string
		claims      []gitops.Deployment
		want        string
	}{
		{"", nil, "neither a deployment nor a release tag says what production runs"},
		{"production", []gitops.Deployment{staging}, "neither a deployment nor a release tag says what production runs"},
		{"qa", []gitops.Deployment{staging}, "no source says what qa runs"},
		{"production", []gitops.Deployment{told(gitops.StatusFailed)}, "no source says that anything is live in production"},
		{"production", []gitops.Deployment{told(gitops.StatusFailed), told(gitops.StatusLive)}, "the sources disagree on what production runs"},
	} {
		if got := wording.Unknown(gitops.Snapshot{Environment: c.environment, Claims: c.claims}); got != c.want {
			t.Errorf("%q: %q, want %q", c.environment, got, c.want)
		}
	}
}
