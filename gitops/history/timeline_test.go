package history

import (
	"context"
	"maps"
	"testing"
	"time"

	"ahead/gitops"

	"pgregory.net/rapid"
)

func drawDeployments(t *rapid.T, g *graph) ([]gitops.Deployment, *gitops.Deployment) {
	n := rapid.IntRange(0, 6).Draw(t, "deployments")
	rows := make([]gitops.Deployment, n)
	for i := range rows {
		rows[i] = gitops.Deployment{Tag: string(rune('a' + i)), Commit: g.drawCommit(t, "deployed commit")}
	}
	if n == 0 || rapid.IntRange(0, 4).Draw(t, "nothing known") == 0 {
		return rows, nil
	}
	return rows, &rows[rapid.IntRange(0, n-1).Draw(t, "deployed")]
}

// naive is the timeline by its definition.
func (g *graph) naive(tip gitops.Hash, rows []gitops.Deployment, deployed *gitops.Deployment) (unreleased map[gitops.Hash]bool, batches []map[gitops.Hash]bool) {
	batches = make([]map[gitops.Hash]bool, len(rows))
	older := map[gitops.Hash]bool{}
	for i := len(rows) - 1; i >= 0; i-- {
		all := g.contains(rows[i].Commit)
		batches[i] = minus(all, older)
		maps.Copy(older, all)
	}
	if deployed != nil {
		return minus(g.contains(tip), g.contains(deployed.Commit)), batches
	}
	return minus(g.contains(tip), older), batches
}

func TestWalkWithoutLimitIsExact(t *testing.T) {
	forBoth(t, func(t *rapid.T, g *graph) {
		tip := g.drawCommit(t, "tip")
		rows, deployed := drawDeployments(t, g)
		got, err := Walk(context.Background(), g, tip, rows, deployed, 0)
		if err != nil {
			t.Fatal(err)
		}
		g.checkOrder(t, got.Commits)
		unreleased, batches := g.naive(tip, rows, deployed)
		if !maps.Equal(toSet(got.Unreleased.Commits), unreleased) || got.Unreleased.Truncated {
			t.Fatalf("unreleased: got %d, want %d", len(got.Unreleased.Commits), len(unreleased))
		}
		for i, want := range batches {
			if !maps.Equal(toSet(got.Batches[i].Commits), want) || got.Batches[i].Truncated {
				t.Fatalf("batch %d: got %d, want %d", i, len(got.Batches[i].Commits), len(want))
			}
		}
	})
}

func TestWalkWithLimitListsTheNewestAndSaysWhatItCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawGraph(t, 40, false)
		tip := g.drawCommit(t, "tip")
		rows, deployed := drawDeployments(t, g)
		limit := rapid.IntRange(1, 20).Draw(t, "limit")
		got, err := Walk(context.Background(), g, tip, rows, deployed, limit)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := Walk(context.Background(), g, tip, rows, deployed, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Commits) != min(limit, len(whole.Commits)) {
			t.Fatalf("%d commits with limit %d of %d", len(got.Commits), limit, len(whole.Commits))
		}
		listed := toSet(hashes(got.Commits))
		for _, c := range whole.Commits {
			oldest := got.Commits[len(got.Commits)-1]
			if !listed[c.Hash] && c.Committer.When.After(oldest.Committer.When) {
				t.Fatal("a younger commit was left out")
			}
		}
		checkCut(t, listed, got.Unreleased, whole.Unreleased)
		for i := range rows {
			checkCut(t, listed, got.Batches[i], whole.Batches[i])
		}
	})
}

// checkCut holds a batch to what the whole one has among the listed commits.
func checkCut(t *rapid.T, listed map[gitops.Hash]bool, got, whole gitops.Batch) {
	want := map[gitops.Hash]bool{}
	for _, h := range whole.Commits {
		if listed[h] {
			want[h] = true
		}
	}
	if !maps.Equal(toSet(got.Commits), want) {
		t.Fatalf("batch %q: got %d, want %d", got.Deployment.Tag, len(got.Commits), len(want))
	}
	if len(got.Commits) < len(whole.Commits) && !got.Truncated {
		t.Fatalf("batch %q hides commits and does not say so", got.Deployment.Tag)
	}
}

func TestMissingHistoryTruncates(t *testing.T) {
	forBoth(t, func(t *rapid.T, g *graph) {
		tip := g.drawCommit(t, "tip")
		rows, deployed := drawDeployments(t, g)
		for range rapid.IntRange(0, 3).Draw(t, "missing") {
			if h := g.drawCommit(t, "missing commit"); h != tip {
				g.missing[h] = true
			}
		}
		got, err := Walk(context.Background(), g, tip, rows, deployed, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, batches := g.naive(tip, rows, deployed)
		for i, want := range batches {
			if !maps.Equal(toSet(got.Batches[i].Commits), want) {
				t.Fatalf("batch %d: got %d, want %d", i, len(got.Batches[i].Commits), len(want))
			}
			if g.missing[rows[i].Commit] && !got.Batches[i].Truncated {
				t.Fatalf("batch %d: its commit is missing and it does not say so", i)
			}
		}
		for _, c := range got.Commits {
			for _, p := range c.Parents {
				if g.missing[p] && !got.Cut {
					t.Fatal("history was cut and it does not say so")
				}
			}
		}
	})
}

func TestWalkReadsAboutTheLimit(t *testing.T) {
	g := newGraph()
	all := g.line(20000)
	var rows []gitops.Deployment
	for i := 19900; i > 0; i -= 100 {
		rows = append(rows, gitops.Deployment{Tag: "v", Commit: all[i]})
	}
	got, err := Walk(context.Background(), g, all[19999], rows, &rows[0], 300)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(g.reads); n > 300+2*len(rows)+10 {
		t.Errorf("read %d commits for a limit of 300 and %d deployments", n, len(rows))
	}
	if len(got.Unreleased.Commits) != 99 || got.Unreleased.Truncated {
		t.Errorf("unreleased %d, truncated %v", len(got.Unreleased.Commits), got.Unreleased.Truncated)
	}
	for i, b := range got.Batches {
		want := []int{100, 100, 1}[min(i, 2)]
		if i > 2 {
			want = 0
		}
		if len(b.Commits) != want || b.Truncated != (i >= 2) {
			t.Errorf("batch %d: %d commits, truncated %v", i, len(b.Commits), b.Truncated)
		}
	}
}

// A deployed commit made on a machine whose clock was a year behind must not
// make everything below it look unreleased, though the walk ends long before
// that date.
func TestOneSlowClockWithinALimit(t *testing.T) {
	g := newGraph()
	g.line(1000)
	g.add(-31_000_000, 999) // deployed, dated before all others
	g.add(1001, 999)        // beside it on a branch
	g.add(1002, 1000, 1001)
	deployed := gitops.Deployment{Tag: "v1", Commit: g.commits[1000].Hash}
	got, err := Walk(context.Background(), g, g.commits[1002].Hash, []gitops.Deployment{deployed}, &deployed, 50)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Unreleased.Commits) != 2 || got.Unreleased.Truncated {
		t.Errorf("unreleased %d commits, truncated %v; want 2", len(got.Unreleased.Commits), got.Unreleased.Truncated)
	}
	if n := len(got.Batches[0].Commits); n != 48 {
		t.Errorf("the deployment's batch lists %d commits, want 48", n)
	}
}

// v2.1 was made on a release branch beside main: its own fix is in its batch,
// and main's commits stay unreleased.
func TestReleaseBranch(t *testing.T) {
	g := newGraph()
	all := g.line(10)
	fix := g.add(50, 5)
	rows := []gitops.Deployment{{Tag: "v2.1", Commit: fix}, {Tag: "v2", Commit: all[5]}}
	got, err := Walk(context.Background(), g, all[9], rows, &rows[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	if b := got.Batches[0]; len(b.Commits) != 1 || b.Commits[0] != fix || b.Previous != "v2" {
		t.Errorf("v2.1 brought %v since %q", b.Commits, b.Previous)
	}
	if len(got.Batches[1].Commits) != 6 || got.Batches[1].Previous != "" {
		t.Errorf("v2 brought %d", len(got.Batches[1].Commits))
	}
	if u := got.Unreleased; len(u.Commits) != 4 || u.Previous != "v2.1" {
		t.Errorf("unreleased %d since %q", len(u.Commits), u.Previous)
	}
}

func TestTheSameCommitDeployedTwice(t *testing.T) {
	g := newGraph()
	all := g.line(4)
	rows := []gitops.Deployment{{Tag: "again", Commit: all[3]}, {Tag: "first", Commit: all[3]}, {Tag: "nowhere"}}
	got, err := Walk(context.Background(), g, all[3], rows, &rows[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Batches[0].Commits) != 0 || got.Batches[0].Truncated || len(got.Batches[1].Commits) != 4 {
		t.Errorf("again %+v, first %+v", got.Batches[0], got.Batches[1])
	}
	if !got.Batches[2].Truncated {
		t.Error("a deployment without a commit claims to have brought nothing")
	}
}

// A service tagged each day for years: the tags of other years are not read.
func TestThousandsOfDeploymentsCostNothing(t *testing.T) {
	const day = 24 * 60 * 60
	g := newGraph()
	g.add(0)
	for i := 1; i < 6000; i++ {
		parents := []int{i - 1}
		if i > 10 && i%7 == 0 {
			parents = append(parents, i-3)
		}
		g.add(int64(i)*day, parents...)
	}
	var rows []gitops.Deployment
	for i := 5990; i > 0; i -= 2 {
		at := g.commits[i].Committer.When.Add(time.Hour)
		rows = append(rows, gitops.Deployment{Tag: "v", Commit: g.commits[i].Hash, StartedAt: at, FinishedAt: at.Add(time.Hour)})
	}
	tip := g.commits[5999].Hash
	whole, err := Walk(context.Background(), g, tip, rows, &rows[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	g.reads = map[gitops.Hash]int{}
	const limit = 400
	got, err := Walk(context.Background(), g, tip, rows, &rows[0], limit)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(g.reads); n > limit+10 {
		t.Errorf("read %d commits for a limit of %d", n, limit)
	}
	listed := toSet(hashes(got.Commits))
	if len(listed) != limit || len(got.Unreleased.Commits) != 9 {
		t.Errorf("%d commits, %d unreleased", len(listed), len(got.Unreleased.Commits))
	}
	for i := range rows {
		want := 0
		for _, h := range whole.Batches[i].Commits {
			if listed[h] {
				want++
			}
		}
		if b := got.Batches[i]; len(b.Commits) != want || !b.Truncated && want < len(whole.Batches[i].Commits) {
			t.Fatalf("batch %d: %d commits, want %d, truncated %v", i, len(b.Commits), want, b.Truncated)
		}
	}
}
