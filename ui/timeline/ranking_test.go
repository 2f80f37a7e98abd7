package timeline_test

import (
	"testing"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/timeline"
)

// TestAnOrderThatCameByItselfLeavesNobodyElsewhere: of another environment the commit
// under the cursor may be no suspect. The list is still what the person looks at.
func TestAnOrderThatCameByItselfLeavesNobodyElsewhere(t *testing.T) {
	m := act(rankedBy(ready(100, 26), decided()), keys.Down)
	if m.Cursor() != hash(3) {
		t.Fatalf("on %s", m.Cursor().Short())
	}
	other := decided()
	other.Ranked = []gitops.Suspicion{suspect(10, 1, "v1.41.3", "changed it"), suspect(11, 2, "v1.41.3", "near it")}
	m, _ = m.Update(timeline.Ranked{Suspects: other})
	if shows(t, m, "▶ suspects              2"); m.Cursor() != hash(10) {
		t.Errorf("on %s", m.Cursor().Short())
	}
	// Whoever is elsewhere stays there.
	m = act(rankedBy(ready(100, 26), decided()), keys.Left, keys.Down, keys.Down, keys.Right, keys.Down)
	at := m.Cursor()
	m, _ = m.Update(timeline.Ranked{Suspects: other})
	if shows(t, m, "▶ v1.42.0"); m.Cursor() != at {
		t.Errorf("on %s, not on %s", m.Cursor().Short(), at.Short())
	}
}
