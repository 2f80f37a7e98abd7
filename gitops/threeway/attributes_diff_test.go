package threeway_test

import (
	"maps"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/threeway"
)

// TestDiffAttributeDecidesOnRenames: git compares the contents of possible
// renames in a merge as the attribute diff has them read, line endings with or
// without their carriage return. Where most endings changed with the name, that
// decides whether there is a rename at all.
func TestDiffAttributeDecidesOnRenames(t *testing.T) {
	dos, unix, edited := endings()
	seen := make(map[gitops.ConflictKind]bool)
	for _, nul := range []string{"", "\x00\n"} {
		base, ours, theirs := plainTree{"f": plain(nul + dos)}, plainTree{"g": plain(nul + unix)}, plainTree{"f": plain(nul + edited)}
		for _, attributes := range []string{
			"", "* -diff", "* diff", "* binary", "* diff=x", "* !diff", "f -diff", "g -diff", "* -diff\nf diff",
			"* -diff merge", "* diff merge=union",
		} {
			for _, t := range []plainTree{base, ours, theirs} {
				t[".gitattributes"] = plain(attributes + "\n")
			}
			for name, sides := range map[string][2]plainTree{"renamed since": {ours, theirs}, "renames back": {theirs, ours}} {
				o := newOracle(t, "")
				difference, got := o.compare(maps.Clone(base), sides[0], sides[1], threeway.Options{
					DropTail: gitDropsTail(t), Memory: threeway.NewMemory(1 << 20),
				})
				if difference != "" {
					t.Errorf("%q, %s, NUL %v: %s", attributes, name, nul != "", difference)
				}
				if got.Clean() {
					seen["clean"] = true
				}
				for _, c := range got.Conflicts {
					seen[c.Kind] = true
				}
			}
		}
	}
	for _, kind := range []gitops.ConflictKind{"clean", gitops.ConflictModifyDelete, gitops.ConflictBinary} {
		if !seen[kind] {
			t.Errorf("no merge was %s: the attribute made no difference", kind)
		}
	}
}

// endings are a text with carriage returns on most lines, the same without them,
// and the first one with a line changed.
func endings() (dos, unix, edited string) {
	var b strings.Builder
	for i := range 30 {
		b.WriteString("line number " + string(rune('A'+i)))
		if i < 20 {
			b.WriteString("\r")
		}
		b.WriteString("\n")
	}
	dos = b.String()
	return dos, strings.ReplaceAll(dos, "\r", ""), strings.Replace(dos, "number "+string(rune('A'+29)), "changed", 1)
}

// TestDiffConfigurationDecidesNothing: git merge-tree, which has the last word
// before anything ships, reads no diff.NAME.binary, up to git 2.55 at least.
func TestDiffConfigurationDecidesNothing(t *testing.T) {
	dos, unix, edited := endings()
	for _, nul := range []string{"", "\x00\n"} {
		for _, attributes := range []string{"* diff=x", "* !diff", "* diff=default"} {
			for _, value := range []string{"true", "false", "auto"} {
				base, ours, theirs := plainTree{"f": plain(nul + dos)}, plainTree{"g": plain(nul + unix)}, plainTree{"f": plain(nul + edited)}
				for _, t := range []plainTree{base, ours, theirs} {
					t[".gitattributes"] = plain(attributes + "\n")
				}
				for name, sides := range map[string][2]plainTree{"renamed since": {ours, theirs}, "renames back": {theirs, ours}} {
					o := newOracle(t, "")
					o.git(nil, "config", "diff.x.binary", value)
					o.git(nil, "config", "diff.default.binary", value)
					difference, _ := o.compare(maps.Clone(base), sides[0], sides[1], threeway.Options{DropTail: gitDropsTail(t)})
					if difference != "" {
						t.Errorf("%q, binary = %s, %s, NUL %v: %s", attributes, value, name, nul != "", difference)
					}
				}
			}
		}
	}
}
