package hazard

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNeutraliseClosing(t *testing.T) {
	for text, want := range map[string]string{
		"Fixes #12":                   "Fixes (#12)",
		"fix #12":                     "fix (#12)",
		"Fix: #12":                    "Fix: (#12)",
		"fixed:  #12, and more":       "fixed:  (#12), and more",
		"Closes org/repo#3":           "Closes (org/repo#3)",
		"closing group/sub/project#3": "closing (group/sub/project#3)",
		"Resolves https://example.com/o/r/issues/4":     "Resolves (https://example.com/o/r/issues/4)",
		"Resolve https://gitlab.com/g/p/-/issues/4 now": "Resolve (https://gitlab.com/g/p/-/issues/4) now",
		"Closes #1, #2 and #3":                          "Closes (#1, #2 and #3)",
		"Closes #1, closes #2":                          "Closes (#1), closes (#2)",
		"Implements #5":                                 "Implements (#5)",
		"Implementing PROJ-12":                          "Implementing (PROJ-12)",
		"RESOLVED GH-12":                                "RESOLVED (GH-12)",
		"Fixes AB#44":                                   "Fixes (AB#44)",
		"Fixes issue #12":                               "Fixes issue (#12)",
		"fixes bug 12":                                  "fixes bug (12)",
		"reopens #12":                                   "reopens (#12)",
		`Revert "Round totals, fixes #12"`:              `Revert "Round totals, fixes (#12)"`,
		"PROJ-12 #close":                                "PROJ-12 close",
		"PROJ-12 Round totals #resolve #comment done":   "PROJ-12 Round totals resolve #comment done",
		"PROJ-7 #close #close":                          "PROJ-7 close close",
		"PROJ-7 #close #12":                             "PROJ-7 close (#12)",
		"feat(cart): round (closes #12)":                "feat(cart): round (closes (#12))",
		"Round totals (#12)":                            "Round totals (#12)",
		"See #12":                                       "See #12",
		"Fix (#12)":                                     "Fix (#12)",
		"fixes build-12 logs":                           "fixes build-12 logs",
		"fix 12 tests":                                  "fix 12 tests",
		"fix UTF-8 names":                               "fix UTF-8 names",
		"Fix CVE-2024-1234":                             "Fix CVE-2024-1234",
		"Prefix #12":                                    "Prefix #12",
		"close the door":                                "close the door",
		"Merge pull request #12 from ada/fix-12":        "Merge pull request #12 from ada/fix-12",
		"":                                              "",
	} {
		if got := NeutraliseClosing(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// Whatever is written, nothing that closes is left, and only brackets are new.
func TestNeutralisedClosesNothing(t *testing.T) {
	piece := rapid.SampledFrom([]string{"fixes", "Closes", "resolve", "implements", " ", " ", ":", "#12", "o/r#3", "PROJ-7", ",", " and ", "issue ", "#close", "(", ")", "https://h/x/issues/4", "x", "\n", `"`})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 1, 14).Draw(t, "pieces"), "")
		got := NeutraliseClosing(text)
		if again := NeutraliseClosing(got); again != got {
			t.Fatalf("%q: %q, then %q", text, got, again)
		}
		letters := strings.NewReplacer("(", "", ")", "", "#", "")
		if letters.Replace(got) != letters.Replace(text) {
			t.Fatalf("words changed: %q, %q", text, got)
		}
	})
}
