package gitops_test

import (
	"fmt"
	"testing"

	"ahead/gitops"
)

func TestChoicesSayWhatASideIs(t *testing.T) {
	file := func(path string) gitops.Version { return gitops.Version{Path: path, Mode: gitops.ModeFile} }
	link := gitops.Version{Path: "f", Mode: gitops.ModeSymlink}
	hunks := make([]gitops.ConflictHunk, 1)
	for _, c := range []struct {
		conflict gitops.Conflict
		choices  string
		hunks    string
	}{
		{gitops.Conflict{Path: "f", Kind: gitops.ConflictContent, Hunks: hunks, Base: file("f"), Ours: file("f"), Theirs: file("f")}, "[ours theirs base text delete]", "[ours theirs both base text]"},
		{gitops.Conflict{Path: "f", Kind: gitops.ConflictAddAdd, Hunks: hunks, Ours: file("f"), Theirs: file("f")}, "[ours theirs text delete]", "[ours theirs both text]"},
		{gitops.Conflict{Path: "f", Kind: gitops.ConflictModifyDelete, Base: file("f"), Theirs: file("f")}, "[ours theirs base text delete]", "[]"},
		{gitops.Conflict{Path: "g", Kind: gitops.ConflictRenameRename, Base: file("f"), Ours: file("g"), Theirs: file("h")}, "[ours theirs base merged text delete]", "[]"},
		{gitops.Conflict{Path: "f", Kind: gitops.ConflictRenameRename, Base: file("f")}, "[base text delete]", "[]"},
		{gitops.Conflict{Path: "g", Kind: gitops.ConflictRenameAdd, Hunks: hunks, Base: file("f"), Ours: file("g"), Theirs: file("g")}, "[ours theirs base text delete]", "[]"},
		{gitops.Conflict{Path: "f", Kind: gitops.ConflictSymlink, Base: link, Ours: link, Theirs: link}, "[ours theirs base delete]", "[]"},
		{gitops.Conflict{Path: "f", Kind: gitops.ConflictTypes, Base: file("f"), Ours: file("f"), Theirs: link}, "[ours theirs base delete]", "[]"},
		{gitops.Conflict{Path: "f", Kind: gitops.ConflictFileDirectory, Ours: file("f")}, "[delete]", "[]"},
		{gitops.Conflict{Path: "d/", Kind: gitops.ConflictDirRename, Theirs: gitops.Version{Path: "d/", Mode: gitops.ModeTree}}, "[theirs]", "[]"},
		{gitops.Conflict{Path: "f", Kind: gitops.ConflictContent, Hunks: hunks}, "[]", "[]"},
	} {
		if got := fmt.Sprint(c.conflict.Choices()); got != c.choices {
			t.Errorf("%s %s: %s, want %s", c.conflict.Path, c.conflict.Kind, got, c.choices)
		}
		if got := fmt.Sprint(c.conflict.HunkChoices()); got != c.hunks {
			t.Errorf("%s %s, hunks: %s, want %s", c.conflict.Path, c.conflict.Kind, got, c.hunks)
		}
	}
}

func TestWhatThereIsInsteadIsNamedInShort(t *testing.T) {
	for want, gone := range map[string]gitops.PartGone{
		"there is nothing":                  {Path: "f"},
		"there is a, b":                     {Path: "f", Have: []string{"a", "b"}},
		"its hunks are 0123":                {Path: "f", Hunk: "ab", Have: []string{"0123"}},
		"there is a, b, c, d, e and 2 more": {Path: "f", Have: []string{"a", "b", "c", "d", "e", "f", "g"}},
	} {
		if got := gone.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
