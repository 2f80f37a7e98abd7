package cli

import (
	"strings"
	"testing"
)

const (
	ctrlR = "\x12"
	ctrlX = "\x18"
)

// TestTheOtherWaysOnTheScreen: past hooks that refuse, by a pull request and
// straight again; each time the gate says what it now opens to, and only what
// the last one said happens.
func TestTheOtherWaysOnTheScreen(t *testing.T) {
	shop, origin := shopOnScreen(t)
	shop.Hook("commit-msg", "echo which issue is this >&2; exit 1")
	shop.Hook("pre-push", "exit 1")
	x := toPreview(t, shop)
	x.press("c")
	x.see("THE HOOK REFUSED: nothing was sent", "which issue is this", "ctrl+x goes on without hooks", "ctrl+x hooks or not")
	x.press(ctrlX)
	x.see("SHIP THIS?", "straight to main, without hooks (--no-verify): it skips commit-msg and pre-push", "git push --atomic --no-verify", " ▸ ")
	x.press("v1.0." + ctrlR)
	x.see("PROPOSE THIS?", "by a pull request from revert/", "which you open: you", "git push --no-verify", "it is v1.0.2", " ▸ ")
	if strings.Contains(x.text(), "▸ v1.0.") {
		t.Errorf("what was typed for the other gate is still there:\n%s", x.text())
	}
	x.press(ctrlR)
	x.see("SHIP THIS?", "straight to main, without hooks")
	x.ships("v1.0.2")
	x.see("SHIPPED v1.0.2", "origin holds both")
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
	if origin.Rev("v1.0.2^{commit}") != origin.Rev("main") || origin.Git("for-each-ref", "refs/heads/revert") != "" {
		t.Errorf("the remote holds\n%s", origin.Git("for-each-ref"))
	}
}

// TestProposedOnTheScreen where main could be pushed to: nothing but a branch of
// its own is sent.
func TestProposedOnTheScreen(t *testing.T) {
	shop, origin := shopOnScreen(t)
	before := origin.Rev("main")
	x := toPreview(t, shop)
	x.press("c")
	x.see("SHIP THIS?", " ▸ ", "ctrl+r pull request or not")
	x.press(ctrlR)
	x.see("PROPOSE THIS?")
	x.ships("v1.0.2")
	x.see("PROPOSED, NOT SHIPPED", "open a pull request from revert/")
	x.press("q")
	x.exit()
	x.restored()
	if origin.Rev("main") != before || origin.Git("tag", "--list", "v1.0.2") != "" || origin.Git("for-each-ref", "refs/heads/revert") == "" {
		t.Errorf("the remote holds\n%s", origin.Git("for-each-ref"))
	}
}

// TestNotTogetherOnTheScreen: a server that says it takes both together, and at
// the push does not. The screen goes the other way and says so beforehand, also
// where the server goes on saying what is not so.
func TestNotTogetherOnTheScreen(t *testing.T) {
	shop, origin := shopOnScreen(t)
	before := origin.Git("for-each-ref")
	x := toPreview(t, shop)
	x.press("c")
	x.see("SHIP THIS?", "git push --atomic")
	origin.Git("config", "receive.advertiseAtomic", "false")
	x.ships("v1.0.2")
	x.see("NOT TOGETHER: nothing was shipped", "enter plans again with the branch first")
	if after := origin.Git("for-each-ref"); after != before {
		t.Errorf("the remote was\n%s\nand is\n%s", before, after)
	}
	origin.Git("config", "--unset", "receive.advertiseAtomic")
	x.press(enter)
	x.see("REVERT", "the same as git's merge")
	x.press("c")
	x.see("SHIP THIS?", "ROUTE", "origin cannot take branch and tag together: the branch goes first")
	x.ships("v1.0.2")
	x.see("SHIPPED v1.0.2", "origin holds both")
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
	if origin.Rev("v1.0.2^{commit}") != origin.Rev("main") {
		t.Errorf("the remote holds\n%s", origin.Git("for-each-ref"))
	}
}
