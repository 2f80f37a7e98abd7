package planner

import (
	"bytes"
	"compress/zlib"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// scratch is one real repository into which histories are written, object by
// object, so that git judges them without having been spawned to build them.
type scratch struct {
	*gittest.Repo
	t       gittest.TB
	objects string
	reader  *gittest.Reader
	written map[gitops.Hash]bool
}

func newScratch(t gittest.TB) *scratch {
	r := gittest.New(t)
	r.Git("config", "gc.auto", "0")
	// What is compared are trees; the disk's pace is no part of that.
	r.Git("config", "core.fsync", "none")
	return &scratch{Repo: r, t: t, objects: r.Path(".git", "objects"), reader: r.Objects(), written: map[gitops.Hash]bool{}}
}

// load writes all objects as loose ones.
func (s *scratch) load(objects memory) {
	for id, o := range objects {
		if s.written[id] {
			continue
		}
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		fmt.Fprintf(z, "%s %d\x00", o.Kind, len(o.Data))
		_, _ = z.Write(o.Data)
		_ = z.Close()
		name := id.String()
		dir := filepath.Join(s.objects, name[:2])
		if err := os.MkdirAll(dir, 0o755); err != nil {
			s.t.Fatalf("%v", err)
		}
		if err := os.WriteFile(filepath.Join(dir, name[2:]), b.Bytes(), 0o444); err != nil && !os.IsPermission(err) {
			s.t.Fatalf("%v", err)
		}
		s.written[id] = true
	}
}

// few runs a property that spawns git fewer times than others, unless
// -rapid.checks says how often.
func few(t *testing.T, prop func(*rapid.T)) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("24"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = checks.Value.Set(checks.DefValue) }()
	}
	rapid.Check(t, prop)
}
