package cli

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops/forge/forgetest"
	"ahead/gitops/gittest"
)

// shopOnScreen is a real repository with a real remote: v1.0.1 rounded totals,
// and a commit after it is not released yet.
func shopOnScreen(t *testing.T) (shop *gittest.Repo, origin *gittest.Bare) {
	t.Helper()
	shop = gittest.New(t)
	shop.Git("config", "user.name", "On Call")
	shop.Git("config", "user.email", "oncall@example.com")
	shop.Commit("Open the shop", map[string]string{"total": "one\ntwo\nthree\n"})
	shop.AnnotatedTag("v1.0.0")
	shop.Commit("Round totals per line", map[string]string{"total": "one\nrounded\nthree\n"})
	shop.AnnotatedTag("v1.0.1")
	shop.Commit("Update banner text", map[string]string{"banner": "hello\n"})
	return shop, shop.WithRemote()
}

// toPreview opens the screen on the shop and walks to a preview that can ship.
func toPreview(t *testing.T, shop *gittest.Repo, env ...string) *terminal {
	t.Helper()
	x := start(t, 100, 30, append(append(shop.Env(), "LC_ALL=C.UTF-8"), env...), shop.Dir)
	x.see("LATEST RELEASE v1.0.1", "Round totals per line", "✓ clean")
	x.press(enter)
	x.see("REVERT", "the same as git's merge")
	return x
}

// ships types the name at the gate.
func (x *terminal) ships(tag string) {
	x.t.Helper()
	x.see("type the new tag's name", " ▸ ")
	x.press(tag)
	x.see(" ✓ enter")
	x.press(enter)
}

// TestAPullRequestOnTheScreen: the gate says before the decision that main takes
// pull requests only, the outcome that nothing shipped yet; once it is merged,
// one key asks, and the tag follows.
func TestAPullRequestOnTheScreen(t *testing.T) {
	forge := forgetest.NewGitHub(t, "github.com", "acme", "shop")
	forge.Rules["main"] = []forgetest.JSON{{
		"type": "pull_request", "ruleset_id": 7, "ruleset_source": "acme/shop", "ruleset_source_type": "Repository",
		"parameters": forgetest.JSON{
			"dismiss_stale_reviews_on_push": false, "require_code_owner_review": false, "require_last_push_approval": false,
			"required_approving_review_count": 1, "required_review_thread_resolution": false,
		},
	}}
	forge.Rulesets = []forgetest.JSON{{
		"id": 7, "name": "production", "target": "branch", "enforcement": "active", "current_user_can_bypass": "never",
	}}
	shop, local := shopOnScreen(t)
	program, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	local.Git("clone", "-q", "--bare", ".", filepath.Join(root, "acme/shop.git"))
	origin := shop.At(filepath.Join(root, "acme/shop.git"))
	origin.Git("config", "http.receivepack", "true")
	forge.ServeGit("github.com", program, root, forge.Token, local.Env())
	shop.Git("remote", "set-url", "origin", "https://github.com/acme/shop.git")
	shop.Git("config", "credential.helper", "!f() { test $1 = get && echo username=ada && echo password="+forge.Token+"; }; f")

	x := toPreview(t, shop, forge.Environment()...)
	x.press("c")
	x.see("PROPOSE THIS?", "ROUTE", "by a pull request from", "changes to main must come", "github.com", "once it is merged, ahead resume tags it v1.0.2")
	x.ships("v1.0.2")
	x.see("PROPOSED, NOT SHIPPED", "have it merged: https://github.com/acme/shop/pull/", "r ask again")
	if strings.Contains(x.text(), "live") || strings.Contains(x.output(), forge.Token) {
		t.Errorf("it says more than it should:\n%s", x.text())
	}
	via := strings.TrimSpace(origin.Git("for-each-ref", "--format=%(refname)", "refs/heads/revert"))
	if via == "" || origin.Git("tag", "--list", "v1.0.2") != "" {
		t.Fatalf("the remote holds\n%s", origin.Git("for-each-ref"))
	}
	x.press("r")
	x.see("A PULL REQUEST WAITS", "the pull request 1 is open")
	origin.Git("update-ref", "refs/heads/main", via)
	x.press("r")
	x.see("is on main", "v1.0.2 is lacking", "c: Tags")
	x.press("c")
	x.see("CARRY ON WITH THIS?", "To carry on")
	x.ships("v1.0.2")
	x.see("SHIPPED v1.0.2", "origin holds both")
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
	if origin.Git("rev-parse", "v1.0.2^{commit}") != origin.Git("rev-parse", "main") {
		t.Errorf("the remote holds\n%s", origin.Git("for-each-ref"))
	}
}

// TestABrokenOffRunIsToldAndCarriedOn: killed in the middle of its push, the
// next start says so before anything else, asks the remote, and goes on.
func TestABrokenOffRunIsToldAndCarriedOn(t *testing.T) {
	shop, origin := shopOnScreen(t)
	fifo := filepath.Join(t.TempDir(), "hold")
	if out, err := exec.Command("mkfifo", fifo).CombinedOutput(); err != nil {
		t.Skipf("no fifo here: %s", out)
	}
	shop.Hook("pre-push", "read held <'"+fifo+"'; exit 1")
	x := toPreview(t, shop)
	x.press("c")
	x.ships("v1.0.2")
	// The hook holds the push until somebody writes: it is in there for certain.
	held, err := os.OpenFile(fifo, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-x.gone
	held.Close()
	if got := origin.Git("tag", "--list", "v1.0.2"); got != "" {
		t.Fatalf("the remote has %s", got)
	}
	shop.Hook("pre-push", "exit 0")

	x = start(t, 80, 24, append(shop.Env(), "LC_ALL=C.UTF-8"), shop.Dir)
	x.see("AN EARLIER RUN WAS BROKEN OFF", "origin holds nothing of it", "c: Pushes the commit", "broken off at the step push")
	// Later leaves it open, and the timeline says so.
	x.press(escape)
	x.see("DEPLOY", "o shows it")
	x.press("o")
	x.see("AN EARLIER RUN WAS BROKEN OFF", "c: Pushes the commit")
	x.press("c")
	x.see("CARRY ON WITH THIS?")
	x.ships("v1.0.2")
	x.see("SHIPPED v1.0.2", "origin holds both")
	x.press(enter)
	x.see("LATEST RELEASE v1.0.2", "no drift")
	if strings.Contains(x.text(), "o shows it") {
		t.Errorf("the run is still open:\n%s", x.text())
	}
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
	if origin.Rev("v1.0.2^{commit}") != origin.Rev("main") || origin.Git("show", "main:total") != "one\ntwo\nthree" {
		t.Errorf("the remote holds\n%s", origin.Git("for-each-ref"))
	}
}

// TestABrokenOffRunIsClosed: with a reason, and without touching the remote.
func TestABrokenOffRunIsClosed(t *testing.T) {
	shop, origin := shopOnScreen(t)
	fifo := filepath.Join(t.TempDir(), "hold")
	if out, err := exec.Command("mkfifo", fifo).CombinedOutput(); err != nil {
		t.Skipf("no fifo here: %s", out)
	}
	shop.Hook("pre-push", "read held <'"+fifo+"'; exit 1")
	x := toPreview(t, shop)
	x.press("c")
	x.ships("v1.0.2")
	held, err := os.OpenFile(fifo, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-x.gone
	held.Close()
	shop.Hook("pre-push", "exit 0")
	before := origin.Git("for-each-ref")

	x = start(t, 60, 16, append(shop.Env(), "LC_ALL=C.UTF-8"), shop.Dir)
	x.see("AN EARLIER RUN WAS BROKEN OFF", "holds nothing of it")
	x.press("x")
	x.see("Why is it given up?")
	x.press(enter)
	x.see("say why")
	x.press("a colleague fixed it")
	x.see("a colleague fixed it")
	x.press(enter)
	x.see("closed; origin was not touched", "COMMITS in v1.0.1")
	x.press("q")
	x.exit()
	if after := origin.Git("for-each-ref"); after != before {
		t.Errorf("the remote was\n%s\nand is\n%s", before, after)
	}
	x = start(t, 100, 30, append(shop.Env(), "LC_ALL=C.UTF-8"), shop.Dir)
	x.see("LATEST RELEASE v1.0.1", "✓ clean")
	if strings.Contains(x.text(), "BROKEN OFF") {
		t.Errorf("it is still open:\n%s", x.text())
	}
	x.press("q")
	x.exit()
}

// TestALockedKeyIsUnlockedFromTheScreen: the agent has not got the key, and its
// file wants a passphrase. One key hands the terminal to ssh-add, and the way
// to the gate goes on.
func TestALockedKeyIsUnlockedFromTheScreen(t *testing.T) {
	for _, program := range []string{"ssh-agent", "ssh-add", "ssh-keygen"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no %s here", program)
		}
	}
	shop, origin := shopOnScreen(t)
	// A socket's path is short, wherever the tests run.
	dir, err := os.MkdirTemp("", "key")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	key, socket := filepath.Join(dir, "key"), filepath.Join(dir, "agent")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "open sesame", "-C", "oncall@example.com", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	startAgent(t, socket)
	shop.Git("config", "gpg.format", "ssh")
	shop.Git("config", "user.signingKey", key+".pub")
	shop.Git("config", "commit.gpgSign", "true")

	x := toPreview(t, shop, "SSH_AUTH_SOCK="+socket, "SSH_ASKPASS=", "DISPLAY=")
	x.press("c")
	x.see("NOT SIGNED: nothing was sent", "u hands the terminal over", "u unlock the key")
	x.press("u")
	x.see("asking for the signing key: ssh-add", "Enter passphrase")
	x.press("open sesame" + enter)
	x.see("SHIP THIS?")
	x.ships("v1.0.2")
	x.see("SHIPPED v1.0.2")
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
	if strings.Contains(x.output(), "sesame") {
		t.Error("the passphrase was shown")
	}
	allowed := filepath.Join(dir, "allowed")
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(allowed, []byte("oncall@example.com "+string(public)), 0o600); err != nil {
		t.Fatal(err)
	}
	shop.At(origin.Dir).Git("-c", "gpg.ssh.allowedSignersFile="+allowed, "verify-commit", "main")
}

// startAgent runs an agent that holds no key, until the test is over.
func startAgent(t *testing.T, socket string) {
	t.Helper()
	agent := exec.Command("ssh-agent", "-D", "-a", socket)
	out, err := agent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = agent.Process.Kill()
		_ = agent.Wait()
	})
	// It says where it listens once it does.
	if _, err := out.Read(make([]byte, 256)); err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

// TestAHookRefusesOnTheScreen: the words of a commit-msg hook are shown before
// the gate, harmless, and the message that it wants leads there.
func TestAHookRefusesOnTheScreen(t *testing.T) {
	shop, origin := shopOnScreen(t)
	shop.Hook("commit-msg", `printf '\033[2J\033]0;owned\007which issue is this?\n' >&2; grep -q ISSUE-7 "$1" && echo 'Change-Id: I77' >>"$1"`)
	x := toPreview(t, shop)
	x.press("c")
	x.see("THE HOOK REFUSED: nothing was sent", "which issue is this?", "e edits the message", "<1b>[2J")
	if strings.Contains(x.output(), "\x1b]0;owned") {
		t.Error("the hook set the title of the terminal")
	}
	x.press("e")
	x.see("ctrl+s")
	x.press(" ISSUE-7\x13")
	x.see("the same as git's merge", "ISSUE-7")
	x.press("c")
	x.see("SHIP THIS?", "Change-Id: I77")
	x.ships("v1.0.2")
	x.see("SHIPPED v1.0.2")
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
	if got := origin.Git("log", "-1", "--format=%B", "main"); !strings.Contains(got, "ISSUE-7") || !strings.Contains(got, "Change-Id: I77") {
		t.Errorf("the message is %q", got)
	}
}

// TestAColleaguesPushIsSeenOnTheWayToTheGate: what arrived while the preview
// stood is shown before the gate opens.
func TestAColleaguesPushIsSeenOnTheWayToTheGate(t *testing.T) {
	shop, origin := shopOnScreen(t)
	x := toPreview(t, shop)
	colleague := origin.Clone()
	colleague.Commit("Somebody else's work", map[string]string{"other": "1\n"})
	colleague.Git("push", "--quiet", "origin", "HEAD:main")
	x.press("c")
	x.see("main moved to "+colleague.Head().Short()+" while you looked", "Somebody else's work", "the same as git's merge")
	x.press("c")
	x.ships("v1.0.2")
	x.see("SHIPPED v1.0.2")
	x.press("q")
	x.exit()
	if origin.Rev("main^") != colleague.Head() {
		t.Errorf("the remote holds\n%s", origin.Git("log", "--oneline", "main"))
	}
}
