package cli

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const ownTop = "branch = \"main\"\nremote = \"origin\"\nforges = \"git.example.com=gitlab\"\n"

// TestDamagedSourcesChangeNothingElse: whatever becomes of the tables of sources,
// what stands before them is read as it is, or the file is refused; nothing of a
// damaged table is taken for a setting.
func TestDamagedSourcesChangeNothingElse(t *testing.T) {
	tables := "\n[sources.file]\npath = \"/var/log/x\"\n\n[sources.heroku]\nkind = \"command\"\ncommand = [\"sh\", \"-c\", '''\n[a] | remote = \"b\"\n''']\n\n[sources.argocd]\nserver = \"x\"\n"
	whole, _, err := readTOML([]byte(ownTop))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := tables
		for range rapid.IntRange(1, 3).Draw(t, "damages") {
			// Without the first header its keys would be settings, as TOML has it.
			at := rapid.IntRange(len("\n[sources.file]\n"), len(text)-1).Draw(t, "at")
			end := min(len(text), at+rapid.IntRange(0, 4).Draw(t, "cut"))
			text = text[:at] + rapid.SampledFrom([]string{"", "\"", "'''", "]", "[", "=", "\n", "#", "[sources.x]\n", "\nremote = \"evil\"\n", "\x00", "é"}).Draw(t, "put") + text[end:]
		}
		raw, broken, err := readTOML([]byte(ownTop + text))
		if err != nil {
			return
		}
		for key, value := range raw {
			if _, ours := whole[key]; key != sourcesKey && (!ours || value != whole[key]) {
				if _, table := value.(map[string]any); table {
					continue // a table of another name: refused where it is not known
				}
				t.Fatalf("%s is %v in\n%s", key, value, text)
			}
		}
		for key := range whole {
			if raw[key] != whole[key] {
				t.Fatalf("%s is lost in\n%s", key, text)
			}
		}
		for _, b := range broken {
			if b.name == "" || b.line <= strings.Count(ownTop, "\n") || b.why == "" {
				t.Fatalf("%+v of\n%s", b, text)
			}
		}
	})
}

func TestBrokenTablesAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"[sources.a]\nx = \"1\n[sources.b]\nkind = \"file\"\n":    "a 5",
		"[sources.a]\nx = 1\n[sources.b\nkind = \"file\"\n":       "b 6",
		"[sources.a]\nx = 1\nx = 2\n[sources.b]\ny = 1\ny = 2\n":  "a 6, b 9",
		"[sources.a]\nx = '''\n[sources.b]\nkind = \"file\"\n":    "a 7",
		"[sources.a]\nx = 1\n[sources.a]\ny = 1\n":                "a 6",
		"[sources.a]\nkind = \"file\"\n\n [ sources.\"b\" ] x\n":  "b 7",
		"[sources.a]\ncommand = [\"a\"\n\"b\"]\n[sources.b]\nx=1": "a 6",
	} {
		raw, broken, err := readTOML([]byte(ownTop + text))
		var named []string
		for _, b := range broken {
			named = append(named, b.name+" "+strconv.Itoa(b.line))
		}
		if got := strings.Join(named, ", "); err != nil || raw["remote"] != "origin" || got != want {
			t.Errorf("%q: %s, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"branch = main\n[sources.a]\n", "[other]\nx = \"\n[sources.a]\n"} {
		if _, _, err := readTOML([]byte(text)); err == nil || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
