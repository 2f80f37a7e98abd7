package plain_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The whole road on a real repository: a pasted trace, its culprit first, the
// revert of it shipped.
func TestATraceLeadsToItsCulprit(t *testing.T) {
	s := openShop(t)
	text, err := s.converse(t, nil,
		"s", "panic: totals", "\t/build/src/total.go:3 +0x1d", ".", "totals off", "", "yesterday-ish", "", "mian", "main",
		"1", "totals off by a cent", "", "s", "v1.0.2", "")
	if err != nil {
		t.Fatalf("%v after:\n%s", err, text)
	}
	for _, want := range []string{
		"It names 1 place in code.", "That is no time.", "Believed: ", "What to do: ", "as you say", "Ranking the suspects.", "1 frame of the trace found in the repository",
		"1. " + s.suspect.Short() + ", Round totals per line, by ", "   Why: changed `total.go:3`, the line that fails", "Shipped v1.0.2 in",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if got := s.remote.Git("show", "main:total.go"); !strings.Contains(got, "digits = 2") {
		t.Errorf("the remote has %q", got)
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestATraceFromAFile(t *testing.T) {
	s := openShop(t)
	path := filepath.Join(t.TempDir(), "trace")
	if err := os.WriteFile(path, []byte("panic\n\ttotal.go:3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := s.converse(t, nil, "s", "@"+path+"-none", "@"+path, "", "", "", "", "b", "q")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Paste it, or name another file", "Read 2 lines.", "1. " + s.suspect.Short(), "Bye. Nothing was shipped."} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

// TestOfALongLogTheEndIsTaken: what happened last stands there, and a line that is too
// long for an answer is no reason to leave.
func TestOfALongLogTheEndIsTaken(t *testing.T) {
	s := openShop(t)
	log := []string{"s", `{"msg":"` + strings.Repeat("x", 100_000) + `"}`}
	for range 30 {
		log = append(log, "INFO "+strings.Repeat("y", 60_000))
	}
	text, err := s.converse(t, nil, append(log, "panic: totals", "\ttotal.go:3", ".", "", "", "", "", "b", "q")...)
	if err != nil {
		t.Fatalf("%v after:\n%s", err, text)
	}
	for _, want := range []string{"It is long: its last 19 lines are taken.", "It names 1 place in code.", "1. " + s.suspect.Short()} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

// An answer about what was tried rules commits out, is told again to whoever asks
// next, and can be dropped.
func TestAnswersAreToldAndForgotten(t *testing.T) {
	s := openShop(t)
	ask := []string{"s", ".", "", "", "", ""}
	text, err := s.converse(t, nil, append(ask, "works", "broken nothing", "works v1.0.0", "b", "q")...)
	if err != nil || !strings.Contains(text, "Noted: v1.0.0 works.") || !strings.Contains(text, "Say of what") || !strings.Contains(text, "nothing") {
		t.Fatalf("%v after:\n%s", err, text)
	}
	text, err = s.converse(t, nil, append(ask, "forget", "b", "q")...)
	if err != nil {
		t.Fatalf("%v after:\n%s", err, text)
	}
	told, after, ok := strings.Cut(text, "Forgotten.")
	if !ok || !strings.Contains(told, "works, as you") || !strings.Contains(told, "(the word forget drops it)") {
		t.Errorf("told %q", told)
	}
	if strings.Contains(after, "as you said") || strings.Contains(after, "as you just said") {
		t.Errorf("not forgotten: %q", after)
	}
}

// TestAnAnswerThatCannotBeFollowedIsAskedForAgain: nothing is ranked or read out
// again for it.
func TestAnAnswerThatCannotBeFollowedIsAskedForAgain(t *testing.T) {
	s := openShop(t)
	text, err := s.converse(t, nil, "s", ".", "", "", "", "", "works", "broken nothing", "hm", "99", "1 99", "m", "", "b", "q")
	if err != nil {
		t.Fatalf("%v after:\n%s", err, text)
	}
	_, after, _ := strings.Cut(text, "Ranking the suspects.")
	if strings.Contains(after, "Ranking") || strings.Count(after, "1. "+s.suspect.Short()) > 1 || strings.Count(after, "does not decide") > 1 {
		t.Errorf("it begins anew:\n%s", after)
	}
	if n := strings.Count(after, "Which to revert?"); n < 8 {
		t.Errorf("asked %d times:\n%s", n, after)
	}
}
