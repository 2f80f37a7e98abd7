package deploy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/release"

	"pgregory.net/rapid"
)

var noon = time.Date(2024, time.May, 17, 12, 0, 0, 0, time.UTC)

func commit(n int) gitops.Hash {
	return gitops.HashObject(gitops.KindBlob, fmt.Append(nil, "commit", n))
}

func tag(name string, n int, at time.Time) gitops.Tag {
	return gitops.Tag{Name: name, Commit: commit(n), Annotated: true, Tagger: gitops.Signature{Name: "Release Bot", When: at}}
}

func names(rows []gitops.Deployment) string {
	out := make([]string, len(rows))
	for i, d := range rows {
		out[i] = d.Name()
	}
	return strings.Join(out, " ")
}

func TestFromTags(t *testing.T) {
	hour := func(h int) time.Time { return noon.Add(time.Duration(h) * time.Hour) }
	tags := []gitops.Tag{
		tag("v1.2.0", 2, hour(2)), tag("20240101", 0, hour(0)), tag("v1.10.0", 4, hour(5)), tag("v1.9.0", 3, hour(5)),
		tag("v1.11.0-rc.1", 5, hour(6)), tag("latest", 5, hour(6)), tag("web-v1.0.0", 1, hour(1)),
		{Name: "v1.8.0", Object: commit(9), Tagger: gitops.Signature{When: hour(9)}}, // names a tree
	}
	scheme := release.Infer(tags, nil, release.Options{})
	rows := FromTags(tags, scheme)
	if got := names(rows); got != "v1.10.0 v1.9.0 v1.2.0 20240101" {
		t.Errorf("got %s", got)
	}
	want := gitops.Deployment{
		Source: gitops.SourceTags, Environment: "production", Commit: commit(4), Ref: "refs/tags/v1.10.0", Tag: "v1.10.0",
		Status: gitops.StatusReleased, StartedAt: hour(5), Actor: "Release Bot",
	}
	if rows[0] != want {
		t.Errorf("got %+v", rows[0])
	}
	if got := FromTags(tags, release.Scheme{}); len(got) != 0 {
		t.Errorf("without a scheme: %s", names(got))
	}
}

func row(source string, n int, status gitops.Status, minutes int) gitops.Deployment {
	at := noon.Add(time.Duration(minutes) * time.Minute)
	return gitops.Deployment{
		Source: source, Environment: "production", Commit: commit(n), Status: status,
		StartedAt: at, FinishedAt: at.Add(time.Minute), Actor: source + "-robot",
	}
}

func tagRow(name string, n, minutes int) gitops.Deployment {
	return gitops.Deployment{
		Source: gitops.SourceTags, Environment: Production, Commit: commit(n), Tag: name, Ref: "refs/tags/" + name,
		Status: gitops.StatusReleased, StartedAt: noon.Add(time.Duration(minutes) * time.Minute), Actor: "Ada",
	}
}

func TestMergeRealSourceBeatsTags(t *testing.T) {
	got := Merge(
		[]gitops.Deployment{tagRow("v3", 3, 30), tagRow("v2", 2, 20), tagRow("v1", 1, 10)},
		[]gitops.Deployment{row("github", 4, gitops.StatusPending, 50), row("github", 2, gitops.StatusLive, 40)},
	)
	if n := names(got); n != commit(4).Short()+" v2 v3 v1" {
		t.Fatalf("got %s", n)
	}
	want := row("github", 2, gitops.StatusLive, 40)
	want.Tag, want.Ref = "v2", "refs/tags/v2"
	if got[1] != want {
		t.Errorf("got %+v, want %+v", got[1], want)
	}
	if got[2] != tagRow("v3", 3, 30) {
		t.Errorf("a release that no source knows changed: %+v", got[2])
	}
}

func TestMergeSeveralSources(t *testing.T) {
	silent := gitops.Deployment{Source: "github", Commit: commit(1), Status: gitops.StatusUnknown, URL: "https://example.com/1"}
	argo := row("argo", 1, gitops.StatusLive, 5)
	got := Merge([]gitops.Deployment{silent}, []gitops.Deployment{argo}, []gitops.Deployment{tagRow("v1", 1, 0)})
	want := argo
	want.Source, want.URL, want.Tag, want.Ref = "github", silent.URL, "v1", "refs/tags/v1"
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	// Known only as released: an "unknown" of a real source takes nothing away.
	got = Merge([]gitops.Deployment{silent}, []gitops.Deployment{tagRow("v1", 1, 0)})
	if len(got) != 1 || got[0].Status != gitops.StatusReleased || !got[0].StartedAt.Equal(noon) || got[0].Actor != "Ada" {
		t.Errorf("got %+v", got)
	}
}

// A commit that was deployed, replaced and deployed again is two rows, and
// another source's rows find their own by time.
func TestMergeKeepsRedeployments(t *testing.T) {
	first, again := row("github", 1, gitops.StatusSuperseded, 0), row("github", 1, gitops.StatusLive, 60)
	other := row("newrelic", 1, gitops.StatusUnknown, 61)
	other.URL = "https://example.com/marker"
	got := Merge([]gitops.Deployment{again, row("github", 2, gitops.StatusFailed, 30), first}, []gitops.Deployment{other}, []gitops.Deployment{tagRow("v1", 1, -5)})
	if len(got) != 3 || got[0].URL != other.URL || got[2].URL != "" || got[0].Tag != "v1" || got[2].Tag != "v1" {
		t.Errorf("got %+v", got)
	}
}

func TestMergeKeepsEnvironmentsApart(t *testing.T) {
	staging := row("github", 1, gitops.StatusLive, 0)
	staging.Environment = "staging"
	if got := Merge([]gitops.Deployment{staging}, []gitops.Deployment{row("argo", 1, gitops.StatusLive, 5)}); len(got) != 2 {
		t.Errorf("got %+v", got)
	}
}

func TestMergeTwoTagsOfOneCommit(t *testing.T) {
	tags := []gitops.Deployment{tagRow("v1.0.1", 1, 20), tagRow("v1.0.0", 1, 10)}
	if got := Merge(tags); names(got) != "v1.0.1 v1.0.0" {
		t.Errorf("tags alone: %s", names(got))
	}
	if got := Merge(tags, []gitops.Deployment{row("github", 1, gitops.StatusLive, 30)}); names(got) != "v1.0.1" {
		t.Errorf("the newest name is kept: %s", names(got))
	}
	named := row("github", 1, gitops.StatusLive, 30)
	named.Tag = "v1.0.0"
	if got := Merge(tags, []gitops.Deployment{named}); names(got) != "v1.0.0" {
		t.Errorf("the source's own name is kept: %s", names(got))
	}
}

func drawRows(t *rapid.T, source string) []gitops.Deployment {
	statuses := []gitops.Status{gitops.StatusUnknown, gitops.StatusPending, gitops.StatusLive, gitops.StatusSuperseded, gitops.StatusFailed}
	rows := make([]gitops.Deployment, rapid.IntRange(0, 5).Draw(t, source))
	for i := range rows {
		n, minutes := rapid.IntRange(0, 4).Draw(t, "commit"), rapid.IntRange(0, 90).Draw(t, "minutes")
		if source == gitops.SourceTags {
			rows[i] = tagRow(fmt.Sprint("v", i), n, minutes)
		} else {
			rows[i] = row(source, n, rapid.SampledFrom(statuses).Draw(t, "status"), minutes)
		}
	}
	slices.SortStableFunc(rows, func(a, b gitops.Deployment) int { return b.At().Compare(a.At()) })
	return rows
}

func TestMergeLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tags, github, argo := drawRows(t, gitops.SourceTags), drawRows(t, "github"), drawRows(t, "argo")
		got := Merge(tags, github, argo)
		if !slices.IsSortedFunc(got, func(a, b gitops.Deployment) int { return b.At().Compare(a.At()) }) {
			t.Fatal("not newest first")
		}
		count := func(rows []gitops.Deployment, c gitops.Hash) int {
			n := 0
			for _, d := range rows {
				if d.Commit == c {
					n++
				}
			}
			return n
		}
		for n := range 5 {
			c := commit(n)
			least, most := max(count(github, c), count(argo, c)), count(github, c)+count(argo, c)
			if most == 0 {
				least, most = count(tags, c), count(tags, c)
			}
			if count(got, c) < least || count(got, c) > most {
				t.Fatalf("commit %d: %d rows, want %d to %d", n, count(got, c), least, most)
			}
			if d := newestOf(got, c); d != nil && count(tags, c) > 0 && d.Tag == "" {
				t.Fatalf("commit %d lost its tag", n)
			}
		}
	})
}

func newestOf(rows []gitops.Deployment, c gitops.Hash) *gitops.Deployment {
	for _, d := range rows {
		if d.Commit == c {
			return &d
		}
	}
	return nil
}

func TestCurrent(t *testing.T) {
	live, older := row("github", 2, gitops.StatusLive, 20), row("github", 1, gitops.StatusLive, 0)
	pending := row("github", 3, gitops.StatusPending, 40)
	tags := []gitops.Deployment{tagRow("v4", 4, 50), tagRow("v1", 1, 0)}
	claims := tagRow("v9", 9, 99)
	claims.Status = gitops.StatusLive // no source of tags may say so
	// at says where releases leave the branch, in minutes; those in on are contained.
	// far is how many commits are between each and the branch.
	far := map[gitops.Hash]int{}
	at := func(minutes map[int]int, on ...int) Branch {
		meets := func(h gitops.Hash) (time.Time, bool) {
			for n, m := range minutes {
				if h == commit(n) {
					return noon.Add(time.Duration(m) * time.Minute), slices.Contains(on, n)
				}
			}
			return time.Time{}, false
		}
		return Branch{
			Contains: func(h gitops.Hash) bool { _, contained := meets(h); return contained },
			Meets:    meets,
			Apart:    func(h gitops.Hash) int { return far[h] },
		}
	}
	far[commit(7)], far[commit(6)], far[commit(1)] = 4000, 18, 18
	many := []gitops.Deployment{}
	for i := range patience + 1 {
		many = append(many, tagRow(fmt.Sprint("v9.0.", i), 100+i, 200-i))
	}
	for _, c := range []struct {
		name string
		rows []gitops.Deployment
		on   Branch
		want string
	}{
		{"nothing", nil, Branch{}, ""},
		{"live beats younger", append([]gitops.Deployment{pending, live, older}, tags...), Branch{}, commit(2).Short()},
		{"the newest release", tags, Branch{}, "v4"},
		{"on the branch first, where they left it together", tags, at(map[int]int{4: 0, 1: 0}, 1), "v1"},
		{"the newer one on the branch", tags, at(map[int]int{4: 0, 1: 0}, 4, 1), "v4"},
		{"an older line, released later", tags, at(map[int]int{4: -30, 1: 0}, 1), "v1"},
		{"beside the branch, with more of it", tags, at(map[int]int{4: 40, 1: 0}, 1), "v4"},
		{"beside the branch, and one that is older than what it has", append(slices.Clone(tags), tagRow("v0", 5, -5)), at(map[int]int{4: 10, 1: -1, 5: 30}, 1), "v4"},
		{"of a later line that has all of the branch", append([]gitops.Deployment{tagRow("v7", 7, 60)}, tags...), at(map[int]int{7: 55, 1: 0}, 1), "v1"},
		{"beside the branch, and as far as the one on it", append([]gitops.Deployment{tagRow("v6", 6, 60)}, tags...), at(map[int]int{6: 55, 1: 0}, 1), "v6"},
		{"none meets the branch", tags, at(nil), "v4"},
		{"without dates", []gitops.Deployment{undated(tags[0]), undated(tags[1])}, at(map[int]int{4: -30, 1: 0}, 1), "v1"},
		{"only so many are asked", append(slices.Clone(many[1:]), tagRow("v8", 8, 50)), at(map[int]int{8: 20}, 8), "v9.0.1"},
		{"and no fewer", append(slices.Clone(many[2:]), tagRow("v8", 8, 50)), at(map[int]int{8: 20}, 8), "v8"},
		{"pending is not live", []gitops.Deployment{pending}, Branch{}, ""},
		{"pending and tags", append([]gitops.Deployment{pending}, tags...), Branch{}, "v4"},
		{"tags cannot claim", []gitops.Deployment{claims, tags[1]}, Branch{}, "v1"},
	} {
		got := Current(c.rows, c.on)
		if (got == nil) != (c.want == "") || got != nil && got.Name() != c.want {
			t.Errorf("%s: got %+v, want %q", c.name, got, c.want)
		}
	}
}

func TestDisagreements(t *testing.T) {
	got := Disagreements(
		[]gitops.Deployment{row("github", 1, gitops.StatusLive, 10), row("github", 2, gitops.StatusSuperseded, 0)},
		[]gitops.Deployment{row("argo", 1, gitops.StatusFailed, 11), row("argo", 2, gitops.StatusUnknown, 0)},
		[]gitops.Deployment{tagRow("v1", 1, 0)},
	)
	if len(got) != 1 || got[0].Text != commit(1).Short()+": github says live, argo says failed" {
		t.Errorf("got %+v", got)
	}
}

// Tags as git really makes them, with times that tie.
func TestFromRealTags(t *testing.T) {
	repo := gittest.New(t)
	var tags []gitops.Tag
	for _, name := range []string{"v1.9.0", "v1.10.0", "v1.10.1"} {
		repo.Commit("for "+name, nil)
		repo.SetNow(gittest.Start)
		repo.AnnotatedTag(name)
	}
	for line := range strings.Lines(repo.Git("for-each-ref", "--format=%(refname:short) %(*objectname) %(taggerdate:unix)", "refs/tags")) {
		var name, id string
		var when int64
		if _, err := fmt.Sscan(line, &name, &id, &when); err != nil {
			t.Fatal(err)
		}
		tags = append(tags, gitops.Tag{Name: name, Commit: gitops.MustHash(id), Tagger: gitops.Signature{When: time.Unix(when, 0)}})
	}
	scheme := release.Infer(tags, nil, release.Options{})
	if got := names(FromTags(tags, scheme)); got != "v1.10.1 v1.10.0 v1.9.0" {
		t.Errorf("got %s", got)
	}
}
