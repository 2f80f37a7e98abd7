package objstore

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/lru"
)

// FuzzPackInMemory is FuzzPack without files between, some thousand times as
// fast, and past the checks that a whole file must pass first: any bytes for
// the entries of a pack and for its index. What is read under an id has that
// id, and what is read of its beginning is an error or an answer, never a crash.
func FuzzPackInMemory(f *testing.F) {
	r := gittest.New(f)
	text := strings.Repeat("some line\n", 60)
	r.Commit("one", map[string]string{"a": text, "b": "b\n"})
	r.Commit("two", map[string]string{"a": text + "more\n", "b": "c\n"})
	r.AnnotatedTag("v1.0.0")
	for _, args := range [][]string{{"repack", "-adfq"}, {"-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq"}} {
		r.Git(args...)
		packs, err := filepath.Glob(filepath.Join(r.GitDir(), "objects", "pack", "pack-*.pack"))
		if err != nil || len(packs) != 1 {
			f.Fatal(packs, err)
		}
		pack, err := os.ReadFile(packs[0])
		if err != nil {
			f.Fatal(err)
		}
		idx, err := os.ReadFile(strings.TrimSuffix(packs[0], ".pack") + ".idx")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(pack, idx)
	}
	f.Fuzz(func(t *testing.T, data, idx []byte) {
		x, err := parseIndex(idx)
		if err != nil || len(data) < packHeader+idLen {
			return
		}
		p := &pack{path: "pack-1.pack", idx: x, data: mapping{bytes: data}}
		p.ready.Store(true)
		s := &Store{
			opts:    Options{MaxObject: 1 << 20},
			packs:   []*pack{p},
			bases:   lru.New[baseKey, gitops.Object](1 << 20),
			commits: lru.New[gitops.Hash, gitops.Commit](1 << 20),
		}
		for row := range min(x.count, 40) {
			h := gitops.Hash(x.id(row))
			obj, ok, err := s.fromPack(p, h)
			if ok && (err != nil || gitops.HashObject(obj.Kind, obj.Data) != h) {
				t.Fatalf("%s: wrong content: %v", h, err)
			}
			s.quickLinks(h)
			s.Graph().Origin(h)
		}
	})
}
