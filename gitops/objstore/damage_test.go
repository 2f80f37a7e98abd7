package objstore_test

import (
	"bytes"
	"errors"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/objstore"
)

// readAll reads every object and insists on right content or an error. It
// gives how many were errors.
func readAll(t *testing.T, dir string, want map[gitops.Hash]gitops.Object) (bad int) {
	t.Helper()
	s, err := objstore.Open(dir, objstore.Options{MaxObject: 1 << 22})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for h, obj := range want {
		got, err := s.Object(h)
		if err != nil {
			bad++
			code := gitops.CodeOf(err)
			if code != gitops.CodeDamagedObject && code != gitops.CodeMissingObject {
				t.Fatalf("%s: %v has code %s", h, err, code)
			}
			continue
		}
		if got.Kind != obj.Kind || !bytes.Equal(got.Data, obj.Data) {
			t.Fatalf("%s: wrong content without an error", h)
		}
	}
	return bad
}

func everything(t *testing.T, r *gittest.Repo) map[gitops.Hash]gitops.Object {
	t.Helper()
	git := r.Objects()
	all := map[gitops.Hash]gitops.Object{}
	for _, h := range allIDs(r) {
		obj, err := git.Object(h)
		if err != nil {
			t.Fatal(err)
		}
		all[h] = obj
	}
	return all
}

// overwrite replaces a file that git wrote read-only, under a new inode as a
// bad copy would be.
func overwrite(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFlippedBytesAreErrorsNeverWrongContent(t *testing.T) {
	r := history(t, 11)
	r.Git("repack", "-adfq")
	want := everything(t, r)
	pack := onlyPack(r)
	for _, path := range []string{pack, strings.TrimSuffix(pack, ".pack") + ".idx"} {
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewSource(1))
		told := 0
		for range 60 {
			hurt := bytes.Clone(whole)
			hurt[rng.Intn(len(hurt))] ^= byte(1 + rng.Intn(255))
			overwrite(t, path, hurt)
			told += readAll(t, r.GitDir(), want)
		}
		if told == 0 {
			t.Errorf("no damage of %s was ever told", filepath.Base(path))
		}
		for _, n := range []int{0, 1, 11, 12, 31, 1000, len(whole) / 2, len(whole) - 1} {
			overwrite(t, path, whole[:min(n, len(whole))])
			if readAll(t, r.GitDir(), want) == 0 {
				t.Errorf("%s cut to %d bytes was not told", filepath.Base(path), n)
			}
		}
		overwrite(t, path, whole)
		if n := readAll(t, r.GitDir(), want); n != 0 {
			t.Fatalf("%d errors in the whole pack", n)
		}
	}
}

// An index that leads to a whole object, only not the one that it names, is
// what no checksum of zlib sees.
func TestIndexThatNamesAnotherObject(t *testing.T) {
	r := history(t, 15)
	r.Git("repack", "-adfq")
	want := everything(t, r)
	path := strings.TrimSuffix(onlyPack(r), ".pack") + ".idx"
	idx, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := len(want)
	offsets := idx[8+1024+n*24 : 8+1024+n*28]
	for i := 0; i+8 <= len(offsets); i += 8 {
		for j := range 4 {
			offsets[i+j], offsets[i+4+j] = offsets[i+4+j], offsets[i+j]
		}
	}
	overwrite(t, path, idx)
	if bad := readAll(t, r.GitDir(), want); bad != n-n%2 {
		t.Fatalf("%d errors, want %d", bad, n-n%2)
	}
}

// A repack may write other bytes under the name that a pack had before.
func TestPackReplacedUnderItsName(t *testing.T) {
	r := history(t, 16)
	r.Git("repack", "-adq", "--depth=1")
	pack := onlyPack(r)
	s := openStore(t, r.GitDir())
	r.Commit("more", map[string]string{"more": strings.Repeat("m", 5000)})
	r.Git("repack", "-adfq")
	for _, ext := range []string{".idx", ".pack"} {
		data, err := os.ReadFile(strings.TrimSuffix(onlyPack(r), ".pack") + ext)
		if err != nil {
			t.Fatal(err)
		}
		overwrite(t, strings.TrimSuffix(pack, ".pack")+ext, data)
		defer func() { _ = os.Remove(strings.TrimSuffix(pack, ".pack") + ext) }()
	}
	for _, other := range packsExcept(pack) {
		overwrite(t, other, []byte("not a pack any more, and longer than the least that one has"))
	}
	if _, err := s.Commit(r.Rev("HEAD~1")); err != nil {
		t.Fatal(err)
	}
}

func packsExcept(pack string) []string {
	all, err := filepath.Glob(filepath.Join(filepath.Dir(pack), "*.pack"))
	must(err)
	var others []string
	for _, p := range all {
		if p != pack {
			others = append(others, p)
		}
	}
	return others
}

func TestDamagedLooseObject(t *testing.T) {
	r := history(t, 12)
	head := r.Head()
	path := r.Path(".git/objects", head.String()[:2], head.String()[2:])
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(r.Path(".git/objects", r.Rev("HEAD~1").String()[:2], r.Rev("HEAD~1").String()[2:]))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty": nil, "cut": whole[:len(whole)/2], "another's content": other, "no zlib": []byte("hello"),
	} {
		overwrite(t, path, data)
		if _, err := openStore(t, r.GitDir()).Commit(head); gitops.CodeOf(err) != gitops.CodeDamagedObject {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A file that is cut short while it is mapped faults on access; that must not
// end the program.
func TestPackCutShortWhileOpen(t *testing.T) {
	r := history(t, 13)
	r.Git("repack", "-adfq")
	want := everything(t, r)
	s := openStore(t, r.GitDir())
	if _, err := s.Object(r.Head()); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(onlyPack(r), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(onlyPack(r), 0); err != nil {
		t.Fatal(err)
	}
	bad := 0
	for h, obj := range want {
		got, err := s.Object(h)
		if err != nil {
			bad++
		} else if !bytes.Equal(got.Data, obj.Data) {
			t.Fatalf("%s: wrong content without an error", h)
		}
	}
	if bad == 0 {
		t.Fatal("a vanished pack was never told")
	}
}

func TestWholeCopyStandsInForDamagedOne(t *testing.T) {
	r := history(t, 14)
	want := everything(t, r)
	// -a without -d leaves the loose objects beside the pack.
	r.Git("repack", "-aq")
	pack := onlyPack(r)
	whole, err := os.ReadFile(pack)
	if err != nil {
		t.Fatal(err)
	}
	hurt := bytes.Clone(whole)
	for i := 12; i < len(hurt)-20; i += 7 {
		hurt[i] ^= 0x55
	}
	overwrite(t, pack, hurt)
	if n := readAll(t, r.GitDir(), want); n != 0 {
		t.Fatalf("%d errors although every object has a whole loose copy", n)
	}
}

func TestObjectLargerThanTheLimit(t *testing.T) {
	r := gittest.New(t)
	r.Commit("big", map[string]string{"big": strings.Repeat("0123456789abcdef", 1000)})
	blob := r.Rev("HEAD:big")
	for _, packed := range []bool{false, true} {
		if packed {
			r.Git("gc", "--quiet")
		}
		s, err := objstore.Open(r.GitDir(), objstore.Options{MaxObject: 15999})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Blob(blob); err == nil {
			t.Error("read an object beyond the limit")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// FuzzPack feeds any bytes as a pack and its index.
func FuzzPack(f *testing.F) {
	r := gittest.New(f)
	r.Commit("one", map[string]string{"a": strings.Repeat("some line\n", 60)})
	r.Commit("two", map[string]string{"a": strings.Repeat("some line\n", 60) + "more\n"})
	var ids []gitops.Hash
	for _, args := range [][]string{{"repack", "-adfq"}, {"-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq"}} {
		r.Git(args...)
		pack, err := os.ReadFile(onlyPack(r))
		must(err)
		idx, err := os.ReadFile(strings.TrimSuffix(onlyPack(r), ".pack") + ".idx")
		must(err)
		f.Add(pack, idx)
		ids = allIDs(r)
	}
	dir := f.TempDir()
	must(os.MkdirAll(filepath.Join(dir, "objects", "pack"), 0o755))
	f.Fuzz(func(t *testing.T, pack, idx []byte) {
		overwrite(t, filepath.Join(dir, "objects", "pack", "pack-1.pack"), pack)
		overwrite(t, filepath.Join(dir, "objects", "pack", "pack-1.idx"), idx)
		s, err := objstore.Open(dir, objstore.Options{MaxObject: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		named, err := s.All()
		if err != nil {
			t.Fatal(err)
		}
		if len(named) > 50 {
			named = named[:50]
		}
		for _, h := range append(named, ids...) {
			obj, err := s.Object(h)
			if err == nil && gitops.HashObject(obj.Kind, obj.Data) != h {
				t.Fatalf("%s: wrong content without an error", h)
			}
		}
	})
}
