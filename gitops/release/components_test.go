package release

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestByPaths(t *testing.T) {
	for _, c := range []struct {
		name, tags, paths string
		want              string
		others, why       string
		found             bool
	}{
		{"one scheme", "v1.0.0 v1.1.0", "api/x.go", "", "", "", false},
		{"no tags", "", "api/x.go", "", "", "", false},
		{"a folder", "v1.0.0 api/v1.0.0 web/v2.0.0", "api/x.go api/y/z.go", "api", "", "all the files are of api", true},
		{"the whole", "v1.0.0 api/v1.0.0", "README.md src/x.go", "", "", "", true},
		{"nobody's", "web/v1.0.0 api/v1.0.0", "README.md src/x.go", "", "", "", false},
		{"several", "api/v1.0.0 web/v2.0.0", "api/x web/y web/z", "web", "api", "2 of 3 files are of web, 1 of api", true},
		{"several and the whole", "v1.0.0 api/v1.0.0", "api/x api/y go.mod", "api", "", "2 of 3 files are of api, 1 of the whole", true},
		{"a module in a module", "sdk/v1.0.0 sdk/core/v1.0.0", "sdk/core/x.go", "sdk/core", "", "all the files are of sdk/core", true},
		{"the outer module", "sdk/v1.0.0 sdk/core/v1.0.0", "sdk/other/x.go", "sdk", "", "all the files are of sdk", true},
		{"below packages", "api@1.0.0 web@2.0.0", "packages/api/index.js", "api", "", "all the files are of api", true},
		{"scoped", "@acme/api@1.0.0 @acme/web@2.0.0", "packages/api/index.js", "@acme/api", "", "all the files are of @acme/api", true},
		{"scope in the folder", "@acme/api@1.0.0 @acme/web@2.0.0", "packages/acme-web/index.js", "@acme/web", "", "all the files are of @acme/web", true},
		{"path prefix", "packages/x@1.2.3 packages/y@1.2.3", "packages/x/a packages/x/b", "packages/x", "", "all the files are of packages/x", true},
		{"a dash", "api-v1.0.0 web-v1.0.0", "services/web/a", "web", "", "all the files are of web", true},
		{"no half words", "api-v1.0.0 web-v1.0.0", "webhooks/a rapid/api.go", "", "", "", false},
		{"a file is no folder", "api/v1.0.0 v1.0.0", "api", "", "", "", true},
		{"channels are none", "v1.0.0 nightly/v1.0.0", "nightly/x", "", "", "", false},
		{"many", "a/v1.0.0 b/v1.0.0 c/v1.0.0 d/v1.0.0 e/v1.0.0", "a/1 a/2 b/1 c/1 d/1 e/1", "a", "b c d e", "2 of 6 files are of a, 1 of b, 1 of c and 2 more", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ByPaths(Read(series(strings.Fields(c.tags)...)).Components(), strings.Fields(c.paths))
			others := slices.DeleteFunc(slices.Clone(got.Others), func(s string) bool { return s == "" })
			if got.Component != c.want || got.Found != c.found || strings.Join(others, " ") != c.others || got.Why != c.why {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// A component that was given up years ago claims nothing.
func TestDormant(t *testing.T) {
	tags := series("api/v1.0.0", "v1.0.0", "v1.1.0")
	tags[0].Tagger.When = tags[0].Tagger.When.Add(-dormant - 24*time.Hour)
	if got := ByPaths(Read(tags).Components(), []string{"api/x.go"}); got.Found {
		t.Errorf("got %+v", got)
	}
	tags[0].Tagger.When = time.Time{}
	if got := ByPaths(Read(tags).Components(), []string{"api/x.go"}); got.Component != "api" {
		t.Errorf("of unknown age: %+v", got)
	}
}

// The order of paths decides nothing, and every choice is a component.
func TestByPathsIsStable(t *testing.T) {
	components := Read(series("v1.0.0", "api/v1.0.0", "web/v1.0.0", "sdk/core/v1.0.0", "@acme/ui@1.0.0")).Components()
	piece := rapid.SampledFrom([]string{"api", "web", "sdk", "core", "packages", "ui", "acme-ui", "x"})
	rapid.Check(t, func(t *rapid.T) {
		paths := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(piece, 1, 4).Draw(t, "parts"), "/")
		}), 1, 8).Draw(t, "paths")
		got := ByPaths(components, paths)
		again := ByPaths(components, rapid.Permutation(paths).Draw(t, "order"))
		if got.Component != again.Component || got.Why != again.Why {
			t.Fatalf("%+v, then %+v", got, again)
		}
		if !slices.ContainsFunc(components, func(c Component) bool { return c.Name == got.Component }) {
			t.Fatalf("%+v is no component", got)
		}
	})
}
