package publish

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"ahead/gitops"
)

// signingWays are the ways to say with which key to sign.
var signingWays = map[string]func(t *testing.T) *keys{
	"openpgp, by who commits": func(t *testing.T) *keys { k := gnupg(t, ""); k.openPGP(""); return k },
	"openpgp, fingerprint": func(t *testing.T) *keys {
		k := gnupg(t, "")
		k.set("user.signingKey", k.openPGP(""))
		return k
	},
	"openpgp, long id, named format": func(t *testing.T) *keys {
		k := gnupg(t, "")
		id := k.openPGP("")
		k.set("gpg.format", "openpgp")
		k.set("user.signingKey", "0x"+id[len(id)-16:]+"!")
		return k
	},
	"openpgp, address": func(t *testing.T) *keys {
		k := gnupg(t, "")
		k.openPGP("")
		k.set("user.signingKey", "ada@example.com")
		return k
	},
	"gpg.program": func(t *testing.T) *keys {
		k := gnupg(t, "")
		k.openPGP("")
		k.set("gpg.program", k.wrapper("gpg"))
		return k
	},
	"gpg.openpgp.program": func(t *testing.T) *keys {
		k := gnupg(t, "")
		k.openPGP("")
		k.set("gpg.openpgp.program", k.wrapper("gpg"))
		return k
	},
	"x509": func(t *testing.T) *keys {
		k := gnupg(t, "")
		k.set("gpg.format", "x509")
		k.set("user.signingKey", k.x509())
		return k
	},
	"ssh, file": func(t *testing.T) *keys {
		k, file, _ := sshKeys(t, "")
		k.set("user.signingKey", file)
		return k
	},
	"ssh, public file": func(t *testing.T) *keys {
		k, file, _ := sshKeys(t, "")
		k.set("user.signingKey", file+".pub")
		return k
	},
	"ssh, public file, key in the agent": func(t *testing.T) *keys {
		k, file, _ := sshKeys(t, "")
		k.agent()
		k.tool("", "ssh-add", "-q", file)
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		k.set("user.signingKey", file+".pub")
		return k
	},
	"ssh, key::": func(t *testing.T) *keys {
		k, file, public := sshKeys(t, "")
		k.agent()
		k.tool("", "ssh-add", "-q", file)
		k.set("user.signingKey", "key::"+public)
		return k
	},
	"ssh, literal": func(t *testing.T) *keys {
		k, file, public := sshKeys(t, "")
		k.agent()
		k.tool("", "ssh-add", "-q", file)
		k.set("user.signingKey", public)
		return k
	},
	"gpg.ssh.defaultKeyCommand": func(t *testing.T) *keys {
		k, file, _ := sshKeys(t, "")
		k.agent()
		k.tool("", "ssh-add", "-q", file)
		k.set("gpg.ssh.defaultKeyCommand", "ssh-add -L")
		return k
	},
	"gpg.ssh.program": func(t *testing.T) *keys {
		k, file, _ := sshKeys(t, "")
		k.set("user.signingKey", file)
		k.set("gpg.ssh.program", k.wrapper("ssh-keygen"))
		return k
	},
}

// signedBy opens the person's repository with the keys at hand.
func (w *world) signedBy(k *keys) *Git {
	w.t.Helper()
	k.use(w.mine)
	return w.git(w.mine, func(o *Options) { o.Env = append(o.Env, k.env...) })
}

// verified asks git whether it accepts what is on the remote.
func (w *world) verified(k *keys, what, name string) bool {
	w.t.Helper()
	cmd := exec.Command("git", "verify-"+what, name)
	cmd.Dir, cmd.Env = w.mine.Dir, append(w.mine.Env(), k.env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Logf("git verify-%s: %s", what, out)
	}
	return err == nil
}

// trySigning rehearses, and holds everything against what it was.
func (w *world) trySigning(g *Git, p gitops.Plan) error {
	w.t.Helper()
	before := everything(w.t, w.mine.Dir)
	err := g.RehearseSigning(context.Background(), p)
	if after := everything(w.t, w.mine.Dir); after != before {
		w.t.Errorf("the repository changed:\n%s", lineDiff(before, after))
	}
	return err
}

func TestSigningMatrix(t *testing.T) {
	t.Parallel()
	for way, make := range signingWays {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			k := make(t)
			k.set("commit.gpgSign", "true")
			k.set("tag.gpgSign", "true")
			w := newWorld(t)
			g := w.signedBy(k)
			p := w.plan(w.bad)
			if err := w.trySigning(g, p); err != nil {
				t.Fatal(err, detailOf(err))
			}
			r := w.ship(g, p)
			if !w.verified(k, "commit", r.Commit.String()) || !w.verified(k, "tag", "v1.0.1") {
				t.Error("git does not accept it")
			}
			if log, err := filepath.Glob(filepath.Join(k.dir, "my-*.log")); err == nil && strings.Contains(way, "rogram") && len(log) != 1 {
				t.Error("the configured program was not asked")
			}
			if d := stepOf(r, StepTag).Detail; !strings.Contains(d, "signature good") {
				t.Errorf("says %q", d)
			}
		})
	}
}

// TestWhatIsSigned: the switches, by OpenPGP; TestSigned has them by ssh.
func TestWhatIsSigned(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config         [][2]string
		tag            gitops.TagPlan
		commit, tagged bool
	}{
		"nothing":            {nil, gitops.TagPlan{Name: "v1.0.1", Annotated: true, Message: "Release\n"}, false, false},
		"planned":            {nil, gitops.TagPlan{Name: "v1.0.1", Annotated: true, Signed: true, Message: "Release\n"}, false, true},
		"commit.gpgSign":     {[][2]string{{"commit.gpgSign", "true"}}, gitops.TagPlan{Name: "v1.0.1", Annotated: true, Message: "Release\n"}, true, false},
		"tag.gpgSign":        {[][2]string{{"tag.gpgSign", "1"}}, gitops.TagPlan{Name: "v1.0.1", Annotated: true, Message: "Release\n"}, false, true},
		"forceSignAnnotated": {[][2]string{{"tag.forceSignAnnotated", "on"}}, gitops.TagPlan{Name: "v1.0.1", Annotated: true, Message: "Release\n"}, false, true},
		"lightweight":        {[][2]string{{"tag.forceSignAnnotated", "on"}, {"tag.gpgSign", "1"}}, gitops.TagPlan{Name: "v1.0.1"}, false, false},
		"no tag":             {[][2]string{{"tag.gpgSign", "1"}, {"commit.gpgSign", "1"}}, gitops.TagPlan{}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := gnupg(t, "")
			k.openPGP("")
			k.config = append(k.config, c.config...)
			w := newWorld(t)
			g := w.signedBy(k)
			p := w.plan(w.bad)
			p.Tag = c.tag
			if err := w.trySigning(g, p); err != nil {
				t.Fatal(err, detailOf(err))
			}
			commit, tag, err := g.Signs(context.Background(), p)
			if err != nil || commit != c.commit || tag != c.tagged {
				t.Errorf("foreseen: %v %v %v", commit, tag, err)
			}
			r := w.ship(g, p)
			if w.verified(k, "commit", r.Commit.String()) != c.commit {
				t.Errorf("commit signed: %v", !c.commit)
			}
			if c.tag.Name != "" && w.verified(k, "tag", c.tag.Name) != c.tagged {
				t.Errorf("tag signed: %v", !c.tagged)
			}
		})
	}
}

// unlockIn, where set, makes this process the program that a person's terminal
// is handed over to.
const unlockIn = "PUBLISH_TEST_UNLOCK_IN"

func TestUnlockHelper(t *testing.T) {
	dir := os.Getenv(unlockIn)
	if dir == "" {
		t.Skip("runs as a process of its own, in TestLockedKey")
	}
	g, err := NewGit(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	u, err := g.Unlock(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	u.SetStdin(os.Stdin)
	u.SetStdout(os.Stdout)
	u.SetStderr(os.Stderr)
	if err := u.Run(); err != nil {
		t.Fatal(err)
	}
}

// atTerminal unlocks on a terminal of its own, where a person types.
func (w *world) atTerminal(g *Git, types string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestUnlockHelper$")
	cmd.Env = append(append([]string{}, g.env...), unlockIn+"="+w.mine.Dir)
	tty, err := pty.Start(cmd)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = tty.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = tty.Close() })
	defer stop()
	var said []byte
	buf := make([]byte, 1024)
	for {
		n, err := tty.Read(buf) // ends with an error when the last process does
		said = append(said, buf[:n]...)
		if err != nil {
			break
		}
		// What is typed before the prompt is thrown away.
		if types != "" && bytes.Contains(said, []byte("passphrase")) {
			if _, err := tty.WriteString(types); err != nil {
				w.t.Fatal(err)
			}
			types = ""
		}
	}
	if err := cmd.Wait(); err != nil {
		w.t.Fatalf("%v\n%s", err, said)
	}
}

// TestLockedKey: a key that needs a passphrase is found out about without a
// terminal, unlocked on one, and silent afterwards.
func TestLockedKey(t *testing.T) {
	t.Parallel()
	for way, c := range map[string]struct {
		make  func(t *testing.T) *keys
		hint  string
		types string
	}{
		"openpgp": {func(t *testing.T) *keys {
			k := gnupg(t, "open")
			k.set("user.signingKey", k.openPGP("open"))
			return k
		}, "gpg --sign --local-user ", ""},
		"ssh": {func(t *testing.T) *keys {
			k, file, _ := sshKeys(t, "sesame")
			k.agent()
			k.set("user.signingKey", file+".pub")
			return k
		}, "ssh-add /", "sesame\n"},
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			k := c.make(t)
			k.set("commit.gpgSign", "true")
			k.set("tag.gpgSign", "true")
			w := newWorld(t)
			g := w.signedBy(k)
			p := w.plan(w.bad)
			err := w.trySigning(g, p)
			wantCode(t, err, gitops.CodeSigning)
			if e := err.(*gitops.Error); !strings.Contains(e.Hint, c.hint) || strings.Contains(e.Hint, ".pub") {
				t.Errorf("hint %q", e.Hint)
			}
			w.refused(g, p, gitops.CodeSigning)
			w.atTerminal(g, c.types)
			if err := w.trySigning(g, p); err != nil {
				t.Fatal(err, detailOf(err))
			}
			r := w.ship(g, p)
			if !w.verified(k, "commit", r.Commit.String()) || !w.verified(k, "tag", "v1.0.1") {
				t.Error("git does not accept it")
			}
		})
	}
}

// TestTextPinentryFails at once, on no terminal, even where the agent knows one.
func TestTextPinentryFails(t *testing.T) {
	t.Parallel()
	curses, err := exec.LookPath("pinentry-curses")
	if err != nil {
		t.Skip("no pinentry-curses here")
	}
	k := gnupg(t, "")
	k.set("user.signingKey", k.openPGP("open"))
	k.pinentry(curses)
	k.tool("", "gpgconf", "--kill", "gpg-agent")
	ours, theirs, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ours.Close() }()
	defer func() { _ = theirs.Close() }()
	k.env = append(k.env, "GPG_TTY="+theirs.Name(), "TERM=xterm")
	k.tool("", "gpg-connect-agent", "updatestartuptty", "/bye")
	k.set("commit.gpgSign", "true")
	w := newWorld(t)
	err = w.trySigning(w.signedBy(k), w.plan(w.bad))
	wantCode(t, err, gitops.CodeSigning)
	if strings.Contains(err.Error(), "in time") {
		t.Error("it waited for an answer on the terminal")
	}
}

func TestSSHWithoutAgent(t *testing.T) {
	t.Parallel()
	k, file, public := sshKeys(t, "sesame")
	k.env = []string{"SSH_AUTH_SOCK="}
	k.set("commit.gpgSign", "true")
	for key, hint := range map[string]string{file: "ssh-add " + file, "key::" + public: "ssh-add FILE", "": "user.signingKey FILE"} {
		w := newWorld(t)
		k := &keys{t: t, dir: t.TempDir(), env: k.env, config: append([][2]string{{"user.signingKey", key}}, k.config...)}
		g := w.signedBy(k)
		err := w.trySigning(g, w.plan(w.bad))
		wantCode(t, err, gitops.CodeSigning)
		if h := err.(*gitops.Error).Hint; !strings.Contains(h, "ssh-agent") || !strings.Contains(h, hint) {
			t.Errorf("%q: %q", key, h)
		}
		_, err = g.Unlock(context.Background())
		wantCode(t, err, gitops.CodeSigning)
	}
}
