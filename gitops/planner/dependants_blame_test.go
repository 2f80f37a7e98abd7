package planner

import (
	"testing"

	"ahead/gitops"
)

// TestLinesOfAVersionThatOnlyAMergeHad: where two renames meet, ours of a
// conflict may be what the merge itself made, which is no object of anything.
// That ends the following of its lines, not the plan.
func TestLinesOfAVersionThatOnlyAMergeHad(t *testing.T) {
	m := commitless{memory{}}
	blob := m.add(gitops.KindBlob, []byte("one\ntwo\n"))
	tree := m.add(gitops.KindTree, append([]byte("100644 f\x00"), blob[:]...))
	s := &search{
		trial: &draft{onto: gitops.Commit{Tree: tree}, objects: gitops.NewOverlay(m)},
		since: &since{trail: &trail{objs: m}},
	}
	b := blame{search: s}
	made := gitops.HashObject(gitops.KindBlob, []byte("one\ntwo and a half\n"))
	if err := b.from("f", made, []lineSpan{{0, 1}}); err != nil || len(b.found) != 0 {
		t.Errorf("%v, found %v", err, b.found)
	}
}

// commitless are objects without a commit.
type commitless struct{ memory }

// Commit implements gitops.Objects.
func (commitless) Commit(gitops.Hash) (gitops.Commit, error) {
	return gitops.Commit{}, gitops.ErrMissing
}
