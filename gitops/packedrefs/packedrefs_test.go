package packedrefs

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"ahead/gitops/gittest"

	"pgregory.net/rapid"
)

const header = "# pack-refs with: peeled fully-peeled sorted \n"

func id(i int) string { return fmt.Sprintf("%040x", i+1) }

// linear is Section without a search.
func linear(text, prefix string) string {
	var out strings.Builder
	within := false
	for line := range strings.Lines(text) {
		if line[0] != '^' {
			within = len(line) > nameAt && strings.HasPrefix(strings.TrimRight(line[nameAt:], "\r\n"), prefix)
		}
		if within && line[0] != '#' {
			out.WriteString(line)
		}
	}
	return out.String()
}

func TestSectionIsWhatAScanFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.Custom(func(t *rapid.T) string {
			folder := rapid.SampledFrom([]string{"refs/heads/", "refs/pull/", "refs/replace/", "refs/tags/", "refs/tagsx/", "refs/"}).Draw(t, "folder")
			return folder + rapid.StringMatching(`[a-z]{1,3}`).Draw(t, "name")
		})
		names := rapid.SliceOfDistinct(name, rapid.ID[string]).Draw(t, "names")
		slices.Sort(names)
		text := header
		for i, n := range names {
			text += id(i) + " " + n + "\n"
			if rapid.IntRange(0, 2).Draw(t, "peeled") == 0 {
				text += "^" + id(i) + "\n"
			}
		}
		if rapid.Bool().Draw(t, "no line feed at the end") {
			text = strings.TrimSuffix(text, "\n")
		}
		for _, prefix := range []string{"refs/heads/", "refs/pull/", "refs/replace/", "refs/tags/", "refs/zzz/", "refs/tags/a"} {
			got, ok := Section([]byte(text), prefix)
			if !ok || string(got) != linear(text, prefix) {
				t.Fatalf("%s: %q %v, want %q\n%s", prefix, got, ok, linear(text, prefix), text)
			}
		}
	})
}

func TestSectionOfWhatGitWrites(t *testing.T) {
	r := gittest.New(t)
	r.Commit("one", map[string]string{"a": "1\n"})
	for i := range 40 {
		r.Tag(fmt.Sprint("light-", i))
		r.AnnotatedTag(fmt.Sprint("heavy-", i))
		r.Git("update-ref", fmt.Sprintf("refs/pull/%d/head", i), "HEAD")
	}
	r.Git("pack-refs", "--all")
	text := r.Git("for-each-ref", "--format=x", "refs/tags")
	whole, err := os.ReadFile(r.Path(".git", "packed-refs"))
	if err != nil {
		t.Fatal(err)
	}
	data := string(whole)
	part, ok := Section(whole, "refs/tags/")
	if want := linear(data, "refs/tags/"); !ok || string(part) != want || strings.Count(text, "x") != strings.Count(want, " refs/tags/") {
		t.Errorf("%v: %s", ok, part)
	}
}

// TestSectionGivesUp where it cannot tell.
func TestSectionGivesUp(t *testing.T) {
	line := id(1) + " refs/tags/a\n"
	for _, text := range []string{"", line, "# pack-refs with: peeled fully-peeled \n" + line, header + "nonsense\n", header + "^" + id(1) + "\n"} {
		if part, ok := Section([]byte(text), "refs/tags/"); ok && text != header {
			t.Errorf("%q: %q", text, part)
		}
	}
	if part, ok := Section([]byte(header), "refs/tags/"); !ok || len(part) > 0 {
		t.Errorf("%q %v", part, ok)
	}
}

func FuzzSection(f *testing.F) {
	f.Add(header+id(1)+" refs/tags/a\n^"+id(2)+"\n", "refs/tags/")
	f.Fuzz(func(t *testing.T, text, prefix string) {
		part, ok := Section([]byte(text), prefix)
		if ok && !strings.Contains(text, string(part)) {
			t.Errorf("%q", part)
		}
	})
}
