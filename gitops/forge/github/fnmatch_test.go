package github

import (
	"testing"

	"pgregory.net/rapid"
)

// TestMatches has the examples of GitHub's own description of rulesets, and
// what it says of the rules: * stays within a part of a name, **/ does not.
func TestMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, ref string
		hit, known   bool
	}{
		{"~ALL", "refs/tags/anything/at/all", true, true},
		{"~DEFAULT_BRANCH", "refs/tags/v1", false, true},
		{"refs/tags/v*", "refs/tags/v1.0", true, true},
		{"refs/tags/v*", "refs/tags/v1/0", false, true},
		{"refs/tags/v*", "refs/tags/xv1", false, true},
		{"refs/tags/**/*", "refs/tags/v1", true, true},
		{"refs/tags/**/*", "refs/tags/a/b/v1", true, true},
		{"refs/tags/**/v*", "refs/tags/a/b/v1", true, true},
		{"refs/tags/release-??", "refs/tags/release-12", true, true},
		{"refs/tags/release-??", "refs/tags/release-1/", false, true},
		{"refs/tags/v[0-9].[!0-9]", "refs/tags/v1.x", true, true},
		{"refs/tags/v[0-9].[!0-9]", "refs/tags/v1.2", false, true},
		{"refs/tags/a.b", "refs/tags/axb", false, true},
		{`refs/tags/\*`, "refs/tags/*", true, true},
		{`refs/tags/\*`, "refs/tags/x", false, true},
		{"refs/tags/[", "refs/tags/[", true, true},
		{"refs/tags/é?", "refs/tags/éü", true, true},
		{"refs/tags/[[:alpha:]]", "refs/tags/a", false, false},
		{"refs/tags/[z-a]", "refs/tags/a", false, false},
	} {
		hit, known := matches(c.pattern, c.ref)
		if hit != c.hit || known != c.known {
			t.Errorf("%q, %q: %v, %v", c.pattern, c.ref, hit, known)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z0-9./é-]{0,12}`).Draw(t, "name")
		if hit, known := matches(name, name); !hit || !known {
			t.Fatalf("%q does not match itself", name)
		}
		_, _ = matches(rapid.String().Draw(t, "pattern"), name)
	})
}
