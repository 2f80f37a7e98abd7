package desk

import (
	"strings"
	"testing"

	"ahead/gitops"
)

// Of a commit that nothing here leads to nothing is counted, whatever else is live
// by another's word.
func TestWhatIsNotHereIsNotCounted(t *testing.T) {
	r, _ := shop(t)
	nameless := gitops.Deployment{Environment: "production", Status: gitops.StatusLive}
	known := []gitops.Deployment{at(r, 60, r.Rev("v1.0.0^{commit}"), gitops.StatusLive)}
	for _, c := range []struct {
		name string
		all  []rowsOf
	}{
		{"alone", []rowsOf{{"command", []gitops.Deployment{nameless}, nil}}},
		{"beside another", []rowsOf{{"command", []gitops.Deployment{nameless}, nil}, {"github", known, nil}}},
	} {
		s := told(t, open(t, r, func(o *Options) {
			for _, s := range c.all {
				o.Sources = append(o.Sources, s)
			}
		}))
		want := gitops.Drift{Ahead: s.Ahead, Missing: true, Fetch: "git fetch --tags origin"}
		if s.Drift != want {
			t.Errorf("%s: %+v, want %+v", c.name, s.Drift, want)
		}
		if got := notice(s, "deployed-missing"); !strings.HasPrefix(got, "command says that production runs a commit that it does not name, which is not in this clone: `git fetch") {
			t.Errorf("%s: notice %q", c.name, got)
		}
	}
}
