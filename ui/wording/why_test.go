package wording_test

import (
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/ui/screentest"
	"ahead/ui/wording"
)

func TestTheWhyGoesIntoAMessageWrittenByHand(t *testing.T) {
	for _, c := range []struct {
		message     string
		why, before wording.Why
		want        string
	}{
		{"Stop rounding", wording.Why{"off by a cent", "inc-7"}, wording.Why{}, "Stop rounding\n\noff by a cent\n\nIncident: inc-7"},
		{"Stop rounding\n", wording.Why{"", "inc-7"}, wording.Why{}, "Stop rounding\n\nIncident: inc-7"},
		{"fix: rounding", wording.Why{"", "inc-7"}, wording.Why{}, "fix: rounding\n\nIncident: inc-7"},
		{"Stop\n\nBody.\n\nSigned-off-by: A", wording.Why{"why", "inc-7"}, wording.Why{}, "Stop\n\nBody.\n\nwhy\n\nSigned-off-by: A\nIncident: inc-7"},
		{"Stop\n\nIt is off\nby a cent.", wording.Why{"off by a cent", ""}, wording.Why{}, "Stop\n\nIt is off\nby a cent."},
		{"Stop\n\nold\n\nIncident: inc-1", wording.Why{"new", "inc-2"}, wording.Why{"old", "inc-1"}, "Stop\n\nnew\n\nIncident: inc-2"},
		{"Stop", wording.Why{}, wording.Why{"old", "inc-1"}, "Stop"},
	} {
		got := c.why.Tell(c.message, c.before)
		if got != c.want {
			t.Errorf("%q with %+v is %q, want %q", c.message, c.why, got, c.want)
		}
		if again := c.why.Tell(got, c.why); again != strings.TrimSpace(got) {
			t.Errorf("told twice: %q", again)
		}
		r := screentest.Remedy()
		r.Reason, r.Incident, r.Message = c.why.Reason, c.why.Incident, got
		if left := wording.Untold(screentest.Clean(r)); left != (wording.Why{}) {
			t.Errorf("%q does not say %+v", got, left)
		}
	}
	p := gitops.Plan{Message: "x", Remedy: gitops.Remedy{Reason: "why", Incident: "i"}}
	if left := wording.Untold(p); left != (wording.Why{"why", "i"}) {
		t.Errorf("%+v", left)
	}
}
