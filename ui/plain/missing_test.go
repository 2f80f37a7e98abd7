package plain_test

import (
	"context"
	"strings"
	"testing"

	"ahead/gitops/desk"
	"ahead/ui/plain"
)

// TestAPartialCloneIsFilledWhenThePersonSaysSo, over a real partial clone.
func TestAPartialCloneIsFilledWhenThePersonSaysSo(t *testing.T) {
	for answer, want := range map[string]string{"y": "Verdict: clean", "n": "There is no plan"} {
		s := openShop(t)
		s.remote.Git("config", "uploadpack.allowFilter", "true")
		s.remote.Git("config", "uploadpack.allowAnySHA1InWant", "true")
		clone := s.remote.Clone("--filter=blob:none", "--no-checkout")
		lacks := func() int {
			return strings.Count("\n"+clone.Git("rev-list", "--objects", "--missing=print", "--all"), "\n?")
		}
		before := lacks()
		d, err := desk.Open(context.Background(), desk.Options{Dir: clone.Dir, Now: clone.Now})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		out := &listener{}
		answers := strings.Join([]string{"1", s.suspect.Short(), answer, "q"}, "\n") + "\n"
		_ = plain.Run(context.Background(), onScreen{d}, strings.NewReader(answers), out, plain.Options{Now: clone.Now, NoFetch: true})
		text := out.heard.String()
		if !strings.Contains(text, "are not in this partial clone") || !strings.Contains(text, "from origin now? y for yes.") {
			t.Errorf("the question is missing:\n%s", text)
		}
		if !strings.Contains(text, want) {
			t.Errorf("%q: no %q in:\n%s", answer, want, text)
		}
		if came := before - lacks(); (came > 0) != (answer == "y") {
			t.Errorf("%q: %d objects came", answer, came)
		}
	}
}
