package drill

import (
	"strings"
	"testing"
	"time"

	"ahead/gitops"
)

func TestScore(t *testing.T) {
	id := func(n byte) gitops.Hash { return gitops.Hash{n} }
	one := Solution{Commit: id(1), Batch: []gitops.Hash{id(3), id(1), id(2)}, Unreleased: []gitops.Hash{id(9), id(8)}}
	merged := Solution{Commit: id(1), Parts: []gitops.Hash{id(5), id(4)}, Batch: []gitops.Hash{id(1), id(2), id(4), id(5)}}
	cases := []struct {
		name                 string
		want                 Solution
		kind                 gitops.RemedyKind
		reverted             []gitops.Hash
		recovered            bool
		right, exact         bool
		innocent, collateral int
		text                 string
	}{
		{"the culprit alone", one, gitops.RevertCommits, []gitops.Hash{id(1)}, true, true, true, 0, 2, "nothing but the culprit"},
		{"named twice", one, gitops.RevertCommits, []gitops.Hash{id(1), id(1)}, true, true, true, 0, 2, "nothing but the culprit"},
		{"an innocent one with it", one, gitops.RevertCommits, []gitops.Hash{id(2), id(1)}, true, true, false, 1, 2, "1 innocent commit was undone"},
		{"an innocent one alone", one, gitops.RevertCommits, []gitops.Hash{id(2)}, false, false, false, 1, 2, "still down: the culprit is 0100000"},
		{"nothing", one, gitops.RevertCommits, nil, false, false, false, 0, 2, "still down"},
		{"the whole deployment", one, gitops.RevertDeployment, nil, true, true, false, 2, 2, "2 innocent commits were undone"},
		{"restored", one, gitops.RestoreDeployment, nil, true, true, false, 4, 0, "4 innocent commits were undone"},
		{"mended by hand", one, gitops.RevertCommits, nil, true, false, false, 0, 2, "without undoing the culprit"},
		{"the right one, still down", one, gitops.RevertCommits, []gitops.Hash{id(1)}, false, true, true, 0, 2, "although the culprit was undone"},
		{"the merge", merged, gitops.RevertCommits, []gitops.Hash{id(1)}, true, true, true, 0, 0, "nothing but the culprit"},
		{"its parts", merged, gitops.RevertCommits, []gitops.Hash{id(4), id(5)}, true, true, true, 0, 0, "nothing but the culprit"},
		{"too few of its parts", merged, gitops.RevertCommits, []gitops.Hash{id(4)}, false, false, false, 0, 0, "still down"},
		{"the merge's deployment", merged, gitops.RevertDeployment, nil, true, true, false, 1, 0, "1 innocent commit was undone"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := c.want.Score(Attempt{Kind: c.kind, Reverted: c.reverted, Recovered: c.recovered, Took: 185 * time.Second, Releases: 1})
			if got.RightCulprit != c.right || got.Exact != c.exact || got.Innocent != c.innocent || got.Collateral != c.collateral {
				t.Errorf("%+v", got)
			}
			if !strings.Contains(got.Text, c.text) {
				t.Errorf("%q does not say %q", got.Text, c.text)
			}
			if c.recovered && !strings.Contains(got.Text, "3 min 5 s") {
				t.Errorf("%q does not say how long it took", got.Text)
			}
		})
	}
}

func TestSpoken(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 48*time.Second + 400*time.Millisecond: "48 s", 59900 * time.Millisecond: "1 min 0 s", 3605 * time.Second: "60 min 5 s",
	} {
		if got := spoken(d); got != want {
			t.Errorf("%v is spoken %q, want %q", d, got, want)
		}
	}
}
