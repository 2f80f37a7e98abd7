package desk

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/gittest"
)

// broken is a shop in which v1.1.0 broke production, or seems to: "Round totals"
// is suspected first, "Retry" is what it was. A banner waits to be released.
type broken struct {
	r                     *gittest.Repo
	start, retry, suspect gitops.Hash
	clock                 time.Time
}

func breakShop(t *testing.T) *broken {
	t.Helper()
	b := &broken{r: gittest.New(t)}
	b.start = b.r.Commit("Start", map[string]string{"total": "a\nb\nc\n", "cart": "1\n"})
	b.r.AnnotatedTag("v1.0.0")
	b.retry = b.r.Commit("Retry", map[string]string{"cart": "2\n"})
	b.suspect = b.r.Commit("Round totals", map[string]string{"total": "a\nB\nc\n"})
	b.r.AnnotatedTag("v1.1.0")
	b.r.Commit("Banner", map[string]string{"banner": "spring\n"})
	b.r.WithRemote()
	b.clock = b.r.Now().Add(30 * time.Minute)
	return b
}

func (b *broken) open(t *testing.T) *Desk {
	return open(t, b.r, func(o *Options) { o.Now = func() time.Time { return b.clock } })
}

// ship publishes the revert of commits a minute on.
func (b *broken) ship(t *testing.T, r gitops.Remedy) gitops.Receipt {
	t.Helper()
	d := b.open(t)
	t.Setenv("GIT_COMMITTER_DATE", b.clock.Format(time.RFC3339))
	r.Reason = "totals are off"
	p, err := d.Plan(context.Background(), look(t, d), r)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := d.Publish(context.Background(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.clock = b.clock.Add(time.Minute)
	return receipt
}

func (b *broken) revert(commits ...gitops.Hash) gitops.Remedy {
	return gitops.Remedy{Kind: gitops.RevertCommits, Commits: commits}
}

// rank asks as a person does, of a desk that knows only what is on disk.
func (b *broken) rank(t *testing.T, e gitops.Evidence) (subjects []string, s gitops.Suspects) {
	t.Helper()
	d := b.open(t)
	s, err := d.Suspects(context.Background(), look(t, d), e)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range s.Ranked {
		c, err := d.Commit(one.Commit)
		if err != nil {
			t.Fatal(err)
		}
		subjects = append(subjects, c.Subject())
	}
	return subjects, s
}

func saidOfRemedy(s gitops.Suspects) string {
	for _, n := range s.Notices {
		if n.Code == gitops.NoticeRemedy {
			return n.Text
		}
	}
	return ""
}

// TestARemedyInVainLeavesTheOthers: what was just shipped is no suspect of what it
// was shipped against, what shipped along neither, and what it took out is not
// suspected again, whatever the trace of the time before says.
func TestARemedyInVainLeavesTheOthers(t *testing.T) {
	b := breakShop(t)
	trace := gitops.Evidence{Trace: "\tat total:2\n", Paths: []string{"total"}}
	if got, _ := b.rank(t, trace); got[0] != "Round totals" {
		t.Fatalf("before it: %q", got)
	}
	shipped := b.ship(t, b.revert(b.suspect))
	for name, e := range map[string]gitops.Evidence{
		"nothing known": {}, "a trace": trace, "a time": {At: b.clock.Add(-10 * time.Minute), Trace: trace.Trace},
	} {
		got, s := b.rank(t, e)
		if want := []string{"Retry", "Start"}; !slices.Equal(slices.Sorted(slices.Values(got)), want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if name == "nothing known" && (got[0] != "Retry" || !strings.Contains(s.Why, "v1.1.0") || !strings.Contains(s.Why, "before the remedy")) {
			t.Errorf("%q by %q", got, s.Why)
		}
		if text := saidOfRemedy(s); text != "no suspects: the remedy v1.1.1, and "+b.suspect.Short()+", taken out by it" {
			t.Errorf("%s: said %q", name, text)
		}
	}
	// Whoever says that it began since suspects it, and whoever says that something
	// without it runs suspects what it took out.
	for name, c := range map[string]struct {
		e    gitops.Evidence
		want []string
	}{
		"since":            {gitops.Evidence{At: b.clock}, []string{`Revert "Round totals"`, "Banner", "Round totals", "Retry", "Start"}},
		"what runs":        {gitops.Evidence{Runs: shipped.Commit}, []string{"Banner", "Retry", "Start"}},
		"what ran before":  {gitops.Evidence{Runs: b.suspect}, []string{"Round totals", "Retry", "Start"}},
		"what runs, since": {gitops.Evidence{Runs: shipped.Commit, At: b.clock}, []string{`Revert "Round totals"`, "Banner", "Round totals", "Retry", "Start"}},
	} {
		got, s := b.rank(t, c.e)
		if !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(c.want))) || (saidOfRemedy(s) != "") != (name == "what runs") {
			t.Errorf("%s: %q, want %q; said %q", name, got, c.want, saidOfRemedy(s))
		}
	}
	// A script's answer does not depend on what was done before.
	d := b.open(t)
	s, err := d.SuspectsAmong(context.Background(), look(t, d), gitops.Evidence{}, SuspectOptions{})
	if err != nil || len(s.Ranked) != 5 {
		t.Errorf("%d, %v", len(s.Ranked), err)
	}
}

// TestTwoRemediesInVain: both are left out, and what the second brought back is a
// suspect again.
func TestTwoRemediesInVain(t *testing.T) {
	b := breakShop(t)
	first := b.ship(t, b.revert(b.suspect))
	b.ship(t, b.revert(b.retry))
	got, s := b.rank(t, gitops.Evidence{})
	if !slices.Equal(got, []string{"Start"}) || !strings.Contains(saidOfRemedy(s), "no suspects: the remedies v1.1.2 and v1.1.1, and "+b.retry.Short()+", "+b.suspect.Short()+", taken out by them") {
		t.Errorf("%q, said %q", got, saidOfRemedy(s))
	}
	b = breakShop(t)
	first = b.ship(t, b.revert(b.suspect))
	b.ship(t, b.revert(first.Commit))
	if got, _ := b.rank(t, gitops.Evidence{}); !slices.Equal(got, []string{"Round totals", "Retry", "Start"}) {
		t.Errorf("brought back: %q", got)
	}
}

// TestARemedyOfWhichMoreCameSince: it is not what runs any more, but part of it.
func TestARemedyOfWhichMoreCameSince(t *testing.T) {
	b := breakShop(t)
	b.ship(t, b.revert(b.suspect))
	b.r.SetNow(b.clock.Add(time.Hour))
	b.r.Git("pull", "-q", "--ff-only", "origin", "main")
	b.r.Commit("Later", map[string]string{"later": "x\n"})
	b.r.AnnotatedTag("v1.2.0")
	b.r.Git("push", "-q", "origin", "main", "--tags")
	b.r.Git("fetch", "-q")
	b.clock = b.r.Now()
	if got, s := b.rank(t, gitops.Evidence{}); !slices.Equal(got, []string{"Later", "Banner", "Retry", "Start"}) || saidOfRemedy(s) == "" {
		t.Errorf("%q, said %q", got, saidOfRemedy(s))
	}
	// A day later the trouble is another one.
	b.clock = b.clock.Add(gitops.AnswerLasts)
	if got, _ := b.rank(t, gitops.Evidence{}); len(got) != 6 {
		t.Errorf("a day later %q", got)
	}
}

// TestARemedyThatLeftPartsIn: what it did not take out may be the cause.
func TestARemedyThatLeftPartsIn(t *testing.T) {
	b := breakShop(t)
	wide := b.r.Commit("Wide", map[string]string{"total": "a\nB\nC\n", "cart": "3\n"})
	b.r.AnnotatedTag("v1.2.0")
	b.r.Git("push", "-q", "origin", "main", "--tags")
	b.clock = b.r.Now().Add(30 * time.Minute)
	r := b.revert(wide)
	r.LeaveOut = []gitops.LeaveOut{{Path: "cart"}}
	b.ship(t, r)
	if got, _ := b.rank(t, gitops.Evidence{}); !slices.Contains(got, "Wide") {
		t.Errorf("%q", got)
	}
}

// TestAMergeThatWasTakenOut: what came by it is gone with it.
func TestAMergeThatWasTakenOut(t *testing.T) {
	b := breakShop(t)
	b.r.CheckoutNew("topic")
	b.r.Commit("Topic", map[string]string{"topic": "x\n"})
	b.r.Checkout("main")
	b.r.Commit("Meanwhile", map[string]string{"meanwhile": "x\n"})
	merge := b.r.Merge("topic")
	b.r.AnnotatedTag("v1.2.0")
	b.r.Git("push", "-q", "origin", "main", "--tags")
	b.clock = b.r.Now().Add(30 * time.Minute)
	b.ship(t, b.revert(merge))
	if got, _ := b.rank(t, gitops.Evidence{}); slices.Contains(got, "Topic") || !slices.Contains(got, "Meanwhile") || len(got) != 5 {
		t.Errorf("%q", got)
	}
}

// TestWhyTheTipIsTakenToRun: that sources tell something else each is not that
// nothing tells.
func TestWhyTheTipIsTakenToRun(t *testing.T) {
	b := breakShop(t)
	one, other := b.start, b.suspect
	for want, rows := range map[string][]deploy.Source{
		"nothing tells what is deployed":           nil,
		"no source says that anything is live":     {rowsOf{"ci", []gitops.Deployment{at(b.r, 1, one, gitops.StatusFailed)}, nil}},
		"the sources disagree on what is deployed": {rowsOf{"argo", []gitops.Deployment{at(b.r, 1, other, gitops.StatusFailed)}, nil}, rowsOf{"ci", []gitops.Deployment{at(b.r, 1, other, gitops.StatusLive)}, nil}},
	} {
		b.r.Git("tag", "-d", "v1.0.0")
		b.r.Git("tag", "-d", "v1.1.0")
		d := open(t, b.r, sources(rows...))
		s, err := d.Suspects(context.Background(), told(t, d), gitops.Evidence{})
		if err != nil || !strings.HasSuffix(s.Why, want) {
			t.Errorf("%q, %v, want %q", s.Why, err, want)
		}
		b.r.Git("tag", "v1.0.0", one.String())
		b.r.Git("tag", "v1.1.0", other.String())
	}
}
