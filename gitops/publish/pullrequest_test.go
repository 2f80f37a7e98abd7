package publish

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
)

// asked keeps what pull requests were asked for.
type asked struct {
	calls []string
	err   error
}

func (a *asked) Open(_ context.Context, from, into, title, body string) (string, error) {
	a.calls = append(a.calls, strings.Join([]string{from, into, title, body}, "|"))
	return "https://forge.example/pull/1", a.err
}

// byRequest is a plan that goes by a pull request.
func (w *world) byRequest(suspects ...gitops.Hash) gitops.Plan {
	w.t.Helper()
	p := w.plan(suspects...)
	p.Passage = gitops.Passage{
		Route: gitops.RoutePullRequest, Via: ViaName(p, "Round totals per line"),
		Link: "https://forge.example/compare/main..." + ViaName(p, "Round totals per line") + "?x=revert", Forge: "forge.example",
	}
	return p
}

// protect lets the server refuse everything that comes to main but from its
// own hand, as a forge does.
func (w *world) protect() {
	w.origin.Hook("update", `case "$1" in refs/heads/main|refs/tags/*) echo "main is protected: open a pull request" >&2; exit 1;; esac`)
}

func (w *world) sendByRequest(p gitops.Plan, opt ExecuteOptions) (gitops.Receipt, error) {
	w.t.Helper()
	return w.git(w.mine).Execute(context.Background(), p, opt)
}

func TestPullRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.protect()
	p := w.byRequest(w.bad)
	requests := &asked{}
	r, err := w.sendByRequest(p, ExecuteOptions{Requests: requests})
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, detailOf(err), steps(r))
	}
	via := "revert/" + w.bad.Short() + "-round-totals-per-line"
	if p.Passage.Via != via || w.origin.Rev(via) != r.Commit || w.origin.Rev("main") != w.tip || w.origin.Rev(via+"^") != w.tip {
		t.Errorf("%s\n%s", steps(r), w.remoteRefs())
	}
	if r.Route != gitops.RoutePullRequest || r.URL != "https://forge.example/pull/1" || r.Refs[0].Ref != "refs/heads/"+via || !strings.Contains(r.Refs[0].Evidence, via) {
		t.Errorf("%+v", r)
	}
	if strings.Contains(w.remoteRefs(), "refs/tags/v1.0.1") {
		t.Error("the tag was made before the merge")
	}
	if len(requests.calls) != 1 || !strings.HasPrefix(requests.calls[0], via+`|main|Revert "`) || !strings.Contains(requests.calls[0], "This reverts commit "+w.bad.String()) {
		t.Errorf("%q", requests.calls)
	}
	if last := stepOf(r, StepLand); last.State != gitops.StepWaiting {
		t.Errorf("%+v", last)
	}
}

// TestPullRequestByHand: without a forge to ask, or with one that fails, the
// page that opens the request is the answer.
func TestPullRequestByHand(t *testing.T) {
	t.Parallel()
	for name, requests := range map[string]Requests{"nobody to ask": nil, "failing": &asked{err: errors.New("forge.example has trouble of its own (502)")}} {
		w := newWorld(t)
		p := w.byRequest(w.bad)
		r, err := w.sendByRequest(p, ExecuteOptions{Requests: requests})
		if err != nil {
			t.Fatal(err)
		}
		open := stepOf(r, StepOpen)
		if r.URL != p.Passage.Link || !strings.Contains(open.Detail, p.Passage.Link) || open.State == gitops.StepDone {
			t.Errorf("%s: %q, %+v", name, r.URL, open)
		}
		if requests != nil && !strings.Contains(open.Detail, "502") {
			t.Errorf("%+v", open)
		}
	}
}

// TestViaTaken: names of other people's branches are left alone, our own commit
// is found again, and beside a branch "revert" there is still a name.
func TestViaTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.byRequest(w.bad)
	w.origin.Git("branch", p.Passage.Via, "main~1")
	w.origin.Git("branch", p.Passage.Via+"-2", "main")
	before := w.origin.Rev(p.Passage.Via)
	r, err := w.sendByRequest(p, ExecuteOptions{})
	if err != nil {
		t.Fatalf("%v\n%s", err, steps(r))
	}
	third := p.Passage.Via + "-3"
	if w.origin.Rev(third) != r.Commit || w.origin.Rev(p.Passage.Via) != before || !strings.Contains(r.URL, third+"?x=revert") {
		t.Errorf("%s\n%s", r.URL, w.remoteRefs())
	}
	// The same commit once more, as a run that is carried on sends it.
	g := w.git(w.mine)
	s := &shipment{g: g, plan: p, receipt: r}
	if out, err := s.pushVia(context.Background()); err != nil || !strings.Contains(out.detail, "already") {
		t.Errorf("%+v, %v", out, err)
	}
	// A run that was killed in its push knows its branch by the commit alone.
	requests := &asked{}
	killed := &shipment{g: g, plan: p, receipt: gitops.Receipt{Commit: r.Commit, Commits: r.Commits}, opt: ExecuteOptions{Requests: requests}}
	if _, err := killed.openRequest(context.Background()); err != nil || len(requests.calls) != 1 || !strings.HasPrefix(requests.calls[0], third+"|") {
		t.Errorf("%q, %v", requests.calls, err)
	}
	// The forge brings the branch up to date: ours is below its tip.
	server := w.origin.Clone()
	server.Commit("Meanwhile\n", map[string]string{"other": "x\n"})
	server.Git("push", "-q", "origin", "main")
	server.Git("checkout", "-q", "-b", "up", "origin/"+third)
	server.Git("merge", "-q", "-m", "Merge main", "main")
	server.Git("push", "-q", "origin", "up:"+third)
	if held, err := s.heldVia(context.Background()); err != nil || s.ourVia(held) != third {
		t.Errorf("%q, %v", s.ourVia(held), err)
	}
	if n := strings.Count(w.remoteRefs(), p.Passage.Via); n != 3 {
		t.Errorf("%d branches", n)
	}

	w = newWorld(t)
	w.origin.Git("branch", "revert", "main")
	p = w.byRequest(w.bad)
	if r, err := w.sendByRequest(p, ExecuteOptions{}); err != nil || r.Refs[0].Ref != "refs/heads/"+strings.ReplaceAll(p.Passage.Via, "/", "-") {
		t.Errorf("%+v, %v", r.Refs, err)
	}
}

// TestViaTakenBetween: somebody takes the name after we asked for it. The lease
// stands against it, and the next name is taken.
func TestViaTakenBetween(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.byRequest(w.bad)
	w.mine.Hook("pre-push", fmt.Sprintf("git --git-dir=%s branch %s main 2>/dev/null || true", w.origin.Dir, p.Passage.Via))
	r, err := w.sendByRequest(p, ExecuteOptions{})
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, detailOf(err), steps(r))
	}
	if w.origin.Rev(p.Passage.Via) != w.tip || w.origin.Rev(p.Passage.Via+"-2") != r.Commit {
		t.Errorf("%s", w.remoteRefs())
	}
}

func TestViaRefused(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		prepare func(*world)
		says    string
	}{
		"by the server": {func(w *world) { w.origin.Hook("pre-receive", "echo frozen >&2; exit 1") }, "frozen"},
		"by a hook":     {func(w *world) { w.mine.Hook("pre-push", "echo not today; exit 1") }, "not today"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.byRequest(w.bad)
			c.prepare(w)
			before := w.remoteRefs()
			_, err := w.sendByRequest(p, ExecuteOptions{})
			wantCode(t, err, gitops.CodeRejected)
			if !strings.Contains(detailOf(err), c.says) || w.remoteRefs() != before {
				t.Errorf("%q\n%s", detailOf(err), w.remoteRefs())
			}
		})
	}
}

// TestViaName: whatever a subject holds, git takes the name, and it is short.
func TestViaName(t *testing.T) {
	t.Parallel()
	plan := gitops.Plan{Selection: []gitops.Hash{gitops.MustHash(strings.Repeat("a1", 20))}}
	for subject, want := range map[string]string{
		"Round totals per line":                        "round-totals-per-line",
		"fix(price): don't round, ever!":               "fix-price-don-t-round-ever",
		"Überschreibe größere Maße":                    "berschreibe-gr-ere-ma-e",
		"修复价格":                                         "",
		"--force HEAD^{tree}..@{u} ~1 .lock refs//x":   "force-head-tree-u-1-lock-refs-x",
		strings.Repeat("x", 90):                        strings.Repeat("x", slugLimit),
		"a word and then another and another word end": "a-word-and-then-another-and-another-word",
	} {
		short := plan.Selection[0].Short()
		if got := ViaName(plan, subject); got != strings.TrimSuffix("revert/"+short+"-"+want, "-") {
			t.Errorf("%q gives %q", subject, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := ViaName(plan, rapid.String().Draw(t, "subject"))
		rest := strings.TrimPrefix(name, "revert/")
		if len(name) > 80 || strings.Contains(name, "--") || strings.HasSuffix(name, "-") || strings.HasSuffix(name, ".lock") ||
			strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Fatalf("%q", name)
		}
	})
}

func TestRequestText(t *testing.T) {
	t.Parallel()
	one := gitops.Plan{Commits: []gitops.NewCommit{{Message: "Revert \"x\"\n\nThis reverts commit 1.\n\nIncident: 7\n"}}}
	title, body := RequestText(one)
	if title != `Revert "x"` || body != "This reverts commit 1.\n\nIncident: 7" {
		t.Errorf("%q, %q", title, body)
	}
	two := gitops.Plan{Commits: []gitops.NewCommit{one.Commits[0], {Message: "Revert \"y\"\n\n" + strings.Repeat("ü", 60_000)}}}
	title, body = RequestText(two)
	if title != `Revert "y" and 1 more` || len(body) > bodyLimit+10 || !strings.Contains(body, "This reverts commit 1.") {
		t.Errorf("%q, %d bytes", title, len(body))
	}
}
