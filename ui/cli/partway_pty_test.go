package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestBranchThenTagOnTheScreen: the server cannot take both at once, which the
// gate says; it then refuses the tag, which is not called nothing; and while
// that is put right somebody takes the name, so that the run ends with the next.
func TestBranchThenTagOnTheScreen(t *testing.T) {
	shop, origin := shopOnScreen(t)
	origin.Git("config", "receive.advertiseAtomic", "false")
	origin.Hook("update", `case $1 in refs/tags/*) echo "the release robot makes the tags" >&2; exit 1;; esac`)
	x := toPreview(t, shop)
	x.press("c")
	x.see("ROUTE", "origin cannot take branch and tag together")
	x.ships("v1.0.2")
	x.see("PART WAY: the branch is there, the tag is lacking", "the release robot makes the tags", "enter shows the open run")
	if origin.Git("tag", "--list", "v1.0.2") != "" || origin.Git("show", "main:total") != "one\ntwo\nthree" {
		t.Fatalf("the remote holds\n%s", origin.Git("for-each-ref"))
	}
	x.press(enter)
	x.see("the tag v1.0.2 is lacking", "c: Tags")
	origin.Hook("update", "exit 0")
	origin.Git("tag", "v1.0.2", "main~1")
	x.press("r")
	x.see("the tag v1.0.2 is somebody else's", "as v1.0.3")
	x.press("c")
	x.see("CARRY ON WITH THIS?")
	x.ships("v1.0.3")
	x.see("SHIPPED v1.0.3", "origin holds both")
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
	if origin.Rev("v1.0.3^{commit}") != origin.Rev("main") || origin.Rev("v1.0.2") != origin.Rev("main~1") {
		t.Errorf("the remote holds\n%s", origin.Git("for-each-ref"))
	}
}

// TestASecondOneSaysWhoIsAtIt: on start, and where it tries to publish all the
// same; once the first is gone, the way on is open.
func TestASecondOneSaysWhoIsAtIt(t *testing.T) {
	shop, origin := shopOnScreen(t)
	fifo := filepath.Join(t.TempDir(), "hold")
	if out, err := exec.Command("mkfifo", fifo).CombinedOutput(); err != nil {
		t.Skipf("no fifo here: %s", out)
	}
	shop.Hook("pre-push", "read held <'"+fifo+"'; exit 0")
	first := toPreview(t, shop)
	first.press("c")
	first.ships("v1.0.2")
	held, err := os.OpenFile(fifo, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}

	second := start(t, 80, 24, append(shop.Env(), "LC_ALL=C.UTF-8"), shop.Dir)
	second.see("SOMEBODY IS PUBLISHING FROM HERE", "under way, by")
	second.press("c")
	second.see("somebody is at it")
	second.press(escape)
	second.see("DEPLOY", "✓ clean")
	second.press(enter)
	second.see("the same as git's merge")
	second.press("c")
	second.ships("v1.0.2")
	second.see("UNDER WAY ELSEWHERE: nothing was shipped", "enter shows the open run")

	if _, err := held.WriteString("go\n"); err != nil {
		t.Fatal(err)
	}
	held.Close()
	first.see("SHIPPED v1.0.2")
	second.press(enter)
	second.see("no run is open any more", "DEPLOY")
	for _, x := range []*terminal{first, second} {
		x.press("q")
		if code := x.exit(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		x.restored()
	}
	if origin.Rev("v1.0.2^{commit}") != origin.Rev("main") {
		t.Errorf("the remote holds\n%s", origin.Git("for-each-ref"))
	}
}
