package github_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"ahead/gitops/forge"
	"ahead/gitops/forge/forgetest"
)

// TestAsk: an answer that is known is named, and the server says that it holds.
func TestAsk(t *testing.T) {
	t.Parallel()
	g, cl := start(t, func(g *forgetest.GitHub) { g.PageSize = 1 })
	g.Pulls = []*forgetest.Pull{{Number: 1, Head: "a", Base: "main", State: "open"}, {Number: 2, Head: "b", Base: "main", State: "open"}}
	first, err := cl.Ask(t.Context(), "/pulls?state=all", "")
	if err != nil || first.Unchanged || first.ETag == "" || !first.More || !strings.Contains(string(first.Body), `"number":2`) {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := cl.Ask(t.Context(), "/pulls?state=all", first.ETag)
	if err != nil || !second.Unchanged || second.ETag != first.ETag || len(second.Body) > 0 {
		t.Errorf("%+v, %v", second, err)
	}
	g.Pulls = g.Pulls[:1]
	third, err := cl.Ask(t.Context(), "/pulls?state=all", first.ETag)
	if err != nil || third.Unchanged || third.More || third.ETag == first.ETag {
		t.Errorf("%+v, %v", third, err)
	}
}

// TestAskHostile: no token is in an answer's body, and a name that is none is
// not sent back.
func TestAskHostile(t *testing.T) {
	t.Parallel()
	g, cl := start(t)
	g.SetFault(func(out http.ResponseWriter, in *http.Request) bool {
		out.Header().Set("ETag", strings.Repeat("x", 1000))
		_, _ = io.WriteString(out, `["`+in.Header.Get("Authorization")+`"]`)
		return true
	})
	a, err := cl.Ask(t.Context(), "/x", "")
	if err != nil || string(a.Body) != `["Bearer ***"]` || a.ETag != "" {
		t.Errorf("%s, %q, %v", a.Body, a.ETag, err)
	}
	g.SetFault(func(out http.ResponseWriter, _ *http.Request) bool {
		out.WriteHeader(http.StatusNotModified)
		return true
	})
	var trouble *forge.Trouble
	if _, err := cl.Ask(t.Context(), "/x", ""); !errors.As(err, &trouble) || trouble.Kind != forge.Nonsense {
		t.Errorf("%v", err)
	}
	if cl.Clean("a ghp_right b") != "a *** b" || !errors.As(cl.Nonsense(errors.New("no ghp_right list")), &trouble) || trouble.Said != "no *** list" {
		t.Errorf("%+v", trouble)
	}
}
