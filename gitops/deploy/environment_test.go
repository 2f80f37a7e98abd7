package deploy

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"

	"pgregory.net/rapid"
)

func in(environment string, d gitops.Deployment) gitops.Deployment {
	d.Environment = environment
	return d
}

func TestEnvironments(t *testing.T) {
	lists := [][]gitops.Deployment{
		{in("staging", row("github", 1, gitops.StatusLive, 50)), in("review/7", row("github", 2, gitops.StatusLive, 90)), in("prod", row("github", 3, gitops.StatusLive, 0))},
		{in("Production", row("argo", 4, gitops.StatusLive, 10)), in("", row("argo", 4, gitops.StatusLive, 10))},
		{tagRow("v1", 1, 0)},
	}
	got := Environments(lists...)
	if strings.Join(got, " ") != "prod review/7 staging" {
		t.Errorf("got %q", got)
	}
	for _, c := range []struct {
		wanted, want string
		known        []string
	}{
		{"", "prod", got},
		{"production", "prod", got},
		{"Staging", "staging", got},
		{"eu", "eu", got},
		{"", "production", nil},
		{"", "main-cluster", []string{"main-cluster"}},
		{"", "production", []string{"eu", "us"}},
	} {
		if name := ChooseEnvironment(c.wanted, c.known); name != c.want {
			t.Errorf("%q of %q: %q, want %q", c.wanted, c.known, name, c.want)
		}
	}
	if rows := Of("prod", slices.Concat(lists...)); len(rows) != 4 {
		t.Errorf("%d rows of prod", len(rows))
	}
}

// book finds what a map has.
type book struct{ tags, ids map[string]gitops.Hash }

func (b book) Tag(name string) gitops.Hash           { return b.tags[name] }
func (b book) Abbreviated(digits string) gitops.Hash { return b.ids[digits] }

func TestResolve(t *testing.T) {
	find := book{
		tags: map[string]gitops.Hash{"v1": commit(1), "deadbee": commit(2)},
		ids:  map[string]gitops.Hash{"abcdef1": commit(3), "deadbee": commit(4), "1234567": commit(6)},
	}
	for _, c := range []struct {
		name     string
		row      gitops.Deployment
		commit   gitops.Hash
		tag, ref string
	}{
		{"known already", gitops.Deployment{Commit: commit(9), Tag: "v1"}, commit(9), "v1", ""},
		{"tag", gitops.Deployment{Tag: "v1"}, commit(1), "v1", "refs/tags/v1"},
		{"tag as ref", gitops.Deployment{Ref: "v1"}, commit(1), "v1", "refs/tags/v1"},
		{"full ref", gitops.Deployment{Ref: "refs/tags/v1"}, commit(1), "v1", "refs/tags/v1"},
		{"short id", gitops.Deployment{Ref: "ABCDEF1"}, commit(3), "", "ABCDEF1"},
		{"names win over ids", gitops.Deployment{Ref: "deadbee"}, commit(2), "deadbee", "refs/tags/deadbee"},
		{"describe", gitops.Deployment{Ref: "v1-3-g1234567"}, commit(6), "", "v1-3-g1234567"},
		{"full id that may be missing", gitops.Deployment{Ref: commit(8).String()}, commit(8), "", commit(8).String()},
		{"a tag that is not here, with its id", gitops.Deployment{Tag: "v9", Ref: "abcdef1"}, commit(3), "v9", "abcdef1"},
		{"a branch has moved since", gitops.Deployment{Ref: "refs/heads/v1"}, gitops.Hash{}, "", "refs/heads/v1"},
		{"too short", gitops.Deployment{Ref: "abcdef"}, gitops.Hash{}, "", "abcdef"},
		{"nothing", gitops.Deployment{}, gitops.Hash{}, "", ""},
	} {
		rows := []gitops.Deployment{c.row}
		unknown := Resolve(rows, find)
		if rows[0].Commit != c.commit || rows[0].Tag != c.tag || rows[0].Ref != c.ref || (len(unknown) == 1) != c.commit.IsZero() {
			t.Errorf("%s: %+v, unknown %v", c.name, rows[0], unknown)
		}
	}
}

func TestTwoSourcesThatCallDifferentCommitsLive(t *testing.T) {
	github := row("github", 1, gitops.StatusLive, 0)
	github.Tag = "v1"
	argo := row("argocd", 2, gitops.StatusLive, 5)
	older := row("argocd", 1, gitops.StatusSuperseded, -50)
	got := Disagreements([]gitops.Deployment{github}, []gitops.Deployment{argo, older}, []gitops.Deployment{tagRow("v3", 3, 99)})
	want := "github says v1 (" + commit(1).Short() + ") is live in production since 2024-05-17 12:01 UTC, argocd says " +
		commit(2).Short() + " is live in production since 2024-05-17 12:06 UTC"
	if len(got) != 1 || got[0].Text != want || got[0].Code != CodeDisagree {
		t.Errorf("got %+v, want %q", got, want)
	}
	// A rollback that one of them did not hear of is one disagreement, not three.
	unheard := []gitops.Deployment{row("newrelic", 2, gitops.StatusLive, 0), row("newrelic", 1, gitops.StatusSuperseded, -9)}
	heard := []gitops.Deployment{row("argocd", 1, gitops.StatusLive, 5), row("argocd", 2, gitops.StatusSuperseded, 0)}
	if got := Disagreements(heard, unheard); len(got) != 1 || !strings.Contains(got[0].Text, "argocd says "+commit(1).Short()+" is live") {
		t.Errorf("a rollback: %+v", got)
	}
	heard[1].Status = gitops.StatusFailed
	if got := Disagreements(heard, unheard); len(got) != 2 {
		t.Errorf("live by one, failed by the other: %+v", got)
	}
	if got := Disagreements(heard[:1], []gitops.Deployment{row("newrelic", 1, gitops.StatusSuperseded, -9)}); len(got) != 1 {
		t.Errorf("live by one, superseded by the other, which knows of nothing live: %+v", got)
	}
	if got := Disagreements([]gitops.Deployment{github}, []gitops.Deployment{in("prod", row("argocd", 1, gitops.StatusLive, 50))}); len(got) != 0 {
		t.Errorf("they agree: %+v", got)
	}
	if got := Disagreements([]gitops.Deployment{in("eu", github)}, []gitops.Deployment{in("us", argo)}); len(got) != 0 {
		t.Errorf("two places: %+v", got)
	}
}

// Who made a tag is not who deployed it.
func TestMergeNamesNobodyForADeployment(t *testing.T) {
	d := row("command", 1, gitops.StatusLive, 5)
	d.Actor = ""
	if got := Merge([]gitops.Deployment{d}, []gitops.Deployment{tagRow("v1", 1, 0)}); len(got) != 1 || got[0].Actor != "" || got[0].Tag != "v1" {
		t.Errorf("%+v", got)
	}
}

// line is a history in which each commit contains all smaller ones, but for
// those above 100, which stand alone.
func line(descendant, ancestor gitops.Hash) (bool, error) {
	of := func(h gitops.Hash) int {
		for n := range 200 {
			if commit(n) == h {
				return n
			}
		}
		return -1
	}
	d, a := of(descendant), of(ancestor)
	return d == a || d < 100 && a < d, nil
}

func TestWentBack(t *testing.T) {
	live, was, failed, pending := gitops.StatusLive, gitops.StatusSuperseded, gitops.StatusFailed, gitops.StatusPending
	type step struct {
		n      int
		status gitops.Status
	}
	for _, c := range []struct {
		name string
		rows []step // newest first
		left int    // -1 for none
	}{
		{"forward", []step{{2, live}, {1, was}}, -1},
		{"back by one", []step{{1, live}, {2, was}, {1, was}}, 2},
		{"back to what was never deployed", []step{{1, live}, {2, was}}, 2},
		{"back step by step", []step{{1, live}, {2, was}, {3, was}, {2, was}, {1, was}}, 3},
		{"back, and forward again", []step{{3, live}, {1, was}, {2, was}, {1, was}}, -1},
		{"the new one failed and never arrived", []step{{2, failed}, {1, live}}, -1},
		{"the new one is on its way", []step{{2, pending}, {1, live}, {0, was}}, -1},
		{"the old row is live again", []step{{2, was}, {1, live}, {0, was}}, 2},
		{"the same twice", []step{{1, live}, {1, was}, {0, was}}, -1},
		{"the same twice, of which the elder row is live", []step{{1, was}, {1, live}, {0, was}}, -1},
		{"back to another line", []step{{101, live}, {2, was}, {101, was}}, 2},
		{"over to another line", []step{{101, live}, {2, was}}, -1},
		{"nothing before", []step{{1, live}}, -1},
		{"nothing live", []step{{2, was}, {1, was}}, -1},
	} {
		var rows []gitops.Deployment
		var deployed gitops.Deployment
		for i, s := range c.rows {
			d := row("github", s.n, s.status, 100-i)
			rows = append(rows, d)
			if s.status == live && deployed.Commit.IsZero() {
				deployed = d
			}
		}
		left, back, err := WentBack(rows, deployed, line)
		if err != nil || back != (c.left >= 0) || back && left.Commit != commit(c.left) {
			t.Errorf("%s: left %+v, %v, %v", c.name, left, back, err)
		}
	}
	rows := []gitops.Deployment{tagRow("v1", 1, 9), tagRow("v2", 2, 8)}
	if _, back, _ := WentBack(rows, rows[0], line); back {
		t.Error("tags alone cannot tell")
	}
	arrived := []gitops.Deployment{row("github", 1, gitops.StatusSuperseded, 9), row("github", 2, gitops.StatusSuperseded, 8), row("github", 3, gitops.StatusSuperseded, 7)}
	for _, f := range []func([]gitops.Deployment, gitops.Deployment, Contains) (gitops.Deployment, bool, error){WentBack, StillBack} {
		if _, back, err := f(nil, rows[0], line); back || err != nil {
			t.Errorf("of nothing: %v, %v", back, err)
		}
		if left, back, err := f(arrived, rows[0], line); back || err != nil {
			t.Errorf("where a tag is all that tells what runs: %+v, %v", left, err)
		}
	}
}

func tagged(tag string, d gitops.Deployment) gitops.Deployment {
	d.Tag = tag
	return d
}

// Services run side by side, told by one source or released by tags of their own.
func TestOtherServicesDoNotGoBack(t *testing.T) {
	live, was := gitops.StatusLive, gitops.StatusSuperseded
	for _, c := range []struct {
		name string
		rows []gitops.Deployment
		left int
	}{
		{"both live", []gitops.Deployment{row("ci", 1, live, 9), row("ci", 2, live, 8)}, -1},
		{"live by another's word", []gitops.Deployment{row("ci", 1, live, 9), row("lab", 2, live, 8)}, 2},
		{"another's tag", []gitops.Deployment{tagged("web-v1.0.0", row("ci", 1, live, 9)), tagged("api-v1.0.0", row("ci", 2, was, 8))}, -1},
		{"the same one's", []gitops.Deployment{tagged("web-v1.0.0", row("ci", 1, live, 9)), tagged("web-v1.0.1", row("ci", 2, was, 8))}, 2},
		{"no tag before", []gitops.Deployment{tagged("web-v1.0.0", row("ci", 1, live, 9)), row("ci", 2, was, 8)}, 2},
		{"no tag now", []gitops.Deployment{row("ci", 1, live, 9), tagged("web-v1.0.0", row("ci", 2, was, 8))}, 2},
		{"tags of all", []gitops.Deployment{tagged("v1.0.0", row("ci", 1, live, 9)), tagged("release/1.0.1", row("ci", 2, was, 8))}, 2},
		{"one behind the other", []gitops.Deployment{tagged("web-v1.0.0", row("ci", 1, live, 9)), tagged("api-v1.0.0", row("ci", 3, was, 8)), tagged("web-v1.0.1", row("ci", 2, was, 7))}, 2},
	} {
		left, back, err := WentBack(c.rows, c.rows[0], line)
		if err != nil || back != (c.left >= 0) || back && left.Commit != commit(c.left) {
			t.Errorf("%s: %v %+v, %v", c.name, back, left, err)
		}
	}
}

// Errors of the history are passed on, and only so many steps are followed.
func TestGoingBackEnds(t *testing.T) {
	broken := errors.New("broken")
	rows := []gitops.Deployment{row("ci", 101, gitops.StatusLive, 99), row("ci", 1, gitops.StatusSuperseded, 98), row("ci", 2, gitops.StatusSuperseded, 97), row("ci", 3, gitops.StatusSuperseded, 96), row("ci", 1, gitops.StatusSuperseded, 95)}
	for _, f := range []func([]gitops.Deployment, gitops.Deployment, Contains) (gitops.Deployment, bool, error){WentBack, StillBack} {
		for start := range 2 {
			here := slices.Clone(rows[start:])
			here[0].Status = gitops.StatusLive
			for fail := 0; ; fail++ {
				asked := 0
				_, back, err := f(here, here[0], func(d, a gitops.Hash) (bool, error) {
					if asked++; asked > fail {
						return true, broken
					}
					return line(d, a)
				})
				if asked <= fail {
					break
				}
				if back || !errors.Is(err, broken) {
					t.Fatalf("after %d answers: %v, %v", fail, back, err)
				}
			}
		}
	}
	// A fall that lies that many deployments behind.
	for _, c := range []struct {
		since int
		still bool
	}{{1, true}, {longestFall, true}, {longestFall + 1, false}} {
		rows := []gitops.Deployment{}
		for i := range c.since {
			rows = append(rows, row("ci", 101+i, gitops.StatusSuperseded, 90-i))
		}
		rows = append(rows, row("ci", 1, gitops.StatusSuperseded, 50), row("ci", 2, gitops.StatusSuperseded, 40))
		rows[0].Status = gitops.StatusLive
		if left, still, err := StillBack(rows, rows[0], line); err != nil || still != c.still || still && left.Commit != commit(2) {
			t.Errorf("%d since: %v %+v %v", c.since, still, left, err)
		}
	}
	// Step by step from so high.
	rows = nil
	for i := range longestFall + 5 {
		rows = append(rows, row("ci", 1+i, gitops.StatusSuperseded, 90-i))
	}
	rows[0].Status = gitops.StatusLive
	if left, back, err := WentBack(rows, rows[0], line); err != nil || !back || left.Commit != commit(2+longestFall) {
		t.Errorf("%+v, %v", left, err)
	}
}

func TestCalled(t *testing.T) {
	id := commit(1)
	for want, d := range map[string]gitops.Deployment{
		"":         {},
		"v1":       {Tag: "v1", Ref: "main", Commit: id},
		"main":     {Ref: "refs/heads/main", Commit: id},
		"v2":       {Ref: "refs/tags/v2"},
		id.Short(): {Commit: id},
	} {
		if got := Called(d); got != want {
			t.Errorf("%+v: %q", d, got)
		}
	}
}

// Whatever sources say and in whatever order their rows come, each environment's
// merged rows are those that merging it alone gives, and no row tells a status
// or an actor that no source told of its commit.
func TestMergeInventsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lists := [][]gitops.Deployment{drawRows(t, "github"), drawRows(t, "argo"), drawRows(t, gitops.SourceTags)}
		for _, list := range lists[:2] {
			for i := range list {
				list[i].Environment = rapid.SampledFrom([]string{"production", "prod", "staging"}).Draw(t, "environment")
			}
		}
		told := slices.Concat(lists...)
		got := Merge(lists...)
		for _, d := range got {
			for what, knows := range map[string]func(gitops.Deployment) bool{
				"status": func(o gitops.Deployment) bool { return o.Status == d.Status },
				"actor":  func(o gitops.Deployment) bool { return o.Actor == d.Actor },
				"time":   func(o gitops.Deployment) bool { return o.At().Equal(d.At()) },
				"place":  func(o gitops.Deployment) bool { return o.Environment == d.Environment },
			} {
				if !slices.ContainsFunc(told, func(o gitops.Deployment) bool { return o.Commit == d.Commit && knows(o) }) {
					t.Fatalf("nobody told the %s of %+v", what, d)
				}
			}
		}
		for _, e := range []string{"production", "staging"} {
			alone := Merge(Of(e, lists[0]), Of(e, lists[1]))
			all := Of(e, Merge(lists[0], lists[1]))
			if !slices.Equal(alone, all) {
				t.Fatalf("%s: alone %+v, of all %+v", e, alone, all)
			}
		}
		if d := Current(got, Branch{}); d != nil && d.Status == gitops.StatusLive {
			for _, o := range told {
				if o.Status == gitops.StatusLive && o.Source == "github" && o.At().After(d.At()) {
					t.Fatalf("%+v is live and younger than %+v", o, d)
				}
			}
		}
	})
}
