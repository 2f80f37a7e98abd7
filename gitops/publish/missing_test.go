package publish

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// partial is a clone that left objects out.
func (w *world) partial(args ...string) *gittest.Repo {
	w.t.Helper()
	w.origin.Git("config", "uploadpack.allowFilter", "true")
	w.origin.Git("config", "uploadpack.allowAnySHA1InWant", "true")
	return w.origin.Clone(append(args, "--no-checkout")...)
}

// lacking lists what a partial clone left out, as far as the objects that are
// there tell of it.
func lacking(r *gittest.Repo) []gitops.Hash {
	var ids []gitops.Hash
	for _, line := range strings.Fields(r.Git("rev-list", "--objects", "--missing=print", "--all")) {
		if id, ok := strings.CutPrefix(line, "?"); ok {
			h, err := gitops.ParseHash(id)
			if err != nil {
				panic(err)
			}
			ids = append(ids, h)
		}
	}
	return ids
}

// filled fetches all of it: trees first, then what they name.
func (w *world) filled(r *gittest.Repo) *gittest.Repo {
	w.t.Helper()
	for ids := lacking(r); len(ids) > 0; ids = lacking(r) {
		if err := w.git(r).FetchObjects(context.Background(), "origin", ids); err != nil {
			w.t.Fatal(err)
		}
		if rest := lacking(r); len(rest) > 0 && rest[0] == ids[0] {
			w.t.Fatalf("%s did not come", rest[0])
		}
	}
	return r
}

// beforeLazySwitch is git as it was before it knew GIT_NO_LAZY_FETCH.
func beforeLazySwitch(t *testing.T) func(*Options) {
	path := filepath.Join(t.TempDir(), "git")
	write(t, path, "#!/bin/sh\nunset GIT_NO_LAZY_FETCH\nexec git \"$@\"\n", 0o755)
	return func(o *Options) { o.Program = path }
}

// TestComputingFetchesNothing: a check that misses objects fails, and the clone
// is as partial as before.
func TestComputingFetchesNothing(t *testing.T) {
	t.Parallel()
	for _, filter := range []string{"blob:none", "tree:0"} {
		for _, old := range []bool{false, true} {
			w := newWorld(t)
			p := w.plan(w.bad)
			r := w.partial("--filter=" + filter)
			var change []func(*Options)
			if old {
				change = append(change, beforeLazySwitch(t))
			}
			before, refs := len(lacking(r)), r.Fingerprint()
			g := w.git(r, change...)
			if _, err := g.CrossCheck(context.Background(), p); err == nil {
				t.Errorf("%s, old %v: checked without the objects", filter, old)
			}
			m := p.Merges[0]
			if _, err := g.MergeTree(context.Background(), m.Base, m.Ours, m.Theirs); err == nil {
				t.Errorf("%s, old %v: merged without the objects", filter, old)
			}
			if after := len(lacking(r)); after != before {
				t.Errorf("%s, old %v: %d objects were missing, %d are now", filter, old, before, after)
			}
			if after := r.Fingerprint(); after != refs {
				t.Errorf("%s, old %v: changed:\n%s", filter, old, lineDiff(refs, after))
			}
		}
	}
}

func TestFetchObjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.partial("--filter=blob:none", "--depth=3")
	ids := lacking(r)
	if len(ids) < 3 {
		t.Fatalf("only %d objects are missing", len(ids))
	}
	shallow, err := os.ReadFile(filepath.Join(r.GitDir(), "shallow"))
	if err != nil {
		t.Fatal(err)
	}
	refs := r.Git("for-each-ref")
	if err := w.git(r).FetchObjects(context.Background(), "origin", ids[:2]); err != nil {
		t.Fatal(err)
	}
	if rest := lacking(r); len(rest) != len(ids)-2 {
		t.Errorf("%d of %d are missing still: no more and no less than asked for may come", len(rest), len(ids))
	}
	if now, _ := os.ReadFile(filepath.Join(r.GitDir(), "shallow")); string(now) != string(shallow) {
		t.Error("the history was deepened")
	}
	if now := r.Git("for-each-ref"); now != refs {
		t.Errorf("refs changed:\n%s", lineDiff(refs, now))
	}
	if _, err := os.Stat(filepath.Join(r.GitDir(), "FETCH_HEAD")); err == nil {
		t.Error("FETCH_HEAD was written")
	}
}

func TestFetchObjectsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.partial("--filter=blob:none")
	never := gitops.HashObject(gitops.KindBlob, []byte("nobody has this"))
	err := w.git(r).FetchObjects(context.Background(), "origin", []gitops.Hash{never})
	if gitops.CodeOf(err) != gitops.CodeMissingObject {
		t.Errorf("nobody has it: %v", err)
	}
	before := r.Fingerprint()
	r.Git("remote", "set-url", "origin", filepath.Join(t.TempDir(), "gone"))
	config := r.Fingerprint()
	err = w.git(r).FetchObjects(context.Background(), "origin", lacking(r))
	if gitops.CodeOf(err) != gitops.CodeRemoteUnreached {
		t.Errorf("a dead remote: %v", err)
	}
	if before == "" || r.Fingerprint() != config {
		t.Error("something changed")
	}
	if err = w.git(r).FetchObjects(context.Background(), "nobody", lacking(r)); gitops.CodeOf(err) != gitops.CodeNoRemote {
		t.Errorf("no such remote: %v", err)
	}
}
