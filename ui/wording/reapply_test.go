package wording_test

import (
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/ui/screentest"
	"ahead/ui/wording"
)

func TestBringingBackIsNotToldToRevert(t *testing.T) {
	receipt := gitops.Receipt{Commit: screentest.Shipped, Commits: []gitops.Hash{screentest.Shipped}}
	for _, c := range []struct {
		suspect, message string
		back             bool
	}{
		{"Round totals per line", `Revert "Round totals per line"`, false},
		{"Round totals per line", `Reapply "Round totals per line"`, true},
		{`Revert "Round totals"`, `Revert "Revert "Round totals""`, true},
		{`Revert "Round totals"`, "Bring rounding back", true},
		{`Revert "Revert "Round totals""`, `Revert "Revert "Revert "Round totals"""`, false},
		{`Reapply "Round totals"` + "\n\nThis reverts commit 90be4f1.", `Revert "Reapply "Round totals""`, false},
		{`Revert "Reapply "Round totals""`, "x", true},
		{"revert: feat: round", "revert: revert: feat: round", true},
		{"Stop rounding\n\nThis reverts commit 90be4f1.", "x", true},
	} {
		snap := screentest.Snapshot()
		for i := range snap.Commits {
			if snap.Commits[i].Hash == screentest.Suspect {
				snap.Commits[i].Message = c.suspect + "\n"
			}
		}
		r := screentest.Remedy()
		r.Message = c.message + "\n"
		text := wording.AfterShipping(snap, screentest.Clean(r), receipt)
		if back := strings.Contains(text, "the change is back"); back != c.back || strings.Contains(text, "git revert") == c.back {
			t.Errorf("%q for %q says %q", c.message, c.suspect, text)
		}
	}
	receipt.Merges = receipt.Commits
	if text := wording.AfterShipping(screentest.Snapshot(), screentest.Clean(screentest.Remedy()), receipt); !strings.Contains(text, "git revert -m 1 "+screentest.Shipped.Short()+",") {
		t.Errorf("of a merge it says %q", text)
	}
	if got := wording.AfterShipping(screentest.Snapshot(), screentest.Clean(screentest.Remedy()), gitops.Receipt{}); got != "" {
		t.Errorf("a receipt without a commit says %q", got)
	}
}
