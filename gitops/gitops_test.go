package gitops_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

func TestMain(m *testing.M) { gittest.Main(m) }

func TestHashesAreReadAndSpelled(t *testing.T) {
	const id = "0123456789abcdef0123456789abcdef01234567"
	h, err := gitops.ParseHash(id)
	if err != nil || h.String() != id || h.Short() != "0123456" || h.IsZero() {
		t.Errorf("%v %v %v", h, h.Short(), err)
	}
	for _, bad := range []string{"", "0123", id + "0", strings.Repeat("g", 40)} {
		if _, err := gitops.ParseHash(bad); err == nil {
			t.Errorf("%q was taken for an id", bad)
		}
	}
	text, _ := h.MarshalText()
	var back gitops.Hash
	if err := back.UnmarshalText(text); err != nil || back != h {
		t.Errorf("%s came back as %s: %v", h, back, err)
	}
	if err := back.UnmarshalText([]byte("nonsense")); err == nil {
		t.Error("nonsense was read")
	}
}

// TestObjectsHaveGitsIDs: what we name, git names the same.
func TestObjectsHaveGitsIDs(t *testing.T) {
	r := gittest.New(t)
	for _, content := range []string{"", "a\n", strings.Repeat("long ", 5000)} {
		out, err := r.GitInput(content, "hash-object", "--stdin")
		if err != nil {
			t.Fatal(err)
		}
		if got := gitops.HashObject(gitops.KindBlob, []byte(content)).String(); got != strings.TrimSpace(out) {
			t.Errorf("blob of %d bytes: %s, git says %s", len(content), got, out)
		}
	}
	if got := r.Git("hash-object", "-t", "tree", "/dev/null"); strings.TrimSpace(got) != gitops.EmptyTree.String() {
		t.Errorf("the empty tree is %s", got)
	}
}

// TestTreesAreSortedAsGitSortsThem: names where a directory and a file sort
// apart because of the slash that git adds.
func TestTreesAreSortedAsGitSortsThem(t *testing.T) {
	r := gittest.New(t)
	r.Commit("All sorts", map[string]string{"a.b": "1", "a/x": "2", "a-b": "3", "a0": "4", "Ä": "5", "z": "6"})
	stored, err := r.Objects().Tree(r.Rev("HEAD^{tree}"))
	if err != nil {
		t.Fatal(err)
	}
	shuffled := append([]gitops.TreeEntry{}, stored...)
	for i, j := 0, len(shuffled)-1; i < j; i, j = i+1, j-1 {
		shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
	}
	gitops.SortEntries(shuffled)
	if !reflect.DeepEqual(shuffled, stored) {
		t.Errorf("sorted %v\ngit has %v", shuffled, stored)
	}
	obj := gitops.NewObject(gitops.KindTree, gitops.EncodeTree(shuffled))
	if obj.Hash != r.Rev("HEAD^{tree}") {
		t.Errorf("encoded as %s, git has %s", obj.Hash, r.Rev("HEAD^{tree}"))
	}
}

func TestTreesSurviveTheirEncoding(t *testing.T) {
	modes := rapid.SampledFrom([]gitops.Mode{gitops.ModeFile, gitops.ModeExecutable, gitops.ModeSymlink, gitops.ModeSubmodule, gitops.ModeTree, 0o100664})
	rapid.Check(t, func(t *rapid.T) {
		var entries []gitops.TreeEntry
		for i := range rapid.IntRange(0, 20).Draw(t, "entries") {
			e := gitops.TreeEntry{Name: fmt.Sprintf("%s%d", rapid.StringMatching(`[^\x00/]{1,8}`).Draw(t, "name"), i), Mode: modes.Draw(t, "mode")}
			copy(e.Hash[:], rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(t, "hash"))
			entries = append(entries, e)
		}
		gitops.SortEntries(entries)
		back, err := gitops.DecodeTree(gitops.EncodeTree(entries))
		if err != nil || !reflect.DeepEqual(back, entries) {
			t.Fatalf("%v\ncame back as %v: %v", entries, back, err)
		}
	})
}

// FuzzDecodeTree: a damaged tree is an error or a list that encodes to the
// same bytes, never a crash or a partial list.
func FuzzDecodeTree(f *testing.F) {
	good := gitops.EncodeTree([]gitops.TreeEntry{{Name: "a", Mode: gitops.ModeFile}, {Name: "b", Mode: gitops.ModeTree}})
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add([]byte("100644 "))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := gitops.DecodeTree(data)
		if err != nil {
			if entries != nil {
				t.Fatalf("an error with %d entries", len(entries))
			}
			return
		}
		again := gitops.EncodeTree(entries)
		if len(again) > len(data) || len(entries) == 0 && len(data) > 0 {
			t.Fatalf("%q became %q", data, again)
		}
	})
}

func TestSubjectsAreGits(t *testing.T) {
	r := gittest.New(t)
	for _, message := range []string{
		"One line", "One line\n\nBody", "Two\nlines\n\nBody", "\n\nLate\n", "  spaced   out  \n\nx", "tab\there", "",
		"Carriage\r\nreturns\r\n\r\nBody\r\n", "Blanks\n \t\nBody", "\r\n\r\nLate\r\n",
	} {
		out, err := r.GitInput(message, "commit-tree", gitops.EmptyTree.String())
		if err != nil {
			// An empty tree must be stored before git makes a commit of it.
			r.Git("hash-object", "-t", "tree", "-w", "/dev/null")
			if out, err = r.GitInput(message, "commit-tree", gitops.EmptyTree.String()); err != nil {
				t.Fatal(err)
			}
		}
		h := gitops.MustHash(strings.TrimSpace(out))
		c, err := r.Objects().Commit(h)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.TrimSuffix(r.Git("log", "-1", "--format=%s", h.String()), "\n")
		if got := c.Subject(); got != strings.Join(strings.Fields(want), " ") {
			t.Errorf("%q: subject %q, git says %q", message, got, want)
		}
	}
}

func TestOverlayReadsNewThingsFirst(t *testing.T) {
	r := gittest.New(t)
	r.Commit("Base", map[string]string{"a": "old\n"})
	blob := gitops.NewObject(gitops.KindBlob, []byte("new\n"))
	tree := gitops.NewObject(gitops.KindTree, gitops.EncodeTree([]gitops.TreeEntry{{Name: "a", Mode: gitops.ModeFile, Hash: blob.Hash}}))
	o := gitops.NewOverlay(r.Objects(), blob)
	o.Add(tree)
	if got, err := o.Blob(blob.Hash); err != nil || !bytes.Equal(got, []byte("new\n")) {
		t.Errorf("new blob %q: %v", got, err)
	}
	if got, err := o.Tree(tree.Hash); err != nil || len(got) != 1 || got[0].Hash != blob.Hash {
		t.Errorf("new tree %v: %v", got, err)
	}
	if got, err := o.Tree(r.Rev("HEAD^{tree}")); err != nil || len(got) != 1 {
		t.Errorf("stored tree %v: %v", got, err)
	}
	if _, err := o.Blob(tree.Hash); !errors.Is(err, gitops.ErrMissing) {
		t.Errorf("a tree was given for a blob: %v", err)
	}
}

func TestPublicationNamesEveryStep(t *testing.T) {
	tree := gitops.HashObject(gitops.KindBlob, []byte("t"))
	p := gitops.Plan{
		Remote: "origin", Branch: "main", Onto: tree,
		Commits: []gitops.NewCommit{{Tree: tree, Message: "Revert \"B\"\n\nx"}, {Tree: tree, Message: "Revert \"A\"\n"}},
		Tag:     gitops.TagPlan{Name: "v1.0.1", Annotated: true, Signed: true},
	}
	var names, commands []string
	for _, s := range p.Publication() {
		names = append(names, s.Name())
		commands = append(commands, s.Command())
		if s.Words() == "" {
			t.Errorf("%s has no words", s.Name())
		}
	}
	if got := strings.Join(names, " "); got != "commit commit tag push verify local" {
		t.Errorf("steps: %s", got)
	}
	all := strings.Join(commands, "\n")
	id := tree.Short()
	want := "git commit-tree " + id + " -p " + id + " -F message\n" +
		"git commit-tree " + id + " -p <commit> -F message\n" +
		"git tag -s v1.0.1 <commit>\n" +
		"git push --atomic --force-with-lease=main:" + id + " origin <commit>:refs/heads/main refs/tags/v1.0.1\n" +
		"git ls-remote origin refs/heads/main refs/tags/v1.0.1\n" +
		"git fetch origin main tag v1.0.1"
	if all != want {
		t.Errorf("commands\n%s\nwant\n%s", all, want)
	}
	p.Tag = gitops.TagPlan{}
	for _, s := range p.Publication() {
		if s.Name() == "tag" || strings.HasSuffix(s.Command(), " ") {
			t.Errorf("without a tag: %s %q", s.Name(), s.Command())
		}
	}
}

func TestOnlyACleanPlanIsPublishable(t *testing.T) {
	commits := []gitops.NewCommit{{}}
	for v := gitops.VerdictUnknown; v <= gitops.VerdictRefused; v++ {
		if got := (gitops.Plan{Verdict: v, Commits: commits}).Publishable(); got != (v == gitops.VerdictClean) {
			t.Errorf("%s: publishable %v", v, got)
		}
	}
	if (gitops.Plan{Verdict: gitops.VerdictClean}).Publishable() {
		t.Error("a plan without commits is publishable")
	}
}

func TestErrorsCarryTheirCode(t *testing.T) {
	cause := errors.New("cause")
	err := fmt.Errorf("while looking: %w", &gitops.Error{Code: gitops.CodeNoRemote, What: "no remote", Err: cause})
	if gitops.CodeOf(err) != gitops.CodeNoRemote || !errors.Is(err, cause) || !strings.Contains(err.Error(), "no remote: cause") {
		t.Errorf("%v", err)
	}
	if gitops.CodeOf(cause) != gitops.CodeInternal {
		t.Error("a bare error has a code")
	}
}
