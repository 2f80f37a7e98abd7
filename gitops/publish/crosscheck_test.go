package publish

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

func TestCrossCheckAgrees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, p := range map[string]gitops.Plan{
		"one": w.plan(w.bad), "each": w.plan(w.worse, w.bad), "as one": asOne(w.plan(w.worse, w.bad)),
	} {
		before := listing(t, filepath.Join(w.mine.GitDir()))
		check, err := w.git(w.mine).CrossCheck(context.Background(), p)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if check.Merges != len(p.Merges) || check.Tree != p.Tree || check.Git.Major != 2 || check.Words() == "" {
			t.Errorf("%s: %+v", name, check)
		}
		// Objects included: a check leaves nothing at all.
		if after := listing(t, w.mine.GitDir()); after != before {
			t.Errorf("%s: the git directory changed:\n%s", name, lineDiff(before, after))
		}
	}
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		names = append(names, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, "\n")
}

// TestCrossCheckDisagrees forges every claim of a plan, one at a time.
func TestCrossCheckDisagrees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := w.plan(w.worse, w.bad)
	evil := gitops.NewObject(gitops.KindTree, gitops.EncodeTree([]gitops.TreeEntry{
		{Name: "README", Mode: gitops.ModeFile, Hash: w.mine.Rev("HEAD:README")},
	}))
	other := w.mine.Rev("v1.0.0^{tree}")
	cases := map[string]func(*gitops.Plan){
		"result": func(p *gitops.Plan) {
			p.Objects = append(p.Objects, evil)
			p.Merges[1].Result, p.Commits[1].Tree, p.Tree = evil.Hash, evil.Hash, evil.Hash
		},
		"first result": func(p *gitops.Plan) {
			p.Objects = append(p.Objects, evil)
			p.Merges[0].Result, p.Merges[1].Ours, p.Commits[0].Tree = evil.Hash, evil.Hash, evil.Hash
		},
		"tree":           func(p *gitops.Plan) { p.Tree = other },
		"commit's tree":  func(p *gitops.Plan) { p.Commits[0].Tree = other },
		"last commit":    func(p *gitops.Plan) { p.Commits[1].Tree, p.Tree = other, other },
		"tip's tree":     func(p *gitops.Plan) { p.OntoTree, p.Merges[0].Ours = other, other },
		"broken chain":   func(p *gitops.Plan) { p.Merges[1].Ours = other },
		"base":           func(p *gitops.Plan) { p.Merges[0].Base = other },
		"theirs":         func(p *gitops.Plan) { p.Merges[0].Theirs = other },
		"suspect":        func(p *gitops.Plan) { p.Merges[0].Suspect = w.bad },
		"merge left out": func(p *gitops.Plan) { p.Merges = p.Merges[:1] },
	}
	for name, forge := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := good
			p.Merges = append([]gitops.Merge{}, p.Merges...)
			p.Commits = append([]gitops.NewCommit{}, p.Commits...)
			p.Objects = append([]gitops.Object{}, p.Objects...)
			forge(&p)
			_, err := w.git(w.mine).CrossCheck(context.Background(), p)
			wantCode(t, err, gitops.CodeDisagreement)
			if !strings.Contains(err.Error(), "the plan says tree ") || !strings.Contains(err.Error(), "git says ") {
				t.Errorf("%v", err)
			}
			if name == "result" && (!strings.Contains(err.Error(), evil.Hash.String()) || !strings.Contains(err.Error(), good.Tree.String())) {
				t.Errorf("not both trees in %q", err)
			}
		})
	}
	t.Run("shipped", func(t *testing.T) {
		p := good
		p.Merges = append([]gitops.Merge{}, p.Merges...)
		p.Commits = append([]gitops.NewCommit{}, p.Commits...)
		cases["result"](&p)
		w.refused(w.git(w.mine), p, gitops.CodeDisagreement)
	})
}

// TestConflictCalledClean: git writes a tree for a conflict too, so the plan
// can even name the very tree.
func TestConflictCalledClean(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Commit("Later\n", map[string]string{"app/price.go": story(40, map[int]string{5: "later", 30: "banner"})})
	w.mine.Git("push", "-q", "origin", "main")
	g := w.git(w.mine)
	base, ours, theirs := w.mine.Rev(w.bad.String()+"^{tree}"), w.mine.Rev("HEAD^{tree}"), w.mine.Rev(w.bad.String()+"^^{tree}")
	m, err := g.MergeTree(context.Background(), base, ours, theirs)
	if err != nil {
		t.Fatal(err)
	}
	if m.Clean || len(m.Conflicts) != 1 || m.Conflicts[0].Path != "app/price.go" {
		t.Fatalf("%+v", m)
	}
	for _, result := range []gitops.Hash{m.Tree, ours} {
		p := gitops.Plan{
			Remedy: gitops.Remedy{Kind: gitops.RevertCommits}, Remote: "origin", Branch: "main",
			Onto: w.mine.Head(), OntoTree: ours, Verdict: gitops.VerdictClean, Tree: result, Objects: m.Objects,
			Commits: []gitops.NewCommit{{Tree: result, Message: "x\n"}},
			Merges:  []gitops.Merge{{Suspect: w.bad, Base: base, Ours: ours, Theirs: theirs, Result: result}},
		}
		_, err = w.refused(g, p, gitops.CodeDisagreement)
		if !strings.Contains(err.Error(), "conflict in 1 path") || detailOf(err) != "app/price.go" {
			t.Errorf("%v, detail %q", err, detailOf(err))
		}
	}
}

// TestMergeTreeGivesItsObjects: what git computes can be shipped by others.
func TestMergeTreeGivesItsObjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := w.plan(w.bad)
	before := listing(t, w.mine.GitDir())
	m, err := w.git(w.mine).MergeTree(context.Background(), want.Merges[0].Base, want.Merges[0].Ours, want.Merges[0].Theirs)
	if err != nil || !m.Clean || m.Tree != want.Tree || len(m.Conflicts) != 0 {
		t.Fatalf("%+v %v", m, err)
	}
	if listing(t, w.mine.GitDir()) != before {
		t.Error("something was written")
	}
	stored := map[gitops.Hash]bool{}
	for _, o := range m.Objects {
		if gitops.HashObject(o.Kind, o.Data) != o.Hash {
			t.Errorf("%s is not it", o.Hash)
		}
		if o.Kind == gitops.KindTree {
			entries, err := gitops.DecodeTree(o.Data)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if _, err := w.mine.TryGit("cat-file", "-e", e.Hash.String()); err != nil && !stored[e.Hash] {
					t.Errorf("%s comes before what it refers to", o.Hash)
				}
			}
		}
		stored[o.Hash] = true
	}
	if !stored[m.Tree] {
		t.Error("the tree itself is missing")
	}
	p := want
	p.Objects = m.Objects
	w.readBack(p, w.ship(w.git(w.mine), p))
}

// TestMergeTreeOnUnstored merges onto a tree that only the plan has.
func TestMergeTreeOnUnstored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.worse, w.bad)
	second := p.Merges[1]
	g := w.git(w.mine)
	if _, err := g.MergeTree(context.Background(), second.Base, second.Ours, second.Theirs); err == nil {
		t.Error("it merged a tree that is not there")
	}
	m, err := g.MergeTree(context.Background(), second.Base, second.Ours, second.Theirs, p.Objects...)
	if err != nil || m.Tree != p.Tree {
		t.Errorf("%+v %v", m, err)
	}
}

// TestAttributesOfTheTip: a union merge is clean only for a git that sees the
// tip's attributes, which in a bare repository, and beside a checkout that
// differs, it does by our doing alone.
func TestAttributesOfTheTip(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Commit("One\n", map[string]string{"deep/log": "a\nb\nc\n", "deep/.gitattributes": "log merge=union\n", "plain": "x\n"})
	bad := r.Commit("Two\n", map[string]string{"deep/log": "a\nB\nc\n"})
	r.Commit("Three\n", map[string]string{"deep/log": "a\nB2\nc\n"})
	origin := r.WithRemote()
	base, ours, theirs := r.Rev(bad.String()+"^{tree}"), r.Rev("HEAD^{tree}"), r.Rev(bad.String()+"^^{tree}")

	oracle := origin.Clone()
	oracle.Git("revert", "--no-edit", bad.String())
	want := oracle.Rev("HEAD^{tree}")

	differs := origin.Clone()
	differs.Write("deep/.gitattributes", "log -merge\n")
	gone := origin.Clone("--no-checkout")
	for name, repo := range map[string]*gittest.Repo{
		"bare": origin.Clone("--bare"), "other checkout": differs, "no checkout": gone,
		"linked": differs.Worktree("w"), "own": r,
	} {
		t.Run(name, func(t *testing.T) {
			g, err := NewGit(repo.Dir, Options{Env: repo.Env()})
			if err != nil {
				t.Fatal(err)
			}
			m, err := g.MergeTree(context.Background(), base, ours, theirs)
			if err != nil || !m.Clean || m.Tree != want {
				t.Errorf("%+v %v, want clean %s", m, err, want)
			}
		})
	}
}

// TestAttributesChangeOnTheWay: each merge sees the attributes of what it is
// made onto, as a row of git reverts in a checkout does.
func TestAttributesChangeOnTheWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Commit("Log\n", map[string]string{"log": story(20, nil)})
	first := w.mine.Commit("Two\n", map[string]string{"log": story(20, map[int]string{2: "x"})})
	w.mine.Commit("Three\n", map[string]string{"log": story(20, map[int]string{2: "x", 18: "y"})})
	second := w.mine.Commit("No merges\n", map[string]string{".gitattributes": "log -merge\n"})
	w.mine.Git("push", "-q", "origin", "main")
	p := w.plan(second, first)
	w.readBack(p, w.ship(w.git(w.mine), p))
}

// TestHostileAttributes keeps a tree with a path that leads outside from
// writing there, and a link from being followed.
func TestHostileAttributes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	blob := gitops.NewObject(gitops.KindBlob, []byte("* merge=union\n"))
	link := gitops.NewObject(gitops.KindBlob, []byte("/etc/passwd"))
	inner := gitops.NewObject(gitops.KindTree, gitops.EncodeTree([]gitops.TreeEntry{{Name: ".gitattributes", Mode: gitops.ModeFile, Hash: blob.Hash}}))
	up := gitops.NewObject(gitops.KindTree, gitops.EncodeTree([]gitops.TreeEntry{{Name: "..", Mode: gitops.ModeTree, Hash: inner.Hash}}))
	linked := gitops.NewObject(gitops.KindTree, gitops.EncodeTree([]gitops.TreeEntry{{Name: ".gitattributes", Mode: gitops.ModeSymlink, Hash: link.Hash}}))
	g := w.git(w.mine)
	s, err := g.newScratch()
	if err != nil {
		t.Fatal(err)
	}
	defer s.remove()
	if err := g.store(context.Background(), []gitops.Object{blob, link, inner, up, linked}, s.env()); err != nil {
		t.Fatal(err)
	}
	if err := s.takeAttributes(context.Background(), up.Hash); err == nil {
		t.Error("a path that leads outside was taken")
	}
	if _, err := os.Lstat(filepath.Join(s.root, ".gitattributes")); err == nil {
		t.Error("it was written outside")
	}
	if err := s.takeAttributes(context.Background(), linked.Hash); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(filepath.Join(s.workTree(), ".gitattributes")); err == nil {
		t.Error("the link was taken")
	}
}

// TestOwnMergeSettings: with git told to merge differently the two disagree,
// and the hint says why.
func TestOwnMergeSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Remove("app/search.go")
	bad := w.mine.Commit("Drop search\n", nil)
	w.mine.Git("mv", "app", "shop")
	w.mine.Commit("Rename\n", nil)
	w.mine.Git("push", "-q", "origin", "main")
	base, ours, theirs := w.mine.Rev(bad.String()+"^{tree}"), w.mine.Rev("HEAD^{tree}"), w.mine.Rev(bad.String()+"^^{tree}")
	g := w.git(w.mine)
	w.mine.Git("config", "merge.directoryRenames", "false")
	m, err := g.MergeTree(context.Background(), base, ours, theirs)
	if err != nil || !m.Clean {
		t.Fatalf("%+v %v", m, err)
	}
	p := gitops.Plan{
		Remedy: gitops.Remedy{Kind: gitops.RevertCommits}, Remote: "origin", Branch: "main",
		Onto: w.mine.Head(), OntoTree: ours, Verdict: gitops.VerdictClean, Tree: m.Tree, Objects: m.Objects,
		Commits: []gitops.NewCommit{{Tree: m.Tree, Message: "x\n"}},
		Merges:  []gitops.Merge{{Suspect: bad, Base: base, Ours: ours, Theirs: theirs, Result: m.Tree}},
	}
	if _, err := g.CrossCheck(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	w.mine.Git("config", "merge.directoryRenames", "true")
	_, err = g.CrossCheck(context.Background(), p)
	wantCode(t, err, gitops.CodeDisagreement)
	var e *gitops.Error
	if errors.As(err, &e); !strings.Contains(e.Hint, "merge.directoryrenames true") {
		t.Errorf("hint %q", e.Hint)
	}
}

// TestReplacedObjects: refs/replace changes what git shows, never what ships.
func TestReplacedObjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	w.mine.Git("replace", w.bad.String(), w.worse.String())
	w.readBack(p, w.ship(w.git(w.mine), p))
}

func TestAlternates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.plan(w.bad)
	odd := filepath.Join(filepath.Dir(w.mine.Dir), `a:b "c\d`, "repo")
	if err := os.MkdirAll(filepath.Dir(odd), 0o755); err != nil {
		t.Fatal(err)
	}
	w.mine.Git("clone", "-q", "--shared", "--", w.origin.Dir, odd)
	// A relative path, as older clones have it.
	rel, err := filepath.Rel(filepath.Join(odd, ".git", "objects"), filepath.Join(w.origin.Dir, "objects"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(odd, ".git", "objects", "info", "alternates"), rel+"\n", 0o644)
	if _, err := w.git(gittest.Open(t, odd)).CrossCheck(context.Background(), p); err != nil {
		t.Errorf("%v", err)
	}
}
