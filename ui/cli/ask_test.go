package cli

import (
	"os/exec"
	"strings"
	"testing"

	"ahead/gitops/gittest"
)

// shop is a repository with two releases, one unreleased commit and a remote.
func shop(t *testing.T) (*gittest.Repo, *gittest.Bare) {
	t.Helper()
	r := gittest.New(t)
	r.Commit("Start", map[string]string{"total": "a\nb\nc\nd\ne\nf\n", "tax": "1\n"})
	r.AnnotatedTag("v1.0.0")
	r.Commit("Round totals", map[string]string{"total": "a\nB\nc\nd\ne\nf\n"})
	r.AnnotatedTag("v1.1.0")
	r.Commit("Banner", map[string]string{"banner": "spring\n"})
	return r, r.WithRemote()
}

func TestRevertAsksForTheTagsName(t *testing.T) {
	r, bare := shop(t)
	x := start(t, 100, 50, r.Env(), r.Path(), "revert", "v1.1.0", "--reason", "off by a cent")
	x.see(`Revert "Round totals"`, "nothing has been changed yet. To ship, type the new tag's name:")
	x.press("v1.1.1" + enter)
	x.see("✓ verify", "shipped v1.1.1")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if got := bare.Git("log", "-1", "--format=%s", "v1.1.1"); strings.TrimSpace(got) != `Revert "Round totals"` {
		t.Errorf("the tag is on %q", got)
	}
}

func TestAnotherAnswerShipsNothing(t *testing.T) {
	for _, answer := range []string{"yes" + enter, enter, "\x04"} {
		r, bare := shop(t)
		before := bare.Git("for-each-ref")
		x := start(t, 100, 50, r.Env(), r.Path(), "revert", "v1.1.0", "--reason", "off by a cent")
		x.see("type the new tag's name:")
		x.press(answer)
		if code := x.exit(); code != exitRefused {
			t.Errorf("answer %q: exit code %d, want %d\n%s", answer, code, exitRefused, x.text())
		}
		if after := bare.Git("for-each-ref"); after != before {
			t.Errorf("answer %q shipped something:\n%s", answer, after)
		}
	}
}

// TestTipMovedAsksAgain: a colleague pushes while the question stands. Nothing
// ships; the new plan is shown and asked about.
func TestTipMovedAsksAgain(t *testing.T) {
	r, bare := shop(t)
	colleague := bare.Clone()
	x := start(t, 100, 60, r.Env(), r.Path(), "revert", "v1.1.0", "--reason", "off by a cent")
	x.see("type the new tag's name:")
	colleague.Commit("Meanwhile", map[string]string{"meanwhile": "x\n"})
	colleague.Git("push", "-q", "origin", "main")
	x.press("v1.1.1" + enter)
	x.see("nothing was shipped. Here is", `along     `+colleague.Head().Short()+` "Meanwhile"`)
	if got := strings.TrimSpace(bare.Git("log", "-1", "--format=%s", "main")); got != "Meanwhile" {
		t.Fatalf("the remote's tip is %q", got)
	}
	x.press("v1.1.1" + enter)
	x.see("shipped v1.1.1")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if got := bare.Rev("main^"); got != colleague.Head() {
		t.Errorf("the revert is on %s, not on the colleague's commit", got.Short())
	}
}

func TestInterruptedQuestionShipsNothing(t *testing.T) {
	r, bare := shop(t)
	before := bare.Git("for-each-ref")
	x := start(t, 100, 50, r.Env(), r.Path(), "revert", "v1.1.0", "--reason", "off by a cent")
	x.see("type the new tag's name:")
	x.press(ctrlC)
	if code := x.exit(); code == 0 {
		t.Error("exit code 0 after ctrl-c")
	}
	if after := bare.Git("for-each-ref"); after != before {
		t.Errorf("ctrl-c shipped something:\n%s", after)
	}
}

// TestPlainDrill plays the drill by numbered questions, without a terminal.
func TestPlainDrill(t *testing.T) {
	cmd := exec.Command(binary(t), "drill", "bad-price-rule", "--seed", "3", "--plain")
	cmd.Dir = t.TempDir()
	cmd.Stdin = strings.NewReader("")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"DRILL Totals are off", "v1.32.0", "Production is down", "Nothing was shipped"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(string(out), "\x1b") {
		t.Error("plain mode wrote an escape sequence")
	}
}
