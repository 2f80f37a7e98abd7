package threeway

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// spoken writes a state as `git check-attr` does.
func spoken(s attributeSetting) string {
	return [...]string{"unspecified", "set", "unset", s.text}[s.state]
}

// checkAttributes compares every path with what git says in a checkout.
func checkAttributes(t gittest.TB, files map[string]string, paths ...string) {
	t.Helper()
	r := gittest.New(t)
	tip := r.Commit("attributes", files)
	a := &attributes{objs: r.Objects(), tree: r.Rev(tip.String() + "^{tree}")}
	names := []string{"merge", "diff", "text", "mine"}
	args := append([]string{"check-attr", "-z"}, names...)
	fields := strings.Split(r.Git(append(append(args, "--"), paths...)...), "\x00")
	for i := 0; i+2 < len(fields); i += 3 {
		got, err := a.lookup(fields[i], fields[i+1])
		if err != nil {
			t.Fatalf("%s: %v", fields[i], err)
		}
		if spoken(got) != fields[i+2] {
			t.Fatalf("%q: %s is %s, git says %s, in\n%q", fields[i], fields[i+1], spoken(got), fields[i+2], files)
		}
	}
}

var attributePaths = []string{
	"f", "a.c", "b.go", "d/a.c", "d/e/a.c", "d/e/f/b.go", "e/d/a.c", "d/x", "x/d/e", "a b", "[x]", "D/A.C", "d/.hid", "vendor/m/go.sum", "q\"r",
}

func TestAttributesSameAsGit(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"states":            {".gitattributes": "*.c merge=union\nf -merge\nb.go merge\na.c !merge\n"},
		"last line wins":    {".gitattributes": "* merge=one\n*.c merge=two\nd/* merge=three\n"},
		"in one line":       {".gitattributes": "*.c merge=one -merge merge=two\n"},
		"anchored":          {".gitattributes": "/a.c merge=root\nd/e/* mine\nd/e -text\n/d/**/b.go merge=deep\n"},
		"double stars":      {".gitattributes": "**/a.c merge=any\nd/** text\nd**x mine\n**/d/e diff=x\nd/**/a.c diff\n***/x mine=3\n"},
		"directories":       {".gitattributes": "d/ merge=no\n/d/ merge=no\nvendor/** merge=ours\n"},
		"nested":            {".gitattributes": "* merge=top\n", "d/.gitattributes": "*.c merge=below\n/e/f/* merge=far\n", "d/e/.gitattributes": "a.c !merge\n"},
		"macros":            {".gitattributes": "[attr]mine -text merge=m\n[attr]more mine diff=d\n*.c more\n*.go binary\nf mine=other\nx -mine\n"},
		"macro redefined":   {".gitattributes": "[attr]binary merge=mine text\n*.c binary\nd/a.c binary merge=own\n"},
		"nested macro":      {"d/.gitattributes": "[attr]mine merge=m\n*.c mine\n"},
		"before a macro":    {".gitattributes": "*.c merge=x binary\n*.go binary merge=x\n"},
		"sets":              {".gitattributes": "[a-b].[!x]* merge=s\n\\[x\\] mine\n[[:alpha:]] text\n[]f] diff\n[^f] diff=x\n"},
		"broken sets":       {".gitattributes": "[a-b merge=s\n[ merge=s\na[] merge=s\n"},
		"quoted":            {".gitattributes": "\"a b\" merge=q\n\"q\\\"r\" merge=z\n\"\\141.c\" mine\n"},
		"ignored lines":     {".gitattributes": "# *.c merge=no\n\n!a.c merge=no\n  *.go merge=yes\n*.c mer~ge\nf\t-text\tmine=\n*.c 1a -\n"},
		"byte order mark":   {".gitattributes": "\xef\xbb\xbf*.c merge=bom\n"},
		"carriage returns":  {".gitattributes": "*.c merge=crlf\r\n*.go -merge\r\n"},
		"no newline at end": {".gitattributes": "*.c merge=end"},
		"question marks":    {".gitattributes": "?.c merge=q\nd?a.c mine\nd/? text\n"},
		"escapes":           {".gitattributes": "\\a.c merge=e\nd\\/a.c mine\n"},
		"hidden":            {".gitattributes": "* mine\n.* -mine\nd/* merge=h\n"},
		"overlong line":     {".gitattributes": "*.c merge=short\n*.c merge=" + strings.Repeat("x", 2100) + "\n"},
	} {
		t.Run(name, func(t *testing.T) { checkAttributes(t, files, attributePaths...) })
	}
}

func TestGeneratedAttributesSameAsGit(t *testing.T) {
	piece := rapid.SampledFrom([]string{"*", "**", "?", "/", "/", "d", "e", "a", ".c", "[a-e]", "[!a]", "f", "x", "\\d"})
	line := rapid.Custom(func(t *rapid.T) string {
		pattern := strings.Join(rapid.SliceOfN(piece, 1, 6).Draw(t, "pattern"), "")
		return pattern + " " + rapid.SampledFrom([]string{"merge", "-merge", "!merge", "merge=u", "binary", "mine", "mine=2"}).Draw(t, "says")
	})
	text := rapid.SliceOfN(line, 1, 12)
	rapid.Check(t, func(rt *rapid.T) {
		files := map[string]string{".gitattributes": strings.Join(text.Draw(rt, "root"), "\n") + "\n"}
		if rapid.Bool().Draw(rt, "nested") {
			files["d/.gitattributes"] = strings.Join(text.Draw(rt, "d"), "\n") + "\n"
		}
		checkAttributes(rt, files, attributePaths...)
	})
}

func TestAttributesOutsideTheTree(t *testing.T) {
	a := &attributes{
		objs: gitops.NewOverlay(nil), tree: gitops.EmptyTree,
		global: []byte("*.c merge=global\n*.go merge=global\n"), info: []byte("*.go merge=info\n"),
	}
	for path, want := range map[string]string{"a.c": "global", "b.go": "info", "f": "unspecified"} {
		if got, err := a.lookup(path, "merge"); err != nil || spoken(got) != want {
			t.Errorf("%s: %s %v, want %s", path, spoken(got), err, want)
		}
	}
}

// TestAttributesReadOnlyWhatIsAbove: a merge of one file reads no attributes
// files of other directories.
func TestAttributesReadOnlyWhatIsAbove(t *testing.T) {
	r := gittest.New(t)
	tip := r.Commit("one", map[string]string{".gitattributes": "a merge\n", "d/.gitattributes": "b merge\n", "e/.gitattributes": "c merge\n"})
	a := &attributes{objs: r.Objects(), tree: r.Rev(tip.String() + "^{tree}")}
	if _, err := a.lookup("d/x/f", "merge"); err != nil {
		t.Fatal(err)
	}
	if _, read := a.dirs["e"]; read || len(a.dirs) != 3 {
		t.Errorf("read %d directories", len(a.dirs))
	}
}
