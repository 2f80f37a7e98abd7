package preview

import (
	"strings"
	"testing"

	"ahead/gitops"
)

// TestWithoutATagTheKeyThatNamesOneIsSaidFirst: what follows may be cut off, and is
// written for the command line.
func TestWithoutATagTheKeyThatNamesOneIsSaidFirst(t *testing.T) {
	s, _ := rehearsing(t)
	s.m.plan.Tag = gitops.TagPlan{Scheme: "no release tags here: name one with --tag"}
	var line strings.Builder
	for _, seg := range s.m.tagSegs() {
		line.WriteString(seg.Text)
	}
	if !strings.HasPrefix(line.String(), " TAG none  t names one; no release tags here") {
		t.Errorf("got %q", line.String())
	}
}
