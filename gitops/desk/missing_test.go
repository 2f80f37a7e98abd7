package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// busyShop is a history in which every kind of remedy has contents to merge:
// later edits in the suspects' files, a file that moved, folders that nobody
// touches.
func busyShop(t *testing.T) (*gittest.Repo, *gittest.Bare) {
	t.Helper()
	r := gittest.New(t)
	lines := func(change map[int]string) string {
		var b strings.Builder
		for i := range 40 {
			if s, ok := change[i]; ok {
				b.WriteString(s + "\n")
			} else {
				fmt.Fprintf(&b, "line %d\n", i)
			}
		}
		return b.String()
	}
	start := map[string]string{"app/total": lines(nil), "app/tax": lines(map[int]string{1: "tax"})}
	for i := range 8 {
		start[fmt.Sprintf("docs/%d/page", i)] = fmt.Sprintf("page %d\n", i)
	}
	r.Commit("Start", start)
	r.AnnotatedTag("v1.0.0")
	r.Commit("Round totals", map[string]string{"app/total": lines(map[int]string{5: "round"})})
	r.Commit("Round taxes", map[string]string{"app/tax": lines(map[int]string{1: "tax", 8: "round"})})
	r.AnnotatedTag("v1.1.0")
	r.Commit("Totals in cents", map[string]string{"app/total": lines(map[int]string{5: "round", 20: "cents"})})
	r.Git("mv", "app/tax", "app/vat")
	r.Commit("Taxes are VAT", map[string]string{"app/vat": lines(map[int]string{1: "tax", 8: "round", 30: "vat"})})
	r.Commit("A page", map[string]string{"docs/3/page": "new page\n"})
	return r, r.WithRemote()
}

func partialClone(origin *gittest.Bare, args ...string) *gittest.Repo {
	origin.Git("config", "uploadpack.allowFilter", "true")
	origin.Git("config", "uploadpack.allowAnySHA1InWant", "true")
	return origin.Clone(append(args, "--no-checkout")...)
}

// lacking counts what a partial clone left out, as far as what is there names it.
func lacking(r *gittest.Repo) int {
	return strings.Count("\n"+r.Git("rev-list", "--objects", "--missing=print", "--all"), "\n?")
}

func packs(t *testing.T, r *gittest.Repo) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(r.GitDir(), "objects", "pack", "*.pack"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

func remedies(t *testing.T, r *gittest.Repo) map[string]gitops.Remedy {
	t.Helper()
	total, tax := r.Rev("v1.1.0~1"), r.Rev("v1.1.0^{commit}")
	return map[string]gitops.Remedy{
		"one":        {Commits: []gitops.Hash{total}},
		"renamed":    {Commits: []gitops.Hash{tax}},
		"several":    {Commits: []gitops.Hash{total, tax}, Each: true},
		"deployment": {Kind: gitops.RevertDeployment, Deployment: "v1.1.0"},
		"restore":    {Kind: gitops.RestoreDeployment, Deployment: "v1.0.0"},
	}
}

// TestPartialClone: planning in a partial clone fetches nothing and names what
// it misses; once a person lets it fetch, it has the plan of a whole clone, in
// a few requests, and what it did not need is still not there.
func TestPartialClone(t *testing.T) {
	ctx := context.Background()
	whole, origin := busyShop(t)
	for name, remedy := range remedies(t, whole) {
		if remedy.Kind == "" {
			remedy.Kind = gitops.RevertCommits
		}
		remedy.Reason = "broken"
		all := open(t, whole)
		want, err := all.Plan(ctx, look(t, all), remedy)
		if err != nil || want.Verdict != gitops.VerdictClean {
			t.Fatalf("%s: %v %v", name, want.Verdict, err)
		}
		for _, filter := range []string{"blob:none", "tree:0"} {
			t.Run(name+" "+filter, func(t *testing.T) {
				r := partialClone(origin, "--filter="+filter)
				missing, before := lacking(r), packs(t, r)
				d := open(t, r)
				snap := look(t, d)
				_, err := d.Plan(ctx, snap, remedy)
				var absent *gitops.Absent
				if !errors.As(err, &absent) || gitops.CodeOf(err) != gitops.CodeMissingObject || absent.Remote != "origin" {
					t.Fatalf("the error is %v", err)
				}
				if !strings.Contains(err.Error(), fmt.Sprint(len(absent.Objects))) || !strings.Contains(err.Error(), absent.Objects[0].String()) {
					t.Errorf("%v does not name what is missing", err)
				}
				if lacking(r) != missing || packs(t, r) != before {
					t.Fatal("planning fetched something")
				}
				if err := d.FetchMissing(ctx, snap, remedy); err != nil {
					t.Fatal(err)
				}
				got, err := d.Plan(ctx, snap, remedy)
				if err != nil || got.Tree != want.Tree || got.ID != want.ID || len(got.Files) != len(want.Files) {
					t.Errorf("tree %s of %s, %d files; the whole clone has %s of %s, %d files: %v",
						got.Tree, got.ID, len(got.Files), want.Tree, want.ID, len(want.Files), err)
				}
				if err := d.Check(ctx, got); err != nil {
					t.Error(err)
				}
				if n := packs(t, r) - before; n < 1 || n > 8 {
					t.Errorf("%d requests", n)
				}
				if filter == "blob:none" && lacking(r) < 8 {
					t.Errorf("%d objects are missing still: pages that nobody touched came along", lacking(r))
				}
			})
		}
	}
}

func TestPartialCloneVerdicts(t *testing.T) {
	ctx := context.Background()
	whole, origin := busyShop(t)
	r := partialClone(origin, "--filter=blob:none")
	d, all := open(t, r), open(t, whole)
	snap := look(t, d)
	unknown := 0
	missing := lacking(r)
	for _, c := range snap.Commits {
		if _, err := d.Judge(ctx, snap, c.Hash); err != nil {
			unknown++
			if gitops.CodeOf(err) != gitops.CodeMissingObject || strings.Contains(err.Error(), "blob") {
				t.Errorf("%s: %v", c.Subject(), err)
			}
		}
		if files, err := d.Touches(ctx, c.Hash); err != nil || len(files) == 0 || !files[0].Uncounted {
			t.Errorf("%s touches %v %v", c.Subject(), files, err)
		}
	}
	if unknown == 0 || lacking(r) != missing {
		t.Fatalf("%d are unknown, %d objects came", unknown, missing-lacking(r))
	}
	if err := d.FetchForVerdicts(ctx, snap); err != nil {
		t.Fatal(err)
	}
	for _, c := range snap.Commits {
		got, err := d.Judge(ctx, snap, c.Hash)
		want, _ := all.Judge(ctx, look(t, all), c.Hash)
		if err != nil || got != want {
			t.Errorf("%s: %v %v, the whole clone says %v", c.Subject(), got, err, want)
		}
	}
	if n := packs(t, r); n > 5 {
		t.Errorf("%d packs for %d commits", n, len(snap.Commits))
	}
}

func TestPartialCloneWithoutItsRemote(t *testing.T) {
	ctx := context.Background()
	_, origin := busyShop(t)
	r := partialClone(origin, "--filter=blob:none")
	d := open(t, r)
	snap := look(t, d)
	if err := os.Rename(origin.Dir, origin.Dir+".away"); err != nil {
		t.Fatal(err)
	}
	before := r.Fingerprint()
	remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{r.Rev("v1.1.0~1")}}
	if err := d.FetchMissing(ctx, snap, remedy); gitops.CodeOf(err) != gitops.CodeRemoteUnreached {
		t.Errorf("%v", err)
	}
	if r.Fingerprint() != before {
		t.Error("something changed")
	}
}

// TestPartialCloneIsNotDeepened: what a shallow history lacks is no object of a
// promise.
func TestPartialCloneIsNotDeepened(t *testing.T) {
	ctx := context.Background()
	_, origin := busyShop(t)
	r := partialClone(origin, "--filter=blob:none", "--depth=4")
	shallow, err := os.ReadFile(filepath.Join(r.GitDir(), "shallow"))
	if err != nil {
		t.Fatal(err)
	}
	d := open(t, r)
	snap := look(t, d)
	for _, c := range snap.Commits {
		remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{c.Hash}}
		if err := d.FetchMissing(ctx, snap, remedy); err != nil {
			t.Errorf("%s: %v", c.Subject(), err)
		}
		if _, err := d.Plan(ctx, snap, remedy); err != nil {
			t.Errorf("%s: %v", c.Subject(), err)
		}
	}
	if now, _ := os.ReadFile(filepath.Join(r.GitDir(), "shallow")); string(now) != string(shallow) {
		t.Error("the history was deepened")
	}
}

// TestPartialCloneStepByStep: what is here from one plan, and what is not, mix
// in the next one; contents below trees that are missing too must still come.
func TestPartialCloneStepByStep(t *testing.T) {
	ctx := context.Background()
	whole, origin := busyShop(t)
	all := open(t, whole)
	wants := look(t, all)
	r := partialClone(origin, "--filter=tree:0")
	d := open(t, r)
	snap := look(t, d)
	for _, c := range snap.Commits {
		remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{c.Hash}}
		want, _ := all.Plan(ctx, wants, remedy)
		if err := d.FetchMissing(ctx, snap, remedy); err != nil {
			t.Fatalf("%s: %v", c.Subject(), err)
		}
		got, err := d.Plan(ctx, snap, remedy)
		if err != nil || got.ID != want.ID || got.Verdict != want.Verdict {
			t.Errorf("%s: %v %v, the whole clone says %v", c.Subject(), got.Verdict, err, want.Verdict)
		}
	}
}

// TestAbsentKindsAreNotMixed: see rehearsal.absent.
func TestAbsentKindsAreNotMixed(t *testing.T) {
	_, origin := busyShop(t)
	d := open(t, partialClone(origin, "--filter=tree:0"))
	r := newRehearsal(d.repo.Objects())
	blob, tree := gitops.HashObject(gitops.KindBlob, []byte("x")), look(t, d).Commits[0].Tree
	if data, err := r.Blob(blob); err != nil || len(data) == 0 {
		t.Fatalf("%q %v", data, err)
	}
	if got := r.absent(); len(got) != 1 || got[0] != blob {
		t.Errorf("absent: %v", got)
	}
	if _, err := r.Tree(tree); err != nil {
		t.Fatal(err)
	}
	if got := r.absent(); len(got) != 1 || got[0] != tree {
		t.Errorf("absent: %v", got)
	}
}
