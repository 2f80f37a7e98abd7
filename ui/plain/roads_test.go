package plain

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/ui/screentest"
)

// talk holds a conversation with answers, one a line.
func talk(t *testing.T, w *teller, answers ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := Run(context.Background(), w, strings.NewReader(strings.Join(answers, "\n")+"\n"), &out, Options{Now: screentest.NewClock().Now})
	return out.String(), err
}

func says(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("it does not say %q", w)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

func leftover() gitops.Run {
	p := screentest.Clean(screentest.Remedy())
	return gitops.Run{
		ID: "r1", State: gitops.RunInterrupted, Plan: p, By: gitops.Actor{User: "ada", Host: "laptop"},
		Receipt: gitops.Receipt{ID: "r1", StartedAt: screentest.Now.Add(-time.Hour), Steps: []gitops.StepResult{{Name: "push", State: gitops.StepRunning}}},
	}
}

// TestTheWayIsSaidBeforeTheGate: the route, the notes, and the message where
// the hook changed it.
func TestTheWayIsSaidBeforeTheGate(t *testing.T) {
	w := newTeller()
	w.passage = gitops.Passage{Route: gitops.RoutePullRequest, Via: "revert/x", Forge: "github.com", Why: "main is protected"}
	w.heard = []gitops.Notice{{Code: "hook", Text: "the hook changed the message."}}
	text, err := talk(t, w, "1", "1", "", "", "s", "no", "q")
	if err != nil || len(w.published) != 0 {
		t.Fatalf("%v, %d published", err, len(w.published))
	}
	says(t, text, "Asking origin how this would go.", "Route: by a pull request from revert/x, opened on github.com: main is protected.",
		"Note: the hook changed the message.", "Change-Id: I1", "once it is merged, ahead resume tags it v1.42.1")
}

func TestAHookRefusesBeforeTheGate(t *testing.T) {
	w := newTeller()
	w.rehearse = []error{&gitops.Error{Code: gitops.CodeHook, What: "the hook refused", Hint: "name an issue", Detail: "\x1b[2Jwhich issue?"}}
	text, err := talk(t, w, "1", "1", "", "", "s", "", "s", "v1.42.1", "q")
	if err != nil || len(w.published) != 1 || w.published[0].Passage.NoVerify {
		t.Fatalf("%v, %d published\n%s", err, len(w.published), text)
	}
	says(t, text, "The hook refused: nothing was sent, nothing was changed.", "they said: <1b>[2Jwhich issue?", "What to do: name an issue.")
}

// TestTheWayPastAHookThatRefuses is one letter, and is read out before anything
// ships.
func TestTheWayPastAHookThatRefuses(t *testing.T) {
	w := newTeller()
	w.rehearse = []error{&gitops.Error{Code: gitops.CodeHook, What: "the hook refused", Hint: "name an issue"}}
	text, err := talk(t, w, "1", "1", "", "", "s", "x", "v1.42.1", "q")
	if err != nil || len(w.published) != 1 || !w.published[0].Passage.NoVerify {
		t.Fatalf("%v, %d published\n%s", err, len(w.published), text)
	}
	says(t, text, "x goes on without hooks, anything else goes back.", "Route: straight to main, without hooks (--no-verify): it skips pre-push, so nothing is checked here.")
}

// TestAnotherWayInPlain: by a letter at the gate, asked about and read out anew,
// and taken back by the same letter; a rule is not talked away.
func TestAnotherWayInPlain(t *testing.T) {
	w := newTeller()
	text, err := talk(t, w, "1", "1", "", "", "s", "r", "X", "r", "v1.42.1", "q")
	if err != nil || len(w.published) != 1 || w.published[0].Remedy.Wishes != (gitops.Wishes{NoVerify: true}) {
		t.Fatalf("%v, published %+v\n%s", err, w.published, text)
	}
	says(t, text, "r sends it by a pull request, x goes without hooks. Anything else goes back.", "Propose this?", "To propose it, type the new tag's name: v1.42.1. r sends it straight, x goes without hooks.",
		"you asked for a pull request; without hooks", "r sends it straight, x has the hooks run.", "Route: straight to main, without hooks", "git push --atomic --no-verify")
	if n := strings.Count(text, "Asking origin how this would go."); n != 4 {
		t.Errorf("asked %d times", n)
	}
	w = newTeller()
	w.passage = gitops.Passage{Route: gitops.RoutePullRequest, Via: "revert/x", Forge: "github.com", Why: "main is protected"}
	text, err = talk(t, w, "1", "1", "", "", "s", "r", "q")
	if err != nil || len(w.published) != 0 || strings.Contains(text, "r sends it") || !strings.Contains(text, "That is not the name.") {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestNoAtomicInPlain: planned again, the other way read out before the name is
// asked for.
func TestNoAtomicInPlain(t *testing.T) {
	w := newTeller()
	w.publish = []error{&gitops.Error{Code: gitops.CodeRejected, What: "origin cannot take branch and tag together", Err: &gitops.NoAtomic{Remote: "origin"}}}
	w.learns = gitops.Passage{Route: gitops.RouteDirect, Apart: true, Why: "origin cannot take branch and tag together: the branch goes first"}
	text, err := talk(t, w, "1", "1", "", "", "s", "v1.42.1", "s", "v1.42.1", "q")
	if err != nil || len(w.published) != 2 || !w.published[1].Passage.Apart {
		t.Fatalf("%v, %d published\n%s", err, len(w.published), text)
	}
	says(t, text, "Not together: nothing was shipped.", "Planning again on what is there now.", "Route: origin cannot take branch and tag together: the branch goes first.")
}

func TestALockedKeyIsAskedForInPlain(t *testing.T) {
	locked := &gitops.Error{Code: gitops.CodeSigning, What: "not signed", Hint: "ssh-add"}
	w := newTeller()
	w.rehearse = []error{locked, locked}
	text, err := talk(t, w, "1", "1", "", "", "s", "u", "u", "v1.42.1", "q")
	if err != nil || w.unlocked != 2 || len(w.published) != 1 {
		t.Fatalf("%v, asked %d times, %d published\n%s", err, w.unlocked, len(w.published), text)
	}
	says(t, text, "u lets git ask for the key's passphrase now", "Asking for the key: ssh-add key")
	w = newTeller()
	w.rehearse = []error{locked}
	if _, err := talk(t, w, "1", "1", "", "", "s", "", "q"); err != nil || w.unlocked != 0 || len(w.published) != 0 {
		t.Errorf("%v, asked %d times", err, w.unlocked)
	}
}

// TestABrokenOffRunComesFirst: closed, left, or carried on, by number.
func TestABrokenOffRunComesFirst(t *testing.T) {
	for name, c := range map[string]struct {
		stands  gitops.Standing
		answers []string
		says    []string
		closed  int
		carried int
		planned int
	}{
		"later":  {gitops.Standing{Words: "it holds nothing."}, []string{"9", "3", "q"}, []string{"It holds nothing.", "Say one of the numbers.", "Which one?"}, 0, 0, 0},
		"closed": {gitops.Standing{Words: "it holds nothing."}, []string{"1", "2", "", "2", "fixed", "q"}, []string{"Closed. Origin was not touched.", "Which one?"}, 1, 0, 0},
		"no way on": {
			gitops.Standing{Words: "it waits.", Next: "Have it merged."},
			[]string{"4", "3", "q"},
			[]string{"Have it merged.", "Say one of the numbers."},
			0, 0, 0,
		},
		"carried on": {
			gitops.Standing{Words: "the tag is lacking.", Next: "Tags it.", Onward: gitops.OnwardTag, Tag: gitops.TagPlan{Name: "v1.42.1"}},
			[]string{"4", "v1.42.1", "q"},
			[]string{"4 carries it on", "To carry on, type the new tag's name: v1.42.1.", "Shipped v1.42.1 in less than 1 s.", "Enter asks whether v1.42.1 is live"},
			0, 1, 0,
		},
		"not confirmed": {
			gitops.Standing{Words: "the tag is lacking.", Onward: gitops.OnwardTag, Tag: gitops.TagPlan{Name: "v1.42.1"}},
			[]string{"4", "v1.42.0", "q"},
			[]string{"That is not the name. The run stays open."},
			0, 0, 0,
		},
		"settled": {
			gitops.Standing{Words: "all is there.", Onward: gitops.OnwardSettle, Tag: gitops.TagPlan{Name: "v1.42.1"}},
			[]string{"4", "q"},
			[]string{"Carrying on with v1.42.1."},
			0, 1, 0,
		},
		"planned again": {
			gitops.Standing{Words: "main moved.", Onward: gitops.OnwardPlan},
			[]string{"4", "s", "v1.42.1", "q"},
			[]string{"Working out the plan.", "Shipped v1.42.1"},
			1, 0, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTeller()
			w.runs, w.stands = []gitops.Run{leftover()}, c.stands
			if c.planned > 0 {
				w.runs[0].Plan.Remedy.Reason = "it is broken"
			}
			text, err := talk(t, w, c.answers...)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			says(t, text, append(c.says, "An earlier run is open: v1.42.1 to main, broken off at the step push.", "1 h ago, by ada on laptop")...)
			if len(w.closed) != c.closed || w.carried != c.carried || len(w.published) != c.planned {
				t.Errorf("closed %v, carried on %d, published %d\n%s", w.closed, w.carried, len(w.published), text)
			}
		})
	}
}

// TestAnUnknownOutcomeIsAskedAboutAtOnce.
func TestAnUnknownOutcomeIsAskedAboutAtOnce(t *testing.T) {
	w := newTeller()
	w.publish = []error{&gitops.Error{Code: gitops.CodeOutcomeUnknown, What: "no answer"}}
	w.left = []gitops.Run{leftover()}
	w.left[0].ID = "p1"
	w.stands = gitops.Standing{Words: "all is there.", Onward: gitops.OnwardSettle, Tag: gitops.TagPlan{Name: "v1.42.1"}}
	text, err := talk(t, w, "1", "1", "", "", "s", "v1.42.1", "1", "4", "q")
	if err != nil || w.carried != 1 {
		t.Fatalf("%v, carried on %d\n%s", err, w.carried, text)
	}
	says(t, text, "Outcome unknown: it is not known whether it shipped.", "All is there.", "Shipped v1.42.1")
}
