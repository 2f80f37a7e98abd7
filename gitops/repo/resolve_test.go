package repo_test

import (
	"fmt"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

func TestResolveAsGitDoes(t *testing.T) {
	r, _ := project(t)
	r.CheckoutNew("topic")
	r.Commit("on topic", map[string]string{"b": "1\n"})
	r.Checkout("main")
	r.Commit("three", map[string]string{"c": "1\n"})
	merge := r.Merge("topic")
	r.Git("tag", "topic")
	r.Git("tag", "-a", "-m", "x", "v2-7-gabcdef0", "HEAD~1")
	r.Git("branch", "--", "cafe")
	r.Git("update-ref", "refs/heads/-odd", "HEAD~1")
	r.Git("update-ref", "refs/custom/thing", "HEAD~2")
	r.Git("update-ref", "ORIG_HEAD", "HEAD~1")
	revs := []string{
		"HEAD", "@", "@~1", "main", "refs/heads/main", "heads/main", "origin", "origin/main", "remotes/origin/main",
		"v1.0.0", "nested", "tags/v1.0.0", "light", "topic", "cafe", "refs/custom/thing", "custom/thing", "ORIG_HEAD",
		"team/one/feature", "origin/team/one/feature", "v2-7-gabcdef0",
		"HEAD~", "HEAD~1", "HEAD~2", "HEAD^", "HEAD^1", "HEAD^2", "HEAD^0", "HEAD~0", "HEAD^^", "HEAD^2~1", "HEAD^2^~0",
		"v1.0.0^0", "v1.0.0^{}", "v1.0.0^{commit}", "nested^{}", "nested~0",
		merge.String(), strings.ToUpper(merge.String()), merge.String()[:7], merge.String()[:12], merge.String()[:12] + "^2",
		"any-3-g" + merge.String()[:9],
	}
	for _, packed := range []bool{false, true} {
		if packed {
			r.Git("gc", "--quiet")
		}
		opened := open(t, r.Dir)
		for _, rev := range revs {
			want := r.Git("rev-parse", "--verify", "--end-of-options", rev+"^{commit}")
			got, err := opened.Resolve(ctx, rev)
			if err != nil || got.String() != want {
				t.Errorf("%q: %s, %v, git says %s", rev, got, err, want)
			}
		}
		if got, err := opened.Resolve(ctx, "-odd"); err != nil || got != r.Rev("HEAD~1") {
			t.Errorf("-odd: %s, %v", got, err)
		}
	}
}

func TestResolveRefusesTheRestInWords(t *testing.T) {
	r, _ := project(t)
	opened := open(t, r.Dir)
	tree := r.Rev("HEAD^{tree}").String()
	for rev, words := range map[string]string{
		"":                          "empty",
		"nope":                      "nope",
		"main@{1}":                  "@{",
		"@{u}":                      "@{",
		"HEAD:a":                    "colon",
		":/two":                     "colon",
		"main..topic":               "ranges",
		"^main":                     "exclusions",
		"HEAD^{tree}":               "behind",
		"HEAD^2":                    "parents",
		"HEAD~9":                    "parents",
		"HEAD~99999999999999999999": "large",
		"--all":                     "--all",
		"-n1":                       "-n1",
		"../../etc/passwd":          "",
		"config":                    "config",
		"refs/heads":                "refs/heads",
		"abc":                       "4 digits",
		"tree-tag":                  "is a tree",
		tree:                        "is a tree",
		tree[:10]:                   "no commit",
		strings.Repeat("ab", 20):    "git fetch",
		strings.Repeat("ab", 10):    "git fetch",
		"main\x00x":                 "",
	} {
		_, err := opened.Resolve(ctx, rev)
		wantCode(t, err, gitops.CodeUnknownCommit, words)
	}
}

func TestResolveListsTheCandidates(t *testing.T) {
	r := gittest.New(t)
	var stream strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter Ada <ada@example.com> %d +0000\ndata <<.\nedit %d\n.\n", 1700000000+i, i)
	}
	if _, err := r.GitInput(stream.String(), "fast-import", "--quiet"); err != nil {
		t.Fatal(err)
	}
	opened := open(t, r.Dir)
	seen := map[string]int{}
	for _, id := range strings.Fields(r.Git("rev-list", "--all")) {
		seen[id[:4]]++
	}
	shared := ""
	for digits, n := range seen {
		if n > 1 {
			shared = digits
		}
	}
	if shared == "" {
		t.Fatal("no two commits share four digits: make more of them")
	}
	_, err := opened.Resolve(ctx, shared)
	wantCode(t, err, gitops.CodeAmbiguousCommit, shared, "edit ")
	for digits, n := range seen {
		if n == 1 {
			want, gitErr := r.TryGit("rev-parse", "--verify", digits+"^{commit}")
			if got, err := opened.Resolve(ctx, digits); gitErr == nil && (err != nil || got.String() != want) {
				t.Fatalf("%s: %s, %v, git says %s", digits, got, err, want)
			}
			break
		}
	}
}
