package deploy

import (
	"slices"
	"testing"
	"time"

	"ahead/gitops"
)

// What a source does not know and a tag does is known from the tag, and only
// where tags release to.
func TestATagSpeaksForItself(t *testing.T) {
	tag := tagRow("v1", 1, 0)
	unknown := row("github", 1, gitops.StatusUnknown, 5)
	got := Merge([]gitops.Deployment{unknown}, []gitops.Deployment{tag})
	if len(got) != 1 || got[0].Status != gitops.StatusReleased || got[0].Source != gitops.SourceTags || got[0].Tag != "v1" {
		t.Errorf("%+v", got)
	}
	if got := Merge([]gitops.Deployment{in("staging", unknown)}, []gitops.Deployment{tag}); got[0].Status != gitops.StatusUnknown || got[0].Source != "github" || got[0].Tag != "v1" {
		t.Errorf("released to staging: %+v", got)
	}
	live := row("command", 1, gitops.StatusLive, 0)
	live.StartedAt, live.FinishedAt = time.Time{}, time.Time{}
	if got := Merge([]gitops.Deployment{live}, []gitops.Deployment{tag}); !got[0].At().IsZero() || got[0].Source != "command" {
		t.Errorf("deployed when it was tagged: %+v", got)
	}
}

func undated(d gitops.Deployment) gitops.Deployment {
	d.StartedAt, d.FinishedAt = time.Time{}, time.Time{}
	return d
}

// A row without a time stays where its source has it; the others are in order.
func TestRowsWithoutATimeKeepTheirPlace(t *testing.T) {
	live, was := gitops.StatusLive, gitops.StatusSuperseded
	tags := []gitops.Deployment{tagRow("v9", 9, 90), tagRow("v8", 8, 15)}
	for _, c := range []struct {
		name  string
		lists [][]gitops.Deployment
		want  []int
	}{
		{"behind the line above", [][]gitops.Deployment{{undated(row("cap", 1, live, 0)), row("cap", 2, was, 20), row("cap", 1, was, 10)}, tags}, []int{9, 1, 2, 8, 1}},
		{"the oldest line", [][]gitops.Deployment{{row("cap", 2, live, 20), undated(row("cap", 1, was, 0))}, tags}, []int{9, 2, 1, 8}},
		{"none has one", [][]gitops.Deployment{{undated(row("file", 2, live, 0)), undated(row("file", 1, was, 0))}, tags}, []int{2, 1, 9, 8}},
		{"none has one, and is believed less", [][]gitops.Deployment{{row("github", 3, live, 20)}, {undated(row("file", 2, live, 0)), undated(row("file", 1, was, 0))}, tags}, []int{9, 3, 2, 1, 8}},
		{"and what is under way is no matter", [][]gitops.Deployment{{row("github", 3, live, 20)}, {row("lab", 4, gitops.StatusPending, 50)}, {undated(row("file", 2, live, 0))}, tags}, []int{9, 4, 3, 2, 8}},
		{"a tag has it", [][]gitops.Deployment{{undated(row("github", 8, gitops.StatusUnknown, 0))}, tags}, []int{9, 8}},
		{"another source has it", [][]gitops.Deployment{{undated(row("file", 2, live, 0)), undated(row("file", 1, was, 0))}, {row("github", 2, live, 20), row("github", 1, was, 10)}, tags}, []int{9, 2, 8, 1}},
	} {
		got := Merge(c.lists...)
		for i := range c.want {
			if len(got) != len(c.want) || got[i].Commit != commit(c.want[i]) {
				t.Errorf("%s: %+v", c.name, got)
				break
			}
		}
	}
	// The time of an arrival that became of something else is not its own.
	got := Merge([]gitops.Deployment{undated(row("file", 1, live, 0))}, []gitops.Deployment{row("github", 2, live, 20), row("github", 1, was, 10)})
	if len(got) != 2 || got[0].Commit != commit(1) || !got[0].At().IsZero() {
		t.Errorf("%+v", got)
	}
}

// Of a return that only a source heard of that is believed less, nothing is lost;
// one that is merely late adds nothing.
func TestAReturnIsARowOfItsOwn(t *testing.T) {
	live, was := gitops.StatusLive, gitops.StatusSuperseded
	github := []gitops.Deployment{row("github", 2, live, 30), row("github", 1, was, 0)}
	for _, c := range []struct {
		minutes, rows int
	}{{2, 2}, {29, 2}, {40, 2}, {41, 3}, {90, 3}} {
		got := Merge(github, []gitops.Deployment{row("newrelic", 1, live, c.minutes)})
		if len(got) != c.rows || c.rows == 3 && (got[0].Commit != commit(1) || got[0].Source != "newrelic") {
			t.Errorf("%d minutes: %+v", c.minutes, got)
		}
	}
	// What each says of a row stands in the order of the rows.
	sides := Sides(github, []gitops.Deployment{row("newrelic", 1, live, 90), row("newrelic", 2, was, 31)})
	if one, two := sides[commit(1)], sides[commit(2)]; len(one) != 2 || one[0][0].Source != "newrelic" || one[1][0].Source != "github" || len(two) != 1 || len(two[0]) != 2 {
		t.Errorf("%+v", sides)
	}
	// It was never deployed by the first one's word, or failed there.
	failed := []gitops.Deployment{row("github", 2, live, 30), row("github", 1, gitops.StatusFailed, 0)}
	if got := Merge(failed, []gitops.Deployment{row("newrelic", 1, live, 90)}); len(got) != 3 {
		t.Errorf("%+v", got)
	}
	// Only what is live comes back.
	if got := Merge(failed, []gitops.Deployment{row("newrelic", 1, was, 90)}); len(got) != 2 {
		t.Errorf("%+v", got)
	}
	// What is live elsewhere took nothing's place here.
	away := []gitops.Deployment{in("staging", github[0]), github[1]}
	if got := Merge(away, []gitops.Deployment{row("newrelic", 1, live, 90)}); len(got) != 2 {
		t.Errorf("%+v", got)
	}
}

// One hears of the end before the other does; what begins anew after it is another
// deployment.
func TestWhatIsUnderWayAndWhatArrived(t *testing.T) {
	live, pending := gitops.StatusLive, gitops.StatusPending
	for _, c := range []struct {
		name  string
		lists [][]gitops.Deployment
		want  []gitops.Status
	}{
		{"the second heard of the end", [][]gitops.Deployment{{row("github", 1, pending, 0)}, {row("newrelic", 1, live, 5)}}, []gitops.Status{live}},
		{"the first did", [][]gitops.Deployment{{row("argocd", 1, live, 5)}, {row("github", 1, pending, 0)}}, []gitops.Status{live}},
		{"it failed", [][]gitops.Deployment{{row("github", 1, pending, 0)}, {row("newrelic", 1, gitops.StatusFailed, 5)}}, []gitops.Status{gitops.StatusFailed}},
		{"once more, by the first", [][]gitops.Deployment{{row("github", 1, pending, 30)}, {row("newrelic", 1, live, 0)}}, []gitops.Status{pending, live}},
		{"once more, by the second", [][]gitops.Deployment{{row("argocd", 1, live, 0)}, {row("github", 1, pending, 30)}}, []gitops.Status{pending, live}},
		{"at once", [][]gitops.Deployment{{row("github", 1, pending, 10)}, {row("newrelic", 1, live, 0)}}, []gitops.Status{live}},
		{"both under way", [][]gitops.Deployment{{row("argocd", 1, pending, 90)}, {row("github", 1, pending, 0)}}, []gitops.Status{pending}},
	} {
		got := Merge(c.lists...)
		var statuses []gitops.Status
		for _, d := range got {
			statuses = append(statuses, d.Status)
		}
		if !slices.Equal(statuses, c.want) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestDisagreementsOfSeveral(t *testing.T) {
	live, was, failed := gitops.StatusLive, gitops.StatusSuperseded, gitops.StatusFailed
	type lists = [][]gitops.Deployment
	for _, c := range []struct {
		name  string
		lists lists
		want  int
	}{
		{"two services of which one is all that the other knows", lists{{row("file", 2, live, 20), row("file", 1, live, 0)}, {row("argocd", 1, live, 1)}}, 0},
		{"two services, and a third commit", lists{{row("file", 2, live, 20), row("file", 1, live, 0)}, {row("argocd", 3, live, 1)}}, 1},
		{"one that does not say where", lists{{in("", row("file", 2, live, 20))}, {row("argocd", 3, live, 1)}}, 1},
		{"neither says where", lists{{in("", row("file", 2, live, 20))}, {in("", row("argocd", 3, live, 1))}}, 1},
		{"a deployment that failed, and the same commit earlier", lists{{row("github", 1, failed, 90), row("github", 1, was, 0)}, {row("argocd", 1, was, 1)}}, 0},
		{"three, of which two agree", lists{{row("a", 1, live, 0)}, {row("b", 1, live, 1)}, {row("c", 2, live, 2)}}, 1},
		{"three, of which two agree against the first", lists{{row("a", 1, live, 0)}, {row("b", 2, live, 1)}, {row("c", 2, live, 2)}}, 2},
		{"what the third says is of the first's", lists{{row("a", 1, live, 0)}, {row("b", 2, live, 0)}, {row("c", 1, was, 0)}}, 2},
		{"tags say nothing", lists{{row("a", 1, live, 0)}, {row(gitops.SourceTags, 2, live, 0)}}, 0},
		{"a commit that is not known", lists{{row("a", 1, live, 0)}, {{Source: "b", Environment: "production", Status: live}}}, 0},
		{"two lists of one source", lists{{row("argocd", 1, live, 0)}, {row("argocd", 2, live, 1)}}, 0},
		{"the same commit twice, of which the other heard once", lists{{row("a", 1, live, 90), row("a", 1, was, 0)}, {row("b", 1, live, 1)}}, 0},
		{"the first agrees with both, they do not", lists{{row("a", 2, live, 9), row("a", 1, live, 0)}, {row("b", 1, live, 1)}, {row("c", 2, live, 2)}}, 1},
		{"what is under way contradicts nothing", lists{{row("a", 1, live, 0)}, {row("b", 1, gitops.StatusPending, 1), row("b", 2, gitops.StatusUnknown, 0)}}, 0},
		{"in two places", lists{{row("a", 1, live, 0), in("staging", row("a", 1, live, 0))}, {row("b", 2, live, 0), in("staging", row("b", 2, live, 0))}}, 2},
	} {
		if got := Disagreements(c.lists...); len(got) != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// A row says what it lacks by the words of others, and a commit in them is called
// by its tag where one knows it.
func TestOthersFillIn(t *testing.T) {
	first := gitops.Deployment{Source: "argocd", Commit: commit(1), Status: gitops.StatusLive}
	second := row("github", 1, gitops.StatusFailed, 0)
	second.Ref, second.Tag, second.URL = "refs/tags/v1", "v1", "https://example.com"
	got := Merge([]gitops.Deployment{first}, []gitops.Deployment{second})
	want := first
	want.Environment, want.Ref, want.Tag, want.URL, want.Actor = second.Environment, second.Ref, second.Tag, second.URL, second.Actor
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, c := range []struct{ a, b, want string }{{"", "v1", "v1"}, {"v1", "", "v1"}, {"v1", "v2", "v1"}, {"", "", commit(1).Short()}} {
		said := Disagreements([]gitops.Deployment{tagged(c.a, first)}, []gitops.Deployment{tagged(c.b, second)})
		if len(said) != 1 || said[0].Text != c.want+": argocd says live, github says failed" {
			t.Errorf("%q, %q: %+v", c.a, c.b, said)
		}
	}
	// A row keeps to one tag.
	named := gitops.Deployment{Source: "github", Environment: Production, Commit: commit(1), Tag: "v1.0.0", Status: gitops.StatusUnknown}
	for _, status := range []gitops.Status{gitops.StatusUnknown, gitops.StatusLive} {
		named.Status = status
		if got := Merge([]gitops.Deployment{named}, []gitops.Deployment{tagRow("v1.0.1", 1, 0)}); got[0].Tag != "v1.0.0" || got[0].Ref != "" {
			t.Errorf("%+v", got)
		}
	}
	named.Status = gitops.StatusUnknown
	other := row("github", 1, gitops.StatusUnknown, 5)
	if got := Merge([]gitops.Deployment{named, other}, []gitops.Deployment{tagRow("v1.0.1", 1, 0)}); got[0].Ref != "refs/tags/v1.0.1" || got[1].Ref != "" {
		t.Errorf("%+v", got)
	}
	lost := gitops.Deployment{Source: "github", Environment: Production, Status: gitops.StatusUnknown}
	nothing := tagRow("v1", 1, 0)
	nothing.Commit = gitops.Hash{}
	if got := Merge([]gitops.Deployment{lost}, []gitops.Deployment{nothing}); len(got) != 2 {
		t.Errorf("a tag of nothing: %+v", got)
	}
	// Where it was deployed is not where tags release to.
	if got := Merge([]gitops.Deployment{first}, []gitops.Deployment{tagRow("v1", 1, 0)}); got[0].Environment != "" || got[0].Tag != "v1" {
		t.Errorf("%+v", got)
	}
}
