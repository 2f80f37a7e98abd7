package release

import (
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"

	"pgregory.net/rapid"
)

func TestCheckName(t *testing.T) {
	for name, ok := range map[string]bool{
		"v1.2.3": true, "release/1.2.3": true, "@": true, "@scope/pkg@1.0.0": true, "ünïcode": true, "a.lockx": true,
		"a{b": true, "\xff\xfe": true, "head": true, "a/-b": true,
		"": false, "-v1": false, "HEAD": false, ".v1": false, "a/.b": false, "a/b.lock": false, "v1.lock": false,
		"a.lock/b": false, "a..b": false, "a b": false, "a~1": false, "a^": false, "a:b": false, "a?": false,
		"a*": false, "a[b": false, `a\b`: false, "/a": false, "a/": false, "a//b": false, "a.": false, "a@{b": false,
		"a\x00b": false, "a\tb": false, "a\x7f": false, "..": false, "/": false,
	} {
		err := CheckName(name)
		if (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
		if err != nil && gitops.CodeOf(err) != gitops.CodeBadTag {
			t.Errorf("%q: code %s", name, gitops.CodeOf(err))
		}
	}
	if err := CheckName(strings.Repeat("x", 5000) + "\x1b[2J"); err == nil || len(err.Error()) > 200 {
		t.Errorf("a long bad name gives %v", err)
	}
}

func TestCheckNameAsGitDoes(t *testing.T) {
	repo := gittest.New(t)
	part := rapid.OneOf(
		rapid.SampledFrom([]string{
			".", "..", "/", "//", "@", "{", "@{", ".lock", "lock", "-", "~", "^", ":", "?", "*", "[", "]", "\\", " ",
			"\x01", "\n", "\x7f", "v", "1", "é", "\xff", "HEAD", "\u202e",
		}),
		rapid.StringMatching(`[ -~]{1,3}`),
		rapid.StringN(1, 2, 4),
	)
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOfN(part, 0, 5).Draw(t, "parts"), "")
		// An argument cannot hold a NUL; the other two are stricter on purpose.
		if strings.Contains(name, "\x00") || strings.HasPrefix(name, "-") || name == "HEAD" {
			return
		}
		_, refused := repo.TryGit("check-ref-format", "refs/tags/"+name)
		if err := CheckName(name); (err == nil) != (refused == nil) {
			t.Fatalf("%q: %v, git %v", name, err, refused)
		}
	})
}
