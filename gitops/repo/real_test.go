package repo_test

import (
	"flag"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"ahead/gitops/gittest"
	"ahead/gitops/repo"
)

// realRepo names a repository to compare with git:
//
//	go test ./gitops/repo -run Real -v -args -repo DIR
var realRepo = flag.String("repo", "", "a real repository to compare with git")

func TestRealRefs(t *testing.T) {
	if *realRepo == "" {
		t.Skip("no -repo given")
	}
	r := gittest.Open(t, *realRepo)
	refs, err := open(t, r.Dir).Refs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	flat := flatten(refs)
	n := 0
	for name, ids := range gitRefs(r) {
		rest := strings.TrimPrefix(name, "refs/")
		top, _, _ := strings.Cut(rest, "/")
		if strings.HasSuffix(name, "/HEAD") || top != "heads" && top != "remotes" && top != "tags" {
			continue
		}
		n++
		if flat[name] != ids[0] {
			t.Errorf("%s: %s, want %s", name, flat[name], ids[0])
		}
	}
	if n != len(flat) {
		t.Errorf("%d refs, want %d", len(flat), n)
	}
	want := map[string]string{}
	for _, line := range strings.Split(r.Git("for-each-ref", "--format=%(refname:short) %(taggername)", "refs/tags"), "\n") {
		name, tagger, _ := strings.Cut(line, " ")
		want[strings.TrimPrefix(name, "tags/")] = tagger
	}
	tags, notices, err := open(t, r.Dir).Tags(ctx)
	if err != nil || len(notices) != 0 || len(tags) != len(want) {
		t.Fatal(err, notices, len(tags), len(want))
	}
	for _, tag := range tags {
		if tag.Annotated && tag.Tagger.Name != want[tag.Name] && want[tag.Name] != "" {
			t.Errorf("%s: tagger %q, want %q", tag.Name, tag.Tagger.Name, want[tag.Name])
		}
	}
	t.Logf("compared %d refs and %d tags", n, len(tags))
}

func TestManyReadersOfOneRepository(t *testing.T) {
	r, _ := project(t)
	r.Git("gc", "--quiet")
	head := r.Head()
	opened := open(t, r.Dir)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for range 10 {
				if h, err := opened.Resolve(ctx, "v1.0.0"); err != nil || h == head {
					t.Errorf("v1.0.0 %s, %v", h, err)
				}
				if _, tip, _, err := opened.ChooseBranch("", "origin"); err != nil || tip != head {
					t.Errorf("tip %s, %v", tip, err)
				}
				if tags, _, err := opened.Tags(ctx); err != nil || len(tags) != 4 {
					t.Errorf("%d tags, %v", len(tags), err)
				}
			}
		})
	}
	wg.Wait()
}

// BenchmarkStart opens a repository, reads its refs and the last 300 commits
// of HEAD, as the first screen does; git log beside it for measure.
func BenchmarkStart(b *testing.B) {
	dir := *realRepo
	if dir == "" {
		dir = generated(b)
	}
	b.Run("repo", func(b *testing.B) {
		for b.Loop() {
			start(b, dir)
		}
	})
	b.Run("git log", func(b *testing.B) {
		for b.Loop() {
			out, err := exec.Command("git", "-C", dir, "log", "--first-parent", "-n", "300", "--format=raw").Output()
			if err != nil || len(out) == 0 {
				b.Fatal(err)
			}
		}
	})
}

func start(b *testing.B, dir string) {
	r, err := repo.Open(ctx, dir)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	refs, err := r.Refs(ctx)
	if err != nil {
		b.Fatal(err)
	}
	at := refs.Head.Commit
	for range 300 {
		c, err := r.Objects().Commit(at)
		if err != nil {
			b.Fatal(err)
		}
		if c.IsRoot() {
			return
		}
		at = c.Parents[0]
	}
}

func generated(b *testing.B) string {
	r := gittest.New(b)
	var stream strings.Builder
	for i := range 300 {
		text := strings.Repeat("line "+strconv.Itoa(i/10)+"\n", 50)
		stream.WriteString("commit refs/heads/main\ncommitter Ada <ada@example.com> " + strconv.Itoa(1700000000+i) + " +0000\ndata 4\nedit\n")
		stream.WriteString("M 100644 inline f" + strconv.Itoa(i%20) + "\ndata " + strconv.Itoa(len(text)) + "\n" + text + "\n")
	}
	if _, err := r.GitInput(stream.String(), "fast-import", "--quiet"); err != nil {
		b.Fatal(err)
	}
	r.Git("gc", "--quiet")
	return r.Dir
}
