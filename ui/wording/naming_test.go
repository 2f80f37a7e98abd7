package wording

import (
	"errors"
	"fmt"
	"testing"

	"ahead/gitops"
)

// TestCommitsBeyondTheLookHaveNames: each list of a plan is named as far as
// commits can be read; nothing is read twice, or without bound, and the
// snapshot that others hold stays as it was.
func TestCommitsBeyondTheLookHaveNames(t *testing.T) {
	id := func(n int) gitops.Hash { return gitops.HashObject(gitops.KindBlob, fmt.Append(nil, n)) }
	commit := func(n int) gitops.Commit { return gitops.Commit{Hash: id(n), Message: fmt.Sprint("subject ", n)} }
	snap := gitops.Snapshot{Commits: append(make([]gitops.Commit, 0, 8), commit(1))}
	p := gitops.Plan{
		Dependants: []gitops.Hash{id(1), id(2)}, Selection: []gitops.Hash{id(3)},
		Collateral: []gitops.Hash{id(2), id(4)}, Later: []gitops.Hash{id(5)},
	}
	for n := 10; n < 1000; n++ {
		p.Later = append(p.Later, id(n))
	}
	asked := map[gitops.Hash]int{}
	more := Unlisted(snap, p, func(h gitops.Hash) (gitops.Commit, error) {
		asked[h]++
		for n := range 1000 {
			if n != 4 && h == id(n) {
				return commit(n), nil
			}
		}
		return gitops.Commit{}, errors.New("not here")
	})
	named := Naming(snap, more)
	for n, want := range map[int]string{1: "subject 1", 2: "subject 2", 3: "subject 3", 4: "—", 5: "subject 5", 10: "subject 10", 999: "—"} {
		if got := Subject(named, id(n)); got != want {
			t.Errorf("%d is called %q, want %q", n, got, want)
		}
	}
	for h, n := range asked {
		if n > 1 || h == id(1) {
			t.Errorf("%s was read %d times", h.Short(), n)
		}
	}
	if len(asked) > 4*mostNamed || len(snap.Commits) != 1 || snap.Commits[:2][1].Message != "" {
		t.Errorf("%d commits read, the snapshot has %d", len(asked), len(snap.Commits))
	}
}
