package deploy

import (
	"fmt"
	"slices"
	"testing"

	"ahead/gitops"

	"pgregory.net/rapid"
)

// drawTold draws what one source tells: at most one row is live in a place, and
// some rows have no time.
func drawTold(t *rapid.T, source string) []gitops.Deployment {
	rows := drawRows(t, source)
	taken := map[string]bool{}
	for i := range rows {
		rows[i].Environment = rapid.SampledFrom([]string{"production", "prod", "staging"}).Draw(t, "environment")
		rows[i].ID = fmt.Sprint(source, i)
		if rows[i].Status == gitops.StatusLive {
			if e := canonical(rows[i].Environment); taken[e] {
				rows[i].Status = gitops.StatusSuperseded
			} else {
				taken[e] = true
			}
		}
		if rapid.IntRange(0, 7).Draw(t, "undated") == 0 {
			rows[i] = undated(rows[i])
		}
	}
	return rows
}

func drawSources(t *rapid.T) [][]gitops.Deployment {
	return [][]gitops.Deployment{drawTold(t, "argocd"), drawTold(t, "github"), drawTold(t, "newrelic")}
}

// Each row of each source is in exactly one row of the result, beside none of its
// own source and none of another commit or place.
func TestJoinLosesNoClaim(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lists := drawSources(t)
		seen := map[string]int{}
		rows, of := join(lists)
		for i, r := range rows {
			if !slices.Contains(of[r.Commit], i) {
				t.Fatalf("%+v is not among those of its commit", r)
			}
			sources := map[string]bool{}
			for _, c := range r.claims {
				seen[c.ID]++
				if sources[c.Source] || c.Commit != r.Commit || !SameEnvironment(c.Environment, r.Environment) {
					t.Fatalf("%+v is no claim on %+v", c, r)
				}
				sources[c.Source] = true
			}
		}
		for _, d := range slices.Concat(lists...) {
			if seen[d.ID] != 1 {
				t.Fatalf("%+v is in %d rows", d, seen[d.ID])
			}
		}
	})
}

// One list is given back as it is, tags and all, and merging again changes nothing.
func TestMergeOfOneListIsThatList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := drawTold(t, "github")
		once := Merge(list)
		if !slices.Equal(once, list) {
			t.Fatalf("%+v of %+v", once, list)
		}
		tags := drawRows(t, gitops.SourceTags)
		if got := Merge(tags); !slices.Equal(got, tags) {
			t.Fatalf("%+v of %+v", got, tags)
		}
	})
}

// The order of the sources decides whom to believe, and nothing else: neither which
// commits there are, nor whether anybody contradicts anybody about what is live.
func TestOrderOfSourcesMattersForBeliefOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lists := drawSources(t)
		other := rapid.Permutation(lists).Draw(t, "order")
		commits := func(rows []gitops.Deployment) []string {
			var out []string
			for _, d := range rows {
				out = append(out, d.Commit.String()+canonical(d.Environment))
			}
			slices.Sort(out)
			return slices.Compact(out)
		}
		if a, b := commits(Merge(lists...)), commits(Merge(other...)); !slices.Equal(a, b) {
			t.Fatalf("%v and %v", a, b)
		}
		for _, e := range []string{"production", "staging"} {
			a, b := livesApart(Voices(e, lists...)), livesApart(Voices(e, other...))
			if (len(a) == 0) != (len(b) == 0) {
				t.Fatalf("%v and %v", a, b)
			}
		}
	})
}

// Two sources contradict each other whichever is asked first.
func TestDisagreementIsMutual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawTold(t, "github"), drawTold(t, "argocd")
		once := func(rows []gitops.Deployment) []gitops.Deployment {
			seen := map[string]bool{}
			return slices.DeleteFunc(rows, func(d gitops.Deployment) bool {
				key := d.Commit.String() + canonical(d.Environment)
				defer func() { seen[key] = true }()
				return seen[key]
			})
		}
		a, b = once(a), once(b)
		if x, y := Disagreements(a, b), Disagreements(b, a); (len(x) == 0) != (len(y) == 0) {
			t.Fatalf("%+v\nand\n%+v", x, y)
		}
		if got := Disagreements(a); len(got) != 0 {
			t.Fatalf("with itself: %+v", got)
		}
		if got := Disagreements(a, renamed(a, "argocd")); len(got) != 0 {
			t.Fatalf("with its double: %+v", got)
		}
	})
}

func renamed(rows []gitops.Deployment, source string) []gitops.Deployment {
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].Source = source
	}
	return rows
}

// Where nobody contradicts anybody, one commit is live in a place.
func TestWithoutDisagreementOneCommitIsLive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lists := drawSources(t)
		for _, e := range []string{"production", "staging"} {
			here := make([][]gitops.Deployment, len(lists))
			for i, list := range lists {
				here[i] = Of(e, list)
			}
			if len(Disagreements(here...)) > 0 {
				continue
			}
			rows := Merge(here...)
			now := Current(rows, Branch{})
			for _, d := range rows {
				if d.Status == gitops.StatusLive && d.Commit != now.Commit {
					t.Fatalf("%+v and %+v", now, d)
				}
			}
			for _, d := range slices.Concat(here...) {
				if d.Status == gitops.StatusLive && now == nil {
					t.Fatalf("%+v is live, and nothing is", d)
				}
			}
		}
	})
}

// A source that does not know overrules nobody, wherever it stands, and adds no
// row of a commit that another one knows.
func TestWhoDoesNotKnowOverrulesNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		known := drawTold(t, "github")
		silent := renamed(known, "argocd")
		for i := range silent {
			silent[i].Status, silent[i].Actor = gitops.StatusUnknown, ""
		}
		for _, lists := range [][][]gitops.Deployment{{known, silent}, {silent, known}} {
			got := renamed(Merge(lists...), "github")
			want := renamed(Merge(known), "github")
			for _, rows := range [][]gitops.Deployment{got, want} {
				for i := range rows {
					rows[i].ID = ""
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%+v\nwant\n%+v", got, want)
			}
			if said := Disagreements(lists...); len(said) > 0 {
				t.Fatalf("%+v", said)
			}
		}
	})
}

// dag is a history by the set of ancestors of each commit, itself among them.
type dag []uint64

func drawDag(t *rapid.T) dag {
	h := make(dag, rapid.IntRange(2, 9).Draw(t, "commits"))
	for i := range h {
		h[i] = 1 << i
		for range rapid.IntRange(0, 2).Draw(t, "parents") {
			if i > 0 {
				h[i] |= h[rapid.IntRange(max(0, i-3), i-1).Draw(t, "parent")]
			}
		}
	}
	return h
}

func (h dag) has(d, a int) bool { return h[d]&(1<<a) != 0 }

func (h dag) contains(d, a gitops.Hash) (bool, error) {
	of := func(x gitops.Hash) int {
		return slices.IndexFunc(slices.Collect(func(yield func(gitops.Hash) bool) {
			for i := range h {
				if !yield(commit(i)) {
					return
				}
			}
		}), func(y gitops.Hash) bool { return x == y })
	}
	return h.has(of(d), of(a)), nil
}

// TestGoingBackByDefinition holds both to their definitions, over any history.
func TestGoingBackByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawDag(t)
		// steps are what arrived, the newest first; no two in a row are the same.
		steps := []int{0}
		for range rapid.IntRange(0, 9).Draw(t, "steps") {
			next := rapid.IntRange(0, len(h)-1).Draw(t, "step")
			if next != steps[0] {
				steps = append([]int{next}, steps...)
			}
		}
		var rows []gitops.Deployment
		for i, n := range steps {
			status := gitops.StatusSuperseded
			if i == 0 {
				status = gitops.StatusLive
			}
			for range rapid.IntRange(1, 2).Draw(t, "redeployed") {
				rows = append(rows, row("github", n, status, 100-len(rows)))
				status = gitops.StatusSuperseded
			}
			if rapid.IntRange(0, 4).Draw(t, "noise") == 0 {
				rows = append(rows, row("github", rapid.IntRange(0, len(h)-1).Draw(t, "which"), gitops.StatusFailed, 100-len(rows)))
			}
		}
		// back: from steps[i+1] to steps[i].
		back := func(i int) bool {
			if i+1 >= len(steps) {
				return false
			}
			to, from := steps[i], steps[i+1]
			return h.has(from, to) || slices.Contains(steps[i+2:], to) && !h.has(to, from)
		}
		top := func(i int) int {
			at := i + 1
			for at+1 < len(steps) && h.has(steps[at+1], steps[at]) {
				at++
			}
			return at
		}
		left, went, err := WentBack(rows, rows[0], h.contains)
		if err != nil || went != back(0) || went && left.Commit != commit(steps[top(0)]) {
			t.Fatalf("%v: %v %v", steps, went, left)
		}
		want, wants := 0, false
		for i := 1; i < len(steps) && !wants; i++ {
			if !back(i) {
				continue
			}
			want = steps[top(i)]
			wants = !slices.ContainsFunc(steps[:i], func(n int) bool { return h.has(n, want) })
		}
		left, still, err := StillBack(rows, rows[0], h.contains)
		if err != nil || still != wants || still && left.Commit != commit(want) {
			t.Fatalf("%v: %v %v, want %v %v", steps, still, left, wants, want)
		}
	})
}
