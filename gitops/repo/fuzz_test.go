package repo

import (
	"slices"
	"strings"
	"testing"
)

// FuzzParsers feeds any text to what reads files and names that others wrote.
func FuzzParsers(f *testing.F) {
	f.Add("[a \"b\"]\n\tc = \"d\" ; e\n\tf\\\n g\n")
	f.Add("# pack-refs with: peeled fully-peeled sorted \n" + strings.Repeat("1", 40) + " refs/tags/v1\n^" + strings.Repeat("2", 40) + "\n")
	f.Add("HEAD^2~3^{commit}^0")
	f.Add("https://user:pa@ss@host/path")
	f.Fuzz(func(t *testing.T, text string) {
		_ = parseConfig([]byte(text), func(key, _ string) error {
			if key == "" {
				t.Fatal("setting without a key")
			}
			return nil
		})
		refs := parsePacked(text, func(string) bool { return true })
		if !slices.IsSortedFunc(refs, func(a, b namedRef) int { return strings.Compare(a.name, b.name) }) {
			t.Fatal("packed refs out of order")
		}
		if name, _, err := splitRevision(text); err == nil && (name == "" || strings.ContainsAny(name, "~^:")) {
			t.Fatalf("%q has the name %q", text, name)
		}
		if readableName(text) && (strings.Contains(text, "..") || strings.HasPrefix(text, "/")) {
			t.Fatalf("%q leads out of the refs", text)
		}
		if got := withoutCredentials(text); len(got) > len(text) {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
