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

// The command that brings a commit is one for a shell, whatever a source says.
func TestTheFetchOfWhatIsNotHere(t *testing.T) {
	id := gitops.HashObject(gitops.KindBlob, []byte("away"))
	for _, c := range []struct {
		remote  string
		row     gitops.Deployment
		shallow bool
		want    string
	}{
		{"", gitops.Deployment{Commit: id}, false, ""},
		{"origin", gitops.Deployment{Commit: id, Tag: "v9"}, false, "git fetch origin " + id.String()},
		{"origin", gitops.Deployment{Tag: "v9"}, false, "git fetch origin tag v9"},
		{"origin", gitops.Deployment{Tag: "v9"}, true, "git fetch --unshallow origin tag v9"},
		{"origin", gitops.Deployment{Tag: "-v9"}, false, "git fetch --tags origin"},
		{"origin", gitops.Deployment{Tag: "v9 && true"}, false, "git fetch --tags origin"},
		{"origin", gitops.Deployment{Ref: "refs/heads/main"}, false, "git fetch --tags origin"},
		{"it's", gitops.Deployment{}, false, `git fetch --tags 'it'\''s'`},
	} {
		if got := fetchOf(c.remote, c.row, c.shallow); got != c.want {
			t.Errorf("%+v: %q, want %q", c.row, got, c.want)
		}
	}
}
