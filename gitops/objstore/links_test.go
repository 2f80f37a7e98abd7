package objstore_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/objstore"
)

// sameLinks compares what a walk is told with the whole commit.
func sameLinks(t *testing.T, s *objstore.Store, commits []gitops.Hash) {
	t.Helper()
	for _, h := range commits {
		whole, err := s.Commit(h)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Graph().Links(h)
		want := gitops.Links{Parents: whole.Parents, When: whole.Committer.When.Unix()}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %+v, %v, want %+v", h, got, err, want)
		}
	}
}

func ids(text string) []gitops.Hash {
	var hashes []gitops.Hash
	for _, line := range strings.Fields(text) {
		hashes = append(hashes, gitops.MustHash(line))
	}
	return hashes
}

// oddCommits stores commits as other tools have written them.
func oddCommits(r *gittest.Repo) []gitops.Hash {
	tree := r.Rev("HEAD^{tree}").String()
	parent := "parent " + r.Head().String() + "\n"
	person := "A <a@b>"
	var hashes []gitops.Hash
	for _, text := range []string{
		"author A <a@b> 1 +0000\ncommitter A <a@b> -5 +0000\n\nbefore 1970\n",
		"author A <a@b> 1 +0000\ncommitter A <a@b> 99999999999999 +0000\n\nfar\n",
		"author A <a@b> 1 +0000\ncommitter A > <a@b> > 17 +9999\n\nangles\n",
		"author A <a@b> 1 +0000\ncommitter A <a@b>\n\nno date\n",
		"author A <a@b> 1 +0000\ncommitter A <a@b> 0 +0000\n\n",
		"author " + strings.Repeat("long ", 300) + "<a@b> 1 +0000\ncommitter " + person + " 12 -0130\n\nlong name\n",
		strings.Repeat(parent, 30) + "author A <a@b> 1 +0000\ncommitter A <a@b> 5 +0000\nencoding x\n\noctopus\n",
		"committer A <a@b> 5 +0000\n\nno author\n",
	} {
		out, err := r.GitInput("tree "+tree+"\n"+text, "hash-object", "--literally", "-t", "commit", "-w", "--stdin")
		if err != nil {
			panic(err)
		}
		hashes = append(hashes, gitops.MustHash(strings.TrimSpace(out)))
	}
	return hashes
}

func TestLinksAreThoseOfTheWholeCommit(t *testing.T) {
	r := history(t, 21)
	odd := oddCommits(r)
	for i, h := range odd {
		r.Git("update-ref", "refs/odd/"+string(rune('a'+i)), h.String())
	}
	r.Git("replace", r.Head().String(), r.Rev("HEAD~3").String())
	commits := append(ids(r.Git("rev-list", "--all")), odd...)
	sameLinks(t, openStore(t, r.GitDir()), commits)
	r.Git("repack", "-adfq")
	sameLinks(t, openStore(t, r.GitDir()), commits)
}

func TestLinksOfAMissingCommit(t *testing.T) {
	s := openStore(t, history(t, 22).GitDir())
	none := gitops.MustHash(strings.Repeat("ab", 20))
	if _, err := s.Graph().Links(none); gitops.CodeOf(err) != gitops.CodeMissingObject {
		t.Errorf("a commit that is not here: %v", err)
	}
	if _, ok := s.Graph().Origin(none); ok {
		t.Error("a tag that is not here was read")
	}
}

// TestRealLinks compares the links of every commit of a real repository.
func TestRealLinks(t *testing.T) {
	r := needReal(t)
	commits := ids(r.Git("rev-list", "--all"))
	sameLinks(t, openStore(t, r.GitDir()), commits)
	t.Logf("compared %d commits", len(commits))
}

// TestPacksThatGitKeepsMoreAbout: a multi-pack index, bitmaps, reverse indexes
// and the times of cruft lie beside the packs and change nothing.
func TestPacksThatGitKeepsMoreAbout(t *testing.T) {
	for name, c := range map[string]struct {
		arrange func(*gittest.Repo)
		want    []string
	}{
		"multi-pack index": {func(r *gittest.Repo) {
			r.Git("repack", "-dq")
			r.Commit("more", map[string]string{"more": "1"})
			r.Git("-c", "pack.writeReverseIndex=true", "repack", "-dq", "--write-midx")
		}, []string{"multi-pack-index", ".rev"}},
		"bitmap of a multi-pack index": {func(r *gittest.Repo) {
			r.Git("repack", "-dq")
			r.Commit("more", map[string]string{"more": "1"})
			r.Git("repack", "-dq")
			r.Git("multi-pack-index", "write", "--bitmap")
		}, []string{"multi-pack-index", ".bitmap"}},
		"bitmap": {func(r *gittest.Repo) { r.Git("repack", "-adbq") }, []string{".bitmap"}},
		"cruft": {func(r *gittest.Repo) {
			r.Commit("thrown away", map[string]string{"gone": "1"})
			r.Git("reset", "--quiet", "--hard", "HEAD~1")
			r.Git("reflog", "expire", "--expire=all", "--all")
			r.Git("repack", "--cruft", "-dq")
		}, []string{".mtimes"}},
		"commit graph": {func(r *gittest.Repo) {
			r.Git("repack", "-adq")
			r.Git("commit-graph", "write", "--reachable")
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := history(t, 23)
			c.arrange(r)
			files, err := os.ReadDir(r.Path(".git", "objects", "pack"))
			must(err)
			for _, suffix := range c.want {
				found := false
				for _, f := range files {
					found = found || strings.HasSuffix(f.Name(), suffix) || strings.HasPrefix(f.Name(), suffix)
				}
				if !found {
					t.Fatalf("git wrote no %s: %v", suffix, files)
				}
			}
			s := openStore(t, r.GitDir())
			same(t, s, r)
			sameLinks(t, s, ids(r.Git("rev-list", "--all")))
		})
	}
}

func TestCommitsAreThoseOfCommit(t *testing.T) {
	r := graphed(t)
	r.Git("repack", "-adq")
	s, err := objstore.Open(r.GitDir(), objstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	hashes := ids(strings.Repeat(r.Git("rev-list", "--all")+"\n", 5))
	many, err := s.Commits(hashes)
	if err != nil || len(many) != len(hashes) {
		t.Fatal(len(many), err)
	}
	for i, h := range hashes {
		if one, err := s.Commit(h); err != nil || !reflect.DeepEqual(many[i], one) {
			t.Fatalf("%s: %+v, %+v, %v", h, many[i], one, err)
		}
	}
	hashes[70] = gitops.EmptyTree
	if _, err := s.Commits(hashes); err == nil {
		t.Error("a commit that is not here is no error")
	}
}
