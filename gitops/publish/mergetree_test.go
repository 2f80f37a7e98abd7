package publish

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// kindCases has one conflict of every kind: what three trees hold, and what git
// calls the paths in conflict.
var kindCases = map[string]struct {
	base, ours, theirs map[string]string
	paths              map[string]gitops.ConflictKind
}{
	"content": {
		map[string]string{"f": story(30, nil)},
		map[string]string{"f": story(30, map[int]string{4: "ours"})},
		map[string]string{"f": story(30, map[int]string{4: "theirs"})},
		map[string]gitops.ConflictKind{"f": gitops.ConflictContent},
	},
	"add/add": {
		map[string]string{},
		map[string]string{"odd\tname\n\"ü": "ours\n"},
		map[string]string{"odd\tname\n\"ü": "theirs\n"},
		map[string]gitops.ConflictKind{"odd\tname\n\"ü": gitops.ConflictAddAdd},
	},
	"modify/delete": {
		map[string]string{"f": story(30, nil)},
		map[string]string{"f": story(30, map[int]string{4: "ours"})},
		map[string]string{"f": ""},
		map[string]gitops.ConflictKind{"f": gitops.ConflictModifyDelete},
	},
	"rename/delete": {
		map[string]string{"f": story(30, nil)},
		map[string]string{"f": "", "g": story(30, nil)},
		map[string]string{"f": ""},
		map[string]gitops.ConflictKind{"g": gitops.ConflictRenameDelete},
	},
	"rename/rename": {
		map[string]string{"f": story(30, nil)},
		map[string]string{"f": "", "g": story(30, nil)},
		map[string]string{"f": "", "h": story(30, nil)},
		map[string]gitops.ConflictKind{"f": gitops.ConflictRenameRename, "g": gitops.ConflictRenameRename, "h": gitops.ConflictRenameRename},
	},
	"binary": {
		map[string]string{"f": "a\x00"},
		map[string]string{"f": "b\x00"},
		map[string]string{"f": "c\x00"},
		map[string]gitops.ConflictKind{"f": gitops.ConflictBinary},
	},
	"file/directory": {
		map[string]string{},
		map[string]string{"f": "file\n"},
		map[string]string{"f/below": "below\n"},
		map[string]gitops.ConflictKind{"": gitops.ConflictFileDirectory},
	},
}

// TestConflictKinds lets git find one conflict of every kind, among files that
// merge cleanly: the plan must say of each what git says.
func TestConflictKinds(t *testing.T) {
	t.Parallel()
	hex := regexp.MustCompile(`[0-9a-f]{40}`)
	for name, c := range kindCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := gittest.New(t)
			root := r.Commit("Root\n", map[string]string{"else": "else\n"})
			tree := func(states ...map[string]string) gitops.Hash {
				r.Checkout(root.String())
				for _, s := range states {
					for path, content := range s {
						if content == "" {
							r.Remove(path)
						} else {
							r.Write(path, content)
						}
					}
					r.Git("add", "-A")
					r.Git("commit", "-q", "--allow-empty", "-m", "state")
				}
				return r.Rev("HEAD^{tree}")
			}
			base, ours, theirs := tree(c.base), tree(c.base, c.ours), tree(c.base, c.theirs)
			g, err := NewGit(r.Dir, Options{Env: r.Env()})
			if err != nil {
				t.Fatal(err)
			}
			m, err := g.MergeTree(context.Background(), base, ours, theirs)
			if err != nil || m.Clean || len(m.Conflicts) != len(c.paths) {
				t.Fatalf("%+v %v", m, err)
			}
			for _, got := range m.Conflicts {
				want, ok := c.paths[got.Path]
				if !ok {
					// Git makes up a name for the file that has to step aside.
					want, ok = c.paths[""]
				}
				if !ok || got.Kind != want || got.Detail == "" || hex.MatchString(got.Detail) {
					t.Errorf("%q is %s (%s), want %s", got.Path, got.Kind, got.Detail, want)
				}
				if got.Base.Mode == 0 && got.Ours.Mode == 0 && got.Theirs.Mode == 0 {
					t.Errorf("%q has no version", got.Path)
				}
			}
		})
	}
}

// TestConflictOfSubmodule needs no submodule: the entries of a tree are enough.
func TestConflictOfSubmodule(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	root := r.Commit("Root\n", map[string]string{"else": "else\n"})
	tree := func(commit string) gitops.Hash {
		r.Git("update-index", "--add", "--cacheinfo", "160000,"+commit+",lib")
		h, err := gitops.ParseHash(r.Git("write-tree"))
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	base, ours, theirs := tree(root.String()), tree("1111111111111111111111111111111111111111"), tree("2222222222222222222222222222222222222222")
	g, err := NewGit(r.Dir, Options{Env: r.Env()})
	if err != nil {
		t.Fatal(err)
	}
	m, err := g.MergeTree(context.Background(), base, ours, theirs)
	if err != nil || len(m.Conflicts) != 1 || m.Conflicts[0].Kind != gitops.ConflictSubmodule || m.Conflicts[0].Ours.Mode != gitops.ModeSubmodule {
		t.Fatalf("%+v %v", m, err)
	}
}

// TestParseConflictsOfAnything: what a git of another time says must not stop
// a person from seeing the paths.
func TestParseConflictsOfAnything(t *testing.T) {
	t.Parallel()
	row := "100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 2\tf\x00"
	for _, out := range []string{
		row, row + "\x00", row + "\x001\x00f\x00CONFLICT (of a new kind)\x00text\n\x00", row + "\x00x", row + "\x00-1\x00f",
		row + "\x0099\x00f\x00CONFLICT (contents)\x00text", "junk\x00" + row + "\x00\x00",
	} {
		got := parseConflicts(out, strings.NewReplacer())
		if len(got) != 1 || got[0].Path != "f" || got[0].Kind == "" || got[0].Detail == "" || got[0].Ours.Mode == 0 {
			t.Errorf("%q: %+v", out, got)
		}
	}
	if got := parseConflicts("", strings.NewReplacer()); len(got) != 0 {
		t.Errorf("nothing: %+v", got)
	}
}
