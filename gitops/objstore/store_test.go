package objstore_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/objstore"
)

func TestMain(m *testing.M) { gittest.Main(m) }

// history builds a repository whose packs hold chains of deltas: one large
// file edited again and again, beside files of all sorts.
func history(t gittest.TB, seed int64) *gittest.Repo {
	rng := rand.New(rand.NewSource(seed))
	r := gittest.New(t)
	lines := make([]string, 400)
	for i := range lines {
		lines[i] = fmt.Sprintf("line %d %d", i, rng.Int63())
	}
	noise := make([]byte, 9000)
	rng.Read(noise)
	for i := range 12 {
		lines[rng.Intn(len(lines))] = fmt.Sprintf("edit %d", i)
		r.Commit(fmt.Sprintf("commit %d\n\nbody\n", i), map[string]string{
			"big.txt":                        strings.Join(lines, "\n"),
			"noise.bin":                      string(noise),
			fmt.Sprintf("dir%d/f%d", i%3, i): fmt.Sprintf("%d\n", i),
			"empty":                          "",
		})
	}
	r.AnnotatedTag("v1.0.0")
	return r
}

func openStore(t testing.TB, gitDir string) *objstore.Store {
	t.Helper()
	s, err := objstore.Open(gitDir, objstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// allIDs asks git for every object that the repository can reach, alternates
// included.
func allIDs(r *gittest.Repo) []gitops.Hash {
	var ids []gitops.Hash
	for _, line := range strings.Fields(r.Git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")) {
		ids = append(ids, gitops.MustHash(line))
	}
	return ids
}

// same reads everything from both and compares.
func same(t *testing.T, s *objstore.Store, r *gittest.Repo) {
	t.Helper()
	ids := allIDs(r)
	if len(ids) < 20 {
		t.Fatalf("only %d objects to compare", len(ids))
	}
	git := r.Objects()
	for _, h := range ids {
		want, err := git.Object(h)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Object(h)
		if err != nil {
			t.Fatal(err)
		}
		if got.Kind != want.Kind || got.Hash != h || !bytes.Equal(got.Data, want.Data) {
			t.Fatalf("%s differs: %s of %d bytes, want %s of %d", h, got.Kind, len(got.Data), want.Kind, len(want.Data))
		}
		compareParsed(t, s, git, want)
	}
}

func compareParsed(t *testing.T, s gitops.Objects, git *gittest.Reader, obj gitops.Object) {
	t.Helper()
	var got, want any
	var err error
	switch obj.Kind {
	case gitops.KindCommit:
		got, err = s.Commit(obj.Hash)
		want, _ = git.Commit(obj.Hash)
	case gitops.KindTree:
		got, err = s.Tree(obj.Hash)
		want, _ = git.Tree(obj.Hash)
	case gitops.KindBlob:
		got, err = s.Blob(obj.Hash)
		want, _ = git.Blob(obj.Hash)
	default:
		return
	}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%s %s: %v, %v, want %v", obj.Kind, obj.Hash, got, err, want)
	}
}

func TestEveryLayoutReadsLikeGit(t *testing.T) {
	for name, arrange := range map[string]func(*gittest.Repo) *gittest.Repo{
		"loose": func(r *gittest.Repo) *gittest.Repo { return r },
		"packed": func(r *gittest.Repo) *gittest.Repo {
			r.Git("gc", "--quiet", "--aggressive")
			return r
		},
		"deltas by id": func(r *gittest.Repo) *gittest.Repo {
			r.Git("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")
			return r
		},
		"several packs and loose": func(r *gittest.Repo) *gittest.Repo {
			r.Git("repack", "-dq")
			r.Commit("more", map[string]string{"more": "1"})
			r.Git("repack", "-dq")
			r.Commit("loose", map[string]string{"more": "2"})
			return r
		},
		"offsets of 64 bits": func(r *gittest.Repo) *gittest.Repo {
			r.Git("repack", "-adfq")
			pack := onlyPack(r)
			must(os.Remove(strings.TrimSuffix(pack, ".pack") + ".idx"))
			r.Git("index-pack", "--index-version=2,0x40", pack)
			return r
		},
		"index version 1": func(r *gittest.Repo) *gittest.Repo {
			r.Git("-c", "pack.indexVersion=1", "repack", "-adfq")
			return r
		},
		"alternates": func(r *gittest.Repo) *gittest.Repo {
			r.Git("gc", "--quiet")
			c := r.At(filepath.Join(filepath.Dir(r.Dir), "shared"))
			r.Git("clone", "--quiet", "--shared", r.Dir, c.Dir)
			c.Commit("own", map[string]string{"own": "1"})
			return c
		},
		"relative alternates of alternates": func(r *gittest.Repo) *gittest.Repo {
			b := r.At(filepath.Join(filepath.Dir(r.Dir), "b"))
			r.Git("clone", "--quiet", "--shared", r.Dir, b.Dir)
			b.Commit("own", map[string]string{"own": "1"})
			c := r.At(filepath.Join(filepath.Dir(r.Dir), "c"))
			b.Git("clone", "--quiet", "--shared", b.Dir, c.Dir)
			must(os.WriteFile(c.Path(".git/objects/info/alternates"), []byte("# near\n../../../b/.git/objects\n"), 0o644))
			return c
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := arrange(history(t, 1))
			same(t, openStore(t, r.GitDir()), r)
		})
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func onlyPack(r *gittest.Repo) string {
	packs, err := filepath.Glob(filepath.Join(r.GitDir(), "objects", "pack", "*.pack"))
	if err != nil || len(packs) != 1 {
		panic(fmt.Sprint("want one pack, have ", packs, err))
	}
	return packs[0]
}

func TestReadersAtOnce(t *testing.T) {
	r := history(t, 2)
	r.Git("gc", "--quiet", "--aggressive")
	ids := allIDs(r)
	want := map[gitops.Hash][]byte{}
	git := r.Objects()
	for _, h := range ids {
		obj, err := git.Object(h)
		if err != nil {
			t.Fatal(err)
		}
		want[h] = obj.Data
	}
	s := openStore(t, r.GitDir())
	var wg sync.WaitGroup
	for seed := range int64(8) {
		wg.Go(func() {
			rng := rand.New(rand.NewSource(seed))
			for range 300 {
				h := ids[rng.Intn(len(ids))]
				obj, err := s.Object(h)
				if err != nil || !bytes.Equal(obj.Data, want[h]) {
					t.Errorf("%s: %v", h, err)
					return
				}
				if _, err := s.Blob(gitops.HashObject(gitops.KindBlob, []byte{byte(rng.Intn(256)), 1})); !errors.Is(err, gitops.ErrMissing) {
					t.Errorf("missing object: %v", err)
				}
			}
		})
	}
	wg.Wait()
}

func TestMissingAndWrongKind(t *testing.T) {
	r := history(t, 3)
	s := openStore(t, r.GitDir())
	none := gitops.MustHash(strings.Repeat("ab", 20))
	_, err := s.Commit(none)
	if !errors.Is(err, gitops.ErrMissing) || gitops.CodeOf(err) != gitops.CodeMissingObject {
		t.Fatalf("missing commit: %v", err)
	}
	var absent *gitops.MissingObject
	if !errors.As(err, &absent) || absent.Hash != none {
		t.Fatalf("the error does not name the object: %v", err)
	}
	var kind *objstore.KindError
	if _, err := s.Blob(r.Head()); !errors.As(err, &kind) || kind.Got != gitops.KindCommit || kind.Want != gitops.KindBlob {
		t.Fatalf("commit read as a blob: %v", err)
	}
	if s.Has(none) || !s.Has(r.Head()) {
		t.Fatal("Has is wrong")
	}
	if entries, err := s.Tree(gitops.EmptyTree); err != nil || len(entries) != 0 {
		t.Fatalf("empty tree: %v, %v", entries, err)
	}
	if _, err := objstore.Open(t.TempDir(), objstore.Options{}); err == nil {
		t.Fatal("a folder without objects opened")
	}
}

func TestObjectsThatAppearAreFound(t *testing.T) {
	r := history(t, 4)
	r.Git("gc", "--quiet")
	s := openStore(t, r.GitDir())
	if _, err := s.Commit(r.Head()); err != nil {
		t.Fatal(err)
	}
	loose := r.Commit("loose", map[string]string{"new": "1"})
	if _, err := s.Commit(loose); err != nil {
		t.Fatal("new loose object: ", err)
	}
	packed := r.Commit("packed", map[string]string{"new": "2"})
	r.Git("repack", "-adfq")
	if _, err := s.Commit(packed); err != nil {
		t.Fatal("object of a new pack: ", err)
	}
	// All that was opened before is gone from disk by now, and still reads.
	same(t, s, r)
}

// A repack may take a pack away after its index was opened and before the pack
// itself was.
func TestRepackBeforeTheFirstRead(t *testing.T) {
	r := history(t, 5)
	r.Git("gc", "--quiet")
	s := openStore(t, r.GitDir())
	r.Commit("more", map[string]string{"new": "1"})
	r.Git("repack", "-adfq")
	same(t, s, r)
}

// Every object stays readable at every moment while repacks move it about.
func TestReadingBesideRepacks(t *testing.T) {
	r := history(t, 9)
	ids := allIDs(r)
	dir := r.GitDir()
	s := openStore(t, dir)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for seed := range int64(2) {
		wg.Go(func() {
			rng := rand.New(rand.NewSource(seed))
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				h := ids[rng.Intn(len(ids))]
				if _, err := s.Object(h); err != nil {
					t.Error(err)
					return
				}
				// A store that was opened a moment ago has nothing mapped yet.
				if n%20 == 0 {
					readFresh(t, dir, h)
				}
			}
		})
	}
	for i := range 6 {
		r.Commit(fmt.Sprint("more ", i), map[string]string{"more": fmt.Sprint(i)})
		r.Git("repack", "-adfq", "--window="+fmt.Sprint(i%2*10))
	}
	close(done)
	wg.Wait()
}

func readFresh(t *testing.T, dir string, h gitops.Hash) {
	s, err := objstore.Open(dir, objstore.Options{})
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Object(h); err != nil {
		t.Error(err)
	}
}

func TestReplacedCommitReadsAsGitShowsIt(t *testing.T) {
	r := history(t, 6)
	old := r.Head()
	other := r.Rev("HEAD~2")
	r.Git("replace", old.String(), other.String())
	check := func() {
		t.Helper()
		got, err := openStore(t, r.GitDir()).Commit(old)
		want, err2 := r.Objects().Commit(old)
		if err != nil || err2 != nil || !reflect.DeepEqual(got.Parents, want.Parents) || got.Message != want.Message || got.Hash != old {
			t.Fatalf("replaced: %+v, %v, want %+v, %v", got, err, want, err2)
		}
	}
	check()
	r.Git("pack-refs", "--all")
	check()
	s, err := objstore.Open(r.GitDir(), objstore.Options{NoReplace: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if c, err := s.Commit(old); err != nil || c.Subject() != "commit 11" {
		t.Fatalf("not replaced: %+v, %v", c, err)
	}
}

func TestAbbreviated(t *testing.T) {
	for _, packed := range []bool{false, true} {
		r := history(t, 7)
		if packed {
			r.Git("gc", "--quiet")
		}
		s := openStore(t, r.GitDir())
		for _, h := range allIDs(r) {
			for _, n := range []int{2, 3, 7, 40} {
				digits := h.String()[:n]
				var want []gitops.Hash
				for _, other := range allIDs(r) {
					if strings.HasPrefix(other.String(), digits) {
						want = append(want, other)
					}
				}
				got, err := s.Abbreviated(strings.ToUpper(digits))
				if err != nil || !reflect.DeepEqual(got, want) {
					t.Fatalf("%s: %v, %v, want %v", digits, got, err, want)
				}
			}
			break
		}
		if _, err := s.Abbreviated("xyz1"); err == nil {
			t.Fatal("xyz1 is no abbreviation")
		}
		if all, err := s.All(); err != nil || !reflect.DeepEqual(all, allIDs(r)) {
			t.Fatalf("all objects: %d, %v", len(all), err)
		}
	}
}

func TestClosedStoreAnswersWithAnError(t *testing.T) {
	r := history(t, 8)
	s, err := objstore.Open(r.GitDir(), objstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Commit(r.Head()); err == nil {
		t.Fatal("read from a closed store")
	}
}
