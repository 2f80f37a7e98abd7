package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"

	"ahead/gitops"
)

// noTerminalForKeys keeps gpg-agent from asking for a passphrase on the
// terminal that the screen is drawn on: the agent is a process of its own that
// opens whatever GPG_TTY names, by default the terminal that it was started
// from. This one can be opened by nobody as a terminal, so a text pinentry fails
// at once, while one with a window of its own still works.
var noTerminalForKeys = []string{"GPG_TTY=/"}

// signingFormat is how this repository signs, as git reads it.
type signingFormat struct {
	// name is openpgp, x509 or ssh.
	name string
	// key is user.signingKey; empty leaves the choice to gpg, or to
	// gpg.ssh.defaultKeyCommand.
	key string
}

func (g *Git) signingFormat(ctx context.Context) (signingFormat, error) {
	f := signingFormat{name: "openpgp"}
	for _, read := range []struct {
		key  string
		into *string
	}{{"gpg.format", &f.name}, {"user.signingKey", &f.key}} {
		value, err := g.text(ctx, "config", "--get", read.key)
		if err != nil && exitOf(err) != 1 {
			return f, fmt.Errorf("read %s: %w", read.key, err)
		}
		if err == nil && value != "" {
			*read.into = value
		}
	}
	return f, nil
}

// keyFile is the private key's file, where the key is one: git takes the public
// half's name, too. Keys that are written out ("key::…", "ssh-…") are in an
// agent.
func (g *Git) keyFile(ctx context.Context, f signingFormat) string {
	if f.name != "ssh" || f.key == "" || strings.HasPrefix(f.key, "key::") || strings.HasPrefix(f.key, "ssh-") {
		return ""
	}
	path, err := g.text(ctx, "config", "--type=path", "--get", "user.signingKey")
	if err != nil {
		return ""
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(g.dir, path)
	}
	return strings.TrimSuffix(path, ".pub")
}

// Signs reports what of a plan will be signed by this configuration, whether or
// not the plan says so.
func (g *Git) Signs(ctx context.Context, plan gitops.Plan) (commits, tag bool, err error) {
	if commits, err = g.flag(ctx, "commit.gpgSign"); err != nil {
		return false, false, err
	}
	tag = plan.Tag.Name != "" && plan.Tag.Signed
	if tag || plan.Tag.Name == "" || !plan.Tag.Annotated {
		return commits, tag, nil
	}
	for _, key := range []string{"tag.gpgSign", "tag.forceSignAnnotated"} {
		on, err := g.flag(ctx, key)
		if err != nil {
			return false, false, err
		}
		tag = tag || on
	}
	return commits, tag, nil
}

// RehearseSigning proves that what a plan needs signed can be signed silently:
// it signs a throw-away commit as the real ones will be, without a terminal. A
// key that is listed can still be locked, expired, or on a token that is at
// home. The error has the code signing-failed and says what to do for the
// format in use; Unlock is the way to do it from within a program.
func (g *Git) RehearseSigning(ctx context.Context, plan gitops.Plan) error {
	commits, tag, err := g.Signs(ctx, plan)
	if err != nil || !commits && !tag {
		return err
	}
	what := "the tag"
	if commits {
		what = "the commit"
	}
	return g.trialSignature(ctx, what)
}

// trialSignature signs a commit that exists in a scratch only.
func (g *Git) trialSignature(ctx context.Context, what string) error {
	s, err := g.newScratch()
	if err != nil {
		return err
	}
	defer s.remove()
	c := s.call(trialCommit...)
	c.env, c.timeout = append(c.env, noTerminalForKeys...), g.pushTimeout
	if _, err := g.run(ctx, c); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("try to sign: %w", err)
		}
		return g.notSigned(ctx, what, err)
	}
	return nil
}

var trialCommit = []string{"commit-tree", gitops.EmptyTree.String(), "-S", "-m", "a trial signature"}

// notSigned says what to do about a signature that was not made, by the format
// that is configured: why it failed can only be guessed from a text.
func (g *Git) notSigned(ctx context.Context, what string, cause error) error {
	e := &gitops.Error{
		Code: gitops.CodeSigning, What: what + " could not be signed", Detail: strings.TrimSpace(stderrOf(cause)),
	}
	if errors.Is(cause, context.DeadlineExceeded) {
		e.What += " in time"
	}
	f, err := g.signingFormat(ctx)
	if err != nil {
		f = signingFormat{name: "openpgp"}
	}
	switch f.name {
	case "ssh":
		e.Hint = g.sshHint(ctx, f)
	case "x509":
		e.Hint = "unlock the key: gpgsm --sign </dev/null >/dev/null in this terminal; gpgsm -K lists the keys, git config user.signingKey names the one in use"
	default:
		local := ""
		if f.key != "" {
			local = " --local-user " + f.key
		}
		e.Hint = fmt.Sprintf("unlock the key: GPG_TTY=$(tty) gpg --sign%s </dev/null >/dev/null in this terminal; gpg -K lists the keys, git config user.signingKey names the one in use", local)
	}
	return e
}

func (g *Git) sshHint(ctx context.Context, f signingFormat) string {
	add := "ssh-add FILE, with the file of the key that git config user.signingKey names"
	switch file := g.keyFile(ctx, f); {
	case file != "":
		add = "ssh-add " + file
	case f.key == "":
		add = "ssh-add, or name a key: git config user.signingKey FILE"
	}
	if envValue(g.env, "SSH_AUTH_SOCK") == "" {
		return `start an agent and give it the key: eval "$(ssh-agent)" && ` + add + "; then start ahead again"
	}
	return "give the key to the agent: " + add
}

// Unlock asks a person, on the terminal that it is given, for what a key needs
// (a passphrase, a PIN, a touch), so that the agent has it and signing is silent
// afterwards: it says nothing about whether it is, RehearseSigning does. It is
// run as a program is, with the terminal released.
type Unlock struct {
	g       *Git
	program string
	args    []string
	words   string
	scratch bool

	stdin          io.Reader
	stdout, stderr io.Writer
}

// Unlock gives the way to unlock the signing key, by the format in use. The
// error has the code signing-failed and says what else a person can do: no
// program that is started from here can reach an agent that is not there.
func (g *Git) Unlock(ctx context.Context) (*Unlock, error) {
	f, err := g.signingFormat(ctx)
	if err != nil {
		return nil, err
	}
	if f.name != "ssh" {
		// GPG_TTY tells the agent where to ask; the terminal's name is known to
		// whoever has it, and that is the program that is run.
		return &Unlock{
			g: g, program: "sh", scratch: true, words: "git signs once, and gpg asks for what it needs",
			args: append([]string{"-c", `GPG_TTY=$(tty) && export GPG_TTY; exec "$@" >/dev/null`, "sh", g.program}, trialCommit...),
		}, nil
	}
	file := g.keyFile(ctx, f)
	if file == "" || envValue(g.env, "SSH_AUTH_SOCK") == "" {
		return nil, &gitops.Error{
			Code: gitops.CodeSigning, What: "the key cannot be unlocked from here", Hint: g.sshHint(ctx, f),
		}
	}
	// Signing by the file itself asks each time and leaves nothing behind.
	return &Unlock{g: g, program: "ssh-add", args: []string{"--", file}, words: "ssh-add " + file}, nil
}

// Words says what will run.
func (u *Unlock) Words() string { return u.words }

// SetStdin, SetStdout and SetStderr give it the terminal.
func (u *Unlock) SetStdin(r io.Reader)  { u.stdin = r }
func (u *Unlock) SetStdout(w io.Writer) { u.stdout = w }
func (u *Unlock) SetStderr(w io.Writer) { u.stderr = w }

// Run asks. The error is for a program that did not end well, by the person's
// own wish or not.
func (u *Unlock) Run() error {
	env := u.g.env
	dir := u.g.dir
	if u.scratch {
		s, err := u.g.newScratch()
		if err != nil {
			return err
		}
		defer s.remove()
		env, dir = append(append([]string{}, env...), s.env()...), s.workTree()
	}
	path, err := lookProgram(env, u.program)
	if err != nil {
		return fmt.Errorf("find %s: %w", u.program, err)
	}
	cmd := exec.Command(path, u.args...)
	cmd.Env, cmd.Dir = env, dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = u.stdin, u.stdout, u.stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", u.words, err)
	}
	return nil
}

// lookProgram searches the PATH of env, as lookGit does.
func lookProgram(env []string, name string) (string, error) {
	for _, dir := range filepath.SplitList(envValue(env, "PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return "", exec.ErrNotFound
}
