package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/term"

	"ahead/gitops/gittest"
)

// settings are how the terminal treats what is typed: a program that asks for a
// passphrase turns the echo off, and may be stopped before it turns it on.
func (x *terminal) settings() *term.State {
	x.t.Helper()
	s, err := term.GetState(int(x.pty.Fd()))
	if err != nil {
		x.t.Fatal(err)
	}
	return s
}

// roomForKeys is a folder with a short path, as sockets want it.
func roomForKeys(t *testing.T, programs ...string) string {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no %s here", program)
		}
	}
	dir, err := os.MkdirTemp("", "key")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// asks waits for the n-th question of ssh-add: what ssh-keygen said about a
// passphrase is on the screen, too, and earlier questions stand on the terminal.
func (x *terminal) asks(n int) {
	x.t.Helper()
	timeout := time.After(patience)
	for {
		parts := strings.Split(x.output(), "asking for the signing key: ssh-add")
		if len(parts) == n+1 && strings.Contains(parts[n], "Enter passphrase") {
			return
		}
		select {
		case <-x.fresh:
		case <-timeout:
			x.t.Fatalf("it does not ask\n%s", x.text())
		}
	}
}

func signs(shop *gittest.Repo, format, key string) {
	shop.Git("config", "gpg.format", format)
	shop.Git("config", "user.signingKey", key)
	shop.Git("config", "commit.gpgSign", "true")
}

// breaksOff presses ctrl+c at a question and waits for what follows. OpenSSH does
// not notice one that comes between its writing the question and its reading the
// answer before the next line ends, so a loaded machine wants that, too.
func (x *terminal) breaksOff(follows string) {
	x.t.Helper()
	x.press(ctrlC)
	again := time.After(5 * time.Second)
	for !strings.Contains(x.text(), follows) {
		select {
		case <-x.fresh:
		case <-again:
			x.press(enter)
			x.see(follows)
			return
		}
	}
}

// TestAKeyThatStaysLocked: neither a wrong passphrase nor ctrl+c at the question
// ends the screen or leaves the terminal deaf, and nothing is shipped.
func TestAKeyThatStaysLocked(t *testing.T) {
	dir := roomForKeys(t, "ssh-agent", "ssh-add", "ssh-keygen")
	shop, origin := shopOnScreen(t)
	key, socket := filepath.Join(dir, "key"), filepath.Join(dir, "agent")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "open sesame", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	startAgent(t, socket)
	signs(shop, "ssh", key+".pub")
	before := origin.Git("for-each-ref")

	x := toPreview(t, shop, "SSH_AUTH_SOCK="+socket, "SSH_ASKPASS=", "DISPLAY=")
	drawn := x.settings()
	x.press("c")
	x.see("NOT SIGNED: nothing was sent", "u hands the terminal over")
	x.press("u")
	x.asks(1)
	x.press("wrong" + enter)
	x.see("Bad passphrase")
	x.press(enter)
	x.see("the key was not unlocked")
	if !reflect.DeepEqual(x.settings(), drawn) {
		t.Error("the screen came back to another terminal")
	}
	x.press("u")
	x.asks(2)
	x.breaksOff("the key was not unlocked")
	if !reflect.DeepEqual(x.settings(), drawn) {
		t.Error("after ctrl+c the screen came back to another terminal")
	}
	x.press(escape)
	x.see("FILES", "nothing was changed")
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
	if after := origin.Git("for-each-ref"); after != before {
		t.Errorf("the remote was\n%s\nand is\n%s", before, after)
	}
}

// TestALockedGPGKeyIsUnlockedFromTheScreen: its agent asks on the terminal
// that the screen has let go, before the gate, and signing is silent afterwards.
func TestALockedGPGKeyIsUnlockedFromTheScreen(t *testing.T) {
	dir := roomForKeys(t, "gpg", "gpgconf", "pinentry-curses")
	pinentry, _ := exec.LookPath("pinentry-curses")
	if err := os.WriteFile(filepath.Join(dir, "gpg-agent.conf"), []byte("pinentry-program "+pinentry+"\nallow-loopback-pinentry\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	gpg := func(program string, args ...string) {
		t.Helper()
		cmd := exec.Command(program, args...)
		cmd.Env = append(os.Environ(), "GNUPGHOME="+dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", program, err, out)
		}
	}
	t.Cleanup(func() { gpg("gpgconf", "--kill", "all") })
	gpg("gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", "open sesame", "--quick-gen-key", "On Call <oncall@example.com>", "ed25519", "sign", "never")
	// What made the key has its passphrase in mind.
	gpg("gpgconf", "--kill", "gpg-agent")

	shop, origin := shopOnScreen(t)
	signs(shop, "openpgp", "oncall@example.com")
	x := toPreview(t, shop, "GNUPGHOME="+dir, "DISPLAY=", "WAYLAND_DISPLAY=")
	drawn := x.settings()
	x.press("c")
	x.see("NOT SIGNED: nothing was sent", "u hands the terminal over", "u unlock the key")
	x.press("u")
	x.see("Passphrase:", "oncall@example.com")
	x.press("open sesame" + enter)
	x.see("SHIP THIS?", " ▸ ")
	if !reflect.DeepEqual(x.settings(), drawn) {
		t.Error("the screen came back to another terminal")
	}
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
	gpg("git", "-C", origin.Dir, "verify-commit", "main")
}
