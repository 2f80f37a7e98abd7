package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"ahead/gitops"
	"ahead/gitops/hazard"
)

// commitMsg is the hook that may refuse or change a message, prepareMsg the one
// that fills an editor before a person sees it, and is not run here.
const (
	commitMsg  = "commit-msg"
	prepareMsg = "prepare-commit-msg"
)

// hooked lets the commit-msg hook have a message.
func (g *Git) hooked(ctx context.Context, plan gitops.Plan, c gitops.NewCommit, message string, noVerify bool) (finished, error) {
	done := finished{message: message}
	dir, err := g.hooksDir(ctx)
	if err != nil {
		return done, err
	}
	if _, there := hookFile(dir, prepareMsg); there {
		done.say(NoticeHookSkipped, "the prepare-commit-msg hook is not run: it is for messages that a person goes on to edit")
	}
	path, there := hookFile(dir, commitMsg)
	switch {
	case !there:
		return done, nil
	case noVerify:
		done.say(NoticeHookSkipped, "the commit-msg hook is skipped (--no-verify): nobody checks the message")
		return done, nil
	case !executable(path):
		done.say(NoticeHookSkipped, "the commit-msg hook is not executable and does not run, as with git commit")
		return done, nil
	}
	text, said, err := g.runCommitMsg(ctx, path, plan, c, message)
	if err != nil {
		return done, err
	}
	if done.message, err = g.cleanMessage(ctx, text); err != nil {
		return done, err
	}
	return done, done.judge(message, said)
}

// judge says what the hook did to the message.
func (f *finished) judge(before, said string) error {
	if strings.TrimSpace(f.message) == "" {
		return &gitops.Error{
			Code: gitops.CodeHook, What: "the commit-msg hook left nothing of the message", Detail: said,
			Hint: "give another message with --message, or skip the hook with --no-verify",
		}
	}
	if f.message != before {
		f.say(NoticeHook, "the commit-msg hook changed the message")
	}
	if said != "" {
		lines := strings.FieldsFunc(said, func(r rune) bool { return r == '\n' || r == '\r' })
		f.say(NoticeHookSaid, "the commit-msg hook says: "+abridge(strings.Join(lines, " / "), saysLimit))
	}
	if hazard.SkipCI(f.message) {
		f.say(gitops.WarnSkipCI, "the commit-msg hook put a marker into the message that keeps pipelines from running")
	}
	return nil
}

func (f *finished) say(code, text string) {
	f.notices = append(f.notices, gitops.Notice{Code: code, Text: text})
}

// hooksDir is where git looks for hooks, by core.hooksPath too. It is asked
// from the top of the working tree, which a relative path is relative to.
func (g *Git) hooksDir(ctx context.Context) (string, error) {
	where := call{args: []string{"rev-parse", "--path-format=absolute", "--git-path", "hooks"}}
	if top, err := g.text(ctx, "rev-parse", "--show-toplevel"); err == nil && top != "" {
		where.dir = top
	}
	out, err := g.run(ctx, where)
	if err != nil {
		return "", fmt.Errorf("find the hooks: %w", err)
	}
	return strings.TrimSuffix(string(out.stdout), "\n"), nil
}

func hookFile(dir, name string) (path string, there bool) {
	path = filepath.Join(dir, name)
	info, err := os.Stat(path)
	return path, err == nil && info.Mode().IsRegular()
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0)
}

// runCommitMsg runs the hook in a room of its own and gives the message as it
// leaves it, with what it wrote.
func (g *Git) runCommitMsg(ctx context.Context, hook string, plan gitops.Plan, c gitops.NewCommit, message string) (text, said string, err error) {
	room, err := g.newHookRoom(ctx, plan, c)
	if err != nil {
		return "", "", err
	}
	defer room.remove()
	if err := os.WriteFile(room.message(), []byte(message), 0o600); err != nil {
		return "", "", fmt.Errorf("write the message for the hook: %w", err)
	}
	said, err = room.run(ctx, hook, filepath.Join(".git", messageFile))
	if err != nil {
		return "", "", refusedBy(ctx, said, err)
	}
	file, err := os.Open(room.message())
	if err != nil {
		return "", "", &gitops.Error{
			Code: gitops.CodeHook, What: "the commit-msg hook took the message away", Detail: said, Err: err,
			Hint: "skip the hook with --no-verify",
		}
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, messageLimit))
	if err != nil {
		return "", "", fmt.Errorf("read the message back: %w", err)
	}
	return string(data), said, nil
}

// messageLimit bounds what is read of a message, in bytes.
const messageLimit = 1 << 20

// refusedBy is the error of a hook that did not end with 0. 126 and 127 are a
// shell's own words for a command that could not be run.
func refusedBy(ctx context.Context, said string, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	e := &gitops.Error{
		Code: gitops.CodeHook, What: "the commit-msg hook refused the message", Detail: said,
		Hint: "write the message that it wants with --message, or skip the hook with --no-verify",
	}
	var exit *exec.ExitError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		e.What = "the commit-msg hook did not end in time"
		e.Hint = "skip it with --no-verify; it runs without a terminal and can ask nobody"
	case !errors.As(err, &exit):
		e.What, e.Err = "the commit-msg hook could not be run", err
		e.Hint = "see that its first line names a program that is here, or skip it with --no-verify"
	case exit.ExitCode() == 126 || exit.ExitCode() == 127:
		e.What = "the commit-msg hook did not find a program that it needs"
		e.Hint = "it runs in a copy of the tree, without your checkout's untracked files; skip it with --no-verify"
	}
	return e
}

// run runs the hook as git commit would: at the top of the working tree, with
// the message's path as its argument. Without a terminal, so that it can ask
// nothing in the middle of a screen; what it leaves running is ended.
func (r *hookRoom) run(ctx context.Context, hook, file string) (said string, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.g.timeout)
	defer cancel()
	said, err = r.start(ctx, hook, file)
	// A file that names no interpreter is a shell's, as with git.
	if errors.Is(err, syscall.ENOEXEC) || runtime.GOOS == "windows" && err != nil && said == "" {
		if sh, lookErr := lookProgram(r.g.env, "sh"); lookErr == nil {
			said, err = r.start(ctx, sh, hook, file)
		}
	}
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return said, err
}

func (r *hookRoom) start(ctx context.Context, program string, args ...string) (string, error) {
	words := &bounded{limit: stderrLimit}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = r.tree(), r.hookEnv()
	cmd.Stdout, cmd.Stderr = words, words
	cmd.WaitDelay = killGrace
	ownGroup(cmd)
	cmd.Cancel = func() error { return stopGroup(cmd) }
	err := cmd.Run()
	killGroup(cmd)
	if errors.Is(err, exec.ErrWaitDelay) && ctx.Err() == nil {
		err = nil
	}
	return strings.TrimSpace(redact(words.String())), err
}
