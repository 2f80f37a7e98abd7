package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// stderrLimit bounds what is kept of a command's stderr, in bytes.
const stderrLimit = 64 << 10

// killGrace is how long a command may take to clean up after it was told to
// stop, and how long a pipe may stay open after git itself has ended: ssh's
// connection sharing leaves a process behind that holds stderr.
const killGrace = time.Second

// call is one run of git.
type call struct {
	args     []string
	stdin    []byte
	env      []string
	settings []setting
	// dir defaults to the repository's.
	dir string
	// timeout defaults to the Git's.
	timeout time.Duration
	// chatty says that stdout is for people (hooks write to it) and is bounded
	// like stderr.
	chatty bool
	// network says that the command may talk to a remote. No other can: in a
	// partial clone git would otherwise fetch whatever it misses, one object
	// after the other, while a person only looks.
	network bool
}

// output is what a command wrote. stderr has no credentials in it.
type output struct {
	stdout []byte
	stderr string
}

// CommandError says that a git command did not end with 0. It holds nothing
// secret: arguments are left out, stderr is redacted.
type CommandError struct {
	// Command is the subcommand.
	Command string
	// Exit is the exit status, -1 when git was killed or did not start.
	Exit int
	// Stderr is what git, a hook or a server said, up to 64 KiB.
	Stderr string
	// Err is the cause when it was not git that ended the command:
	// context.DeadlineExceeded, context.Canceled, or why it did not start.
	Err error
}

// Error gives the command and the last line that git wrote.
func (e *CommandError) Error() string {
	switch {
	case errors.Is(e.Err, context.DeadlineExceeded):
		return "git " + e.Command + " did not end in time"
	case e.Err != nil:
		return "git " + e.Command + ": " + e.Err.Error()
	}
	lines := strings.Split(strings.TrimSpace(e.Stderr), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return fmt.Sprintf("git %s: %s", e.Command, last)
	}
	return fmt.Sprintf("git %s: exit status %d", e.Command, e.Exit)
}

// Unwrap gives the cause.
func (e *CommandError) Unwrap() error { return e.Err }

// exitOf gives the exit status behind err: 0 for nil, -1 where there is none.
func exitOf(err error) int {
	if err == nil {
		return 0
	}
	var ce *CommandError
	if errors.As(err, &ce) {
		return ce.Exit
	}
	return -1
}

// stderrOf gives what git said behind err.
func stderrOf(err error) string {
	var ce *CommandError
	if errors.As(err, &ce) {
		return ce.Stderr
	}
	return ""
}

// run runs git once. The output is given along with an error too: several
// commands say something useful while they fail.
func (g *Git) run(ctx context.Context, c call) (output, error) {
	timeout := c.timeout
	if timeout <= 0 {
		timeout = g.timeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	var stdout bytes.Buffer
	talk, stderr := &bounded{limit: stderrLimit}, &bounded{limit: stderrLimit}
	cmd := g.command(ctx, c)
	cmd.Stdout, cmd.Stderr = &stdout, stderr
	if c.chatty {
		cmd.Stdout = talk
	}
	err := cmd.Run()
	out := output{stdout: stdout.Bytes(), stderr: redact(stderr.String())}
	if c.chatty {
		out.stdout = []byte(talk.String())
	}
	if errors.Is(err, exec.ErrWaitDelay) && ctx.Err() == nil {
		err = nil
	}
	if err == nil {
		return out, nil
	}
	ce := &CommandError{Command: c.args[0], Exit: -1, Stderr: out.stderr}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		killGroup(cmd)
		ce.Err = ctx.Err()
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		ce.Exit = exit.ExitCode()
	default:
		ce.Err = err
	}
	return out, ce
}

// command prepares a run: its folder, its environment, how it is ended.
func (g *Git) command(ctx context.Context, c call) *exec.Cmd {
	cmd := exec.CommandContext(ctx, g.program, c.args...)
	cmd.Dir = c.dir
	if cmd.Dir == "" {
		cmd.Dir = g.dir
	}
	cmd.Env = append(append([]string{}, g.env...), c.env...)
	if !c.network {
		cmd.Env = append(cmd.Env, offlineEnv...)
	}
	settings := c.settings
	if writing[c.args[0]] {
		settings = append(append([]setting{}, settings...), durable...)
	}
	cmd.Env = append(cmd.Env, configEnv(cmd.Env, settings)...)
	if c.stdin != nil {
		cmd.Stdin = bytes.NewReader(c.stdin)
	}
	cmd.WaitDelay = killGrace
	ownGroup(cmd)
	cmd.Cancel = func() error { return stopGroup(cmd) }
	return cmd
}

// text runs git and gives its stdout without the last line ending.
func (g *Git) text(ctx context.Context, args ...string) (string, error) {
	out, err := g.run(ctx, call{args: args})
	return strings.TrimSuffix(string(out.stdout), "\n"), err
}

// lines runs git and gives the lines of its stdout.
func (g *Git) lines(ctx context.Context, args ...string) ([]string, error) {
	s, err := g.text(ctx, args...)
	if s == "" {
		return nil, err
	}
	return strings.Split(s, "\n"), err
}

// bounded keeps the beginning and the end of what is written to it: the
// beginning says what was tried, the end why it did not work.
type bounded struct {
	limit      int
	head, tail []byte
	dropped    int
}

// Write implements io.Writer; it never fails.
func (b *bounded) Write(p []byte) (int, error) {
	n := len(p)
	if room := b.limit/2 - len(b.head); room > 0 {
		room = min(room, len(p))
		b.head = append(b.head, p[:room]...)
		p = p[room:]
	}
	b.tail = append(b.tail, p...)
	if over := len(b.tail) - b.limit/2; over > 0 {
		b.dropped += over
		b.tail = append(b.tail[:0], b.tail[over:]...)
	}
	return n, nil
}

// String gives what was kept, and says what was not.
func (b *bounded) String() string {
	if b.dropped == 0 {
		return string(b.head) + string(b.tail)
	}
	return fmt.Sprintf("%s\n[%d bytes left out]\n%s", b.head, b.dropped, b.tail)
}
