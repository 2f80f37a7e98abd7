package threeway_test

import (
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/threeway"
)

func TestChoicesAreCountedInWords(t *testing.T) {
	blob := func(s string) gitops.Version {
		return gitops.Version{Path: "f", Mode: gitops.ModeFile, Hash: gitops.NewObject(gitops.KindBlob, []byte(s)).Hash}
	}
	for _, c := range []struct {
		hunks, choices int
		want           string
	}{
		{1, 0, "has 1 hunk, and 0 choices were given"},
		{1, 2, "has 1 hunk, and 2 choices were given"},
		{2, 1, "has 2 hunks, and 1 choice was given"},
	} {
		conflict := gitops.Conflict{
			Path: "f", Kind: gitops.ConflictContent, Base: blob("base"), Ours: blob("ours"), Theirs: blob("theirs"),
			Hunks: make([]gitops.ConflictHunk, c.hunks),
		}
		said := threeway.Settlement{Hunks: make([]gitops.HunkChoice, c.choices)}
		_, _, err := threeway.Choose(conflict, said, make([]threeway.Part, c.hunks))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
