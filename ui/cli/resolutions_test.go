package cli

import (
	"strings"
	"testing"
)

// TestNoDecisionIsReadAsAnother: what is not said clearly is not guessed.
func TestNoDecisionIsReadAsAnother(t *testing.T) {
	for doc, want := range map[string]string{
		"":                             "it is empty",
		"{}":                           "one object where a list",
		"[] []":                        "something behind the list",
		"[{}]":                         "names no path",
		"[null]":                       "names no path",
		`[{"path":"a"}]`:               "takes nothing",
		`[{"path":"a","tak":"ours"}]`:  "unknown field",
		`[{"path":"a","take":"text"}]`: "needs a text",
		"[{\"path\":\"a\",\"take\":\"text\",\"text\":\"caf\xe9\"}]":        "not UTF-8",
		`[{"path":"a","take":"ours","text":"x"}]`:                          "a text goes with",
		`[{"path":"a","take":"ours","hunks":[{"take":"ours"}]}]`:           "not both",
		`[{"path":"a","hunks":[{"take":"ours"},{"take":"text"}]}]`:         "hunk 2",
		`[{"path":"a","take":"ours"},{"path":"a","take":"theirs"}]`:        "settled twice",
		`[{"path":"a","take":"ours","suspect":"x"},{"path":"b","take":1}]`: "take cannot be a number",
	} {
		if _, err := parseResolutions([]byte(doc)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", doc, err, want)
		} else if strings.Contains(err.Error(), "Go ") || strings.Contains(err.Error(), "cli.") {
			t.Errorf("%s: %v: our types are nobody's business", doc, err)
		}
	}
	docs, err := parseResolutions([]byte(`[{"path":"a","take":"text","text":""},
		{"path":"a","suspect":"v1","hunks":[{"take":"text","text":"x\r\n"},{"take":"both"}]}]`))
	if err != nil || len(docs) != 2 || given(docs[0].Text) != "" || given(docs[1].Hunks[0].Text) != "x\r\n" {
		t.Errorf("%+v, %v", docs, err)
	}
}
