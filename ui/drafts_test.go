package ui

import (
	"testing"

	"ahead/gitops"
	"ahead/ui/keys"
)

// written opens the preview of the row under the cursor and writes a reason.
func written(l *loop, reason string) {
	l.until("settled", settled)
	l.key("enter")
	l.until("a plan", shows("v1.42.1"))
	l.key("i", reason, "enter")
	l.until("the reason", shows("REASON "+reason))
}

func TestWhatWasWrittenOutlivesAWayBack(t *testing.T) {
	l := start(t, newWorld(), Options{NoFetch: true})
	written(l, "totals")
	l.key("esc")
	l.until("home", func(m Model) bool { return m.screen == keys.Timeline })
	l.key("down", "enter")
	l.until("the other one", func(m Model) bool { return m.screen == keys.Preview && shows("none given yet")(m) })
	l.key("esc")
	l.until("home again", func(m Model) bool { return m.screen == keys.Timeline })
	l.key("k")
	l.key("enter")
	l.until("what was written", shows("totals"))
	if got := l.m.asked.Commits[0]; got != hash(3) {
		t.Errorf("on %s", got.Short())
	}
}

func TestWhatWasWrittenOutlivesAFailure(t *testing.T) {
	for _, key := range []string{"enter", "esc"} {
		w := newWorld()
		w.shipErr = &gitops.Error{Code: gitops.CodeRemoteUnreached, What: "origin cannot be reached"}
		l := start(t, w, Options{NoFetch: true})
		written(l, "totals")
		gate(l)
		l.key("v1.42.1", "enter")
		l.until("not reached", shows("NOT REACHED"))
		l.until("the end", func(m Model) bool { return !m.publish.running })
		l.key(key)
		if key == "esc" {
			l.until("home", func(m Model) bool { return m.screen == keys.Timeline })
			l.key("enter")
		}
		l.until("the preview again", func(m Model) bool { return m.screen == keys.Preview && shows("totals")(m) })
		w.mu.Lock()
		w.shipErr = nil
		w.mu.Unlock()
		gate(l)
		l.key("v1.42.1", "enter")
		l.until("shipped", func(m Model) bool { return m.screen == keys.Outcome && !m.publish.running })
		if got := w.shipped[len(w.shipped)-1].Remedy.Reason; got != "totals" {
			t.Errorf("%s: shipped for %q", key, got)
		}
		if len(l.m.drafts) != 0 {
			t.Errorf("%s: kept after shipping: %v", key, l.m.drafts)
		}
	}
}

func TestDraftsOfWhatIsGoneAreDropped(t *testing.T) {
	d := drafts{}
	for _, r := range []gitops.Remedy{
		{Kind: gitops.RevertCommits, Commits: []gitops.Hash{hash(3)}},
		{Kind: gitops.RevertCommits, Commits: []gitops.Hash{hash(3), hash(77)}},
		{Kind: gitops.RestoreDeployment, Deployment: "v1.41.3"},
		{Kind: gitops.RestoreDeployment, Deployment: "v0"},
	} {
		d[draftKey(r)] = draft{remedy: r}
	}
	if d.dropVoid(shop(0)); len(d) != 2 {
		t.Errorf("left %v", d)
	}
	a := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{hash(1), hash(2)}}
	b := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{hash(2), hash(1)}, Reason: "why"}
	if draftKey(a) != draftKey(b) {
		t.Error("the order of selecting makes another selection")
	}
}
