package publish

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"ahead/gitops"
)

// TestWhatTheServerSaysOfASuccess: a hook that runs after the push can only
// speak, so its words must reach the person, as bytes and without git's own.
func TestWhatTheServerSaysOfASuccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Git("config", "color.ui", "always")
	w.mine.Hook("pre-push", "echo here only >&2")
	w.origin.Hook("post-receive", `cat >/dev/null
echo "warning: Bypassed rule violations for refs/heads/main:"
echo; echo "Resolving deltas: 100% (2/2), completed with 2 local objects." >&2
echo "  deploy failed · see https://ada:hunter2@ci.example.com/7" >&2`)
	p := w.plan(w.bad)
	r := w.ship(w.git(w.mine), p)
	w.readBack(p, r)
	_, got, _ := strings.Cut(stepOf(r, StepPush).Detail, ", v1.0.1 new")
	const want = "; origin says: warning: Bypassed rule violations for refs/heads/main: /   deploy failed · see https://***@ci.example.com/7"
	if got != want {
		t.Errorf("the push step ends in %q, want %q", got, want)
	}
}

func TestServerSays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                    "",
		"To origin\nerror: failed":            "",
		"remote: \nremote:\nremote:         ": "",
		"remote: Counting objects: 50% (1/2)\rremote: Counting objects: 100% (2/2), done.\nremote: Total 3 (delta 1), reused 0": "",
		"remote: Deploying hosts: 12, done\nremote: \xff raw \x1b[31m        \nTo x":                                            "Deploying hosts: 12, done / \xff raw \x1b[31m",
		"remote: one\nlocal\nremote: two": "one / two",
	} {
		if got := serverSays(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAbridge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, limit := rapid.String().Draw(t, "text"), 2*rapid.IntRange(8, 40).Draw(t, "half")
		got := abridge(text, limit)
		if len(text) <= limit && got != text || len(got) > limit+len(" … ") || !utf8.ValidString(got) {
			t.Fatalf("%q of %q", got, text)
		}
		head, tail, cut := strings.Cut(got, " … ")
		if len(text) > limit && (!cut || len(head)+len(tail) < limit-6 && !strings.Contains(text, " … ")) {
			t.Fatalf("%q of %q", got, text)
		}
		bytes := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		if got := abridge(bytes, limit); len(bytes) <= limit && got != bytes || len(got) > limit+len(" … ") {
			t.Fatalf("%q of %q", got, bytes)
		}
	})
}

// TestHintsFollowWhatWasRefused: advice about the branch does not help where
// the tag is the trouble, and the other way around.
func TestHintsFollowWhatWasRefused(t *testing.T) {
	t.Parallel()
	const tagHint, branchHint = "another name (--tag) or no tag (--no-tag)", "a protected branch may take a pull request only (--pull-request)"
	for name, c := range map[string]struct {
		hook, script string
		hint, names  string
	}{
		"tag":         {"update", "case $1 in refs/tags/*) exit 1;; esac", tagHint, "refs/tags/v1.0.1"},
		"branch":      {"update", "case $1 in refs/heads/*) exit 1;; esac", branchHint, "refs/heads/main"},
		"both":        {"update", "exit 1", branchHint, "refs/heads/main"},
		"pre-receive": {"pre-receive", "exit 1", branchHint, "refs/heads/main"},
		"pre-push":    {"pre-push", "exit 1", "skip it with: ahead revert … --no-verify", "the pre-push hook"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.plan(w.bad)
			if c.hook == "pre-push" {
				w.mine.Hook(c.hook, c.script)
			} else {
				w.origin.Hook(c.hook, c.script)
			}
			_, err := w.refused(w.git(w.mine), p, gitops.CodeRejected)
			var e *gitops.Error
			if !errors.As(err, &e) || !strings.HasSuffix(e.Hint, c.hint) || !strings.Contains(e.What, c.names) {
				t.Errorf("%q, hint %q", e.What, e.Hint)
			}
			if name == "tag" && strings.Contains(e.What, "refs/heads/") || name == "branch" && strings.Contains(e.What, "refs/tags/") {
				t.Errorf("names what only went down along: %q", e.What)
			}
		})
	}
}
