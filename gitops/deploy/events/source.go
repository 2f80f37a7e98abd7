package events

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
)

// File is a source that reads a file of events.
type File struct {
	// Label is the name that rows carry, Path an absolute path, Environment that
	// of events which name none.
	Label, Path, Environment string
}

var (
	_ deploy.Placed = File{}
	_ deploy.Source = File{}
	_ deploy.Placed = Command{}
	_ deploy.Source = Command{}
	_ deploy.Timed  = Command{}
)

// Name implements deploy.Source.
func (f File) Name() string { return f.Label }

// Place implements deploy.Placed.
func (f File) Place() string { return f.Path }

// Deployments implements deploy.Source. Of a file that has grown too long the
// newest lines are read, with a *deploy.Remark: a log must not end in the night
// in which it reaches a bound.
func (f File) Deployments(context.Context) ([]gitops.Deployment, error) {
	data, cut, err := readFile(f.Path)
	if err != nil {
		return nil, err
	}
	rows, err := Read(data, f.Label, f.Environment)
	var remark *deploy.Remark
	if !cut || err != nil && !errors.As(err, &remark) {
		return rows, err
	}
	part := &deploy.Remark{What: fmt.Sprintf("only the last %d MB of it are read", inputLimit>>20), Hint: "begin a new file now and then"}
	if remark != nil {
		part.What += ", and of these " + remark.What
	}
	return rows, part
}

// readFile reads a plain file; a pipe would never end, a device never be full. Of
// one that is too long it gives the last lines, and says so.
func readFile(path string) (data []byte, cut bool, err error) {
	bad := func(what string) error {
		return &gitops.Error{Code: gitops.CodeForge, What: fmt.Sprintf("the file %q %s", path, what), Hint: "mend `path` of this source in your settings"}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, bad("is not there")
	case err != nil:
		return nil, false, bad("cannot be read: " + err.Error())
	case !info.Mode().IsRegular():
		return nil, false, bad("is no plain file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, false, bad("cannot be read")
	}
	defer file.Close()
	begin := make([]byte, 1)
	if n, _ := file.ReadAt(begin, 0); info.Size() > inputLimit && n == 1 && begin[0] == '{' {
		cut = true
		_, err = file.Seek(info.Size()-inputLimit, io.SeekStart)
	}
	if err == nil {
		data, err = io.ReadAll(io.LimitReader(file, inputLimit+1))
	}
	if err != nil {
		return nil, false, bad("cannot be read: " + err.Error())
	}
	if cut {
		data = data[:min(len(data), inputLimit)] // what is written meanwhile is for the next time
		// The first line is half of one.
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	return data, cut, nil
}

// Command is a source that runs a program which prints events.
type Command struct {
	// Label is the name that rows carry, Environment that of events which name
	// none.
	Label, Environment string
	// Args are the program and its arguments.
	Args []string
	// Dir is where it runs, Env its environment.
	Dir string
	Env []string
	// Limit is how long it may run; 0 for the usual time.
	Limit time.Duration
}

// grace is how long a program may take to clean up when it is told to end, and
// how long its output may stay open after its end.
const grace = time.Second

// Name implements deploy.Source.
func (c Command) Name() string { return c.Label }

// Place implements deploy.Placed. Arguments may hold secrets: only the program is
// named.
func (c Command) Place() string {
	if len(c.Args) == 0 {
		return ""
	}
	return filepath.Base(c.Args[0])
}

// Timeout implements deploy.Timed.
func (c Command) Timeout() time.Duration { return c.Limit }

// Deployments implements deploy.Source. It runs the program.
func (c Command) Deployments(ctx context.Context) ([]gitops.Deployment, error) {
	program, err := c.program()
	if err != nil {
		return nil, err
	}
	// A program that says too much is stopped, not drained.
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	out := &bounded{limit: inputLimit, full: func() { stop(tooMuch) }}
	said := &bounded{limit: saidLimit}
	cmd := exec.CommandContext(ctx, program, c.Args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.Dir, c.Env, out, said
	cmd.WaitDelay = grace
	ownGroup(cmd)
	cmd.Cancel = func() error { return stopGroup(cmd) }
	err = cmd.Run()
	// Whatever it left running ends with it.
	killGroup(cmd)
	switch {
	case context.Cause(ctx) == error(tooMuch):
		return nil, tooMuch
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return nil, c.failed(err, string(said.kept))
	}
	if len(bytes.TrimSpace(out.kept)) == 0 && len(bytes.TrimSpace(said.kept)) > 0 {
		return nil, c.mute(string(said.kept))
	}
	rows, err := Read(out.kept, c.Label, c.Environment)
	return rows, c.cleaned(err)
}

// program finds what is run.
func (c Command) program() (string, error) {
	bad := func(what string) error {
		return &gitops.Error{Code: gitops.CodeUsage, What: what, Hint: `write command = ["PROGRAM", "ARGUMENT", …] in your settings`}
	}
	if len(c.Args) == 0 || c.Args[0] == "" {
		return "", bad("there is no command to run")
	}
	if strings.ContainsRune(c.Args[0], filepath.Separator) && !filepath.IsAbs(c.Args[0]) {
		return "", bad(fmt.Sprintf("the program %q is named by a relative path", c.Args[0]))
	}
	program, err := exec.LookPath(c.Args[0])
	if err != nil || !filepath.IsAbs(program) {
		return "", bad(fmt.Sprintf("there is no program %q in the PATH", c.Args[0]))
	}
	return program, nil
}

// saidLimit bounds what is kept of the error output, in bytes.
const saidLimit = 16 << 10

func (c Command) failed(err error, said string) error {
	what := fmt.Sprintf("%s did not start: %v", c.Place(), err)
	var exit *exec.ExitError
	missing := false
	if errors.As(err, &exit) {
		what = fmt.Sprintf("%s ended with %s", c.Place(), exit.ProcessState)
		missing = exit.ExitCode() == notFound
	}
	if telling := c.telling(said, missing); telling != "" {
		what += ": " + telling
	}
	return &gitops.Error{Code: gitops.CodeForge, What: what, Hint: "run the command of your settings by hand"}
}

// mute is the error of a program that complained, printed nothing and ended as if
// all were well. A shell does so when a tool fails before a pipe; read as "no
// deployments" it would wipe out the rows of before.
func (c Command) mute(said string) error {
	return &gitops.Error{
		Code: gitops.CodeForge, What: fmt.Sprintf("%s printed nothing, but said: %s", c.Place(), c.telling(said, false)),
		Hint: "run the command of your settings by hand; of a pipe, `bash -o pipefail` tells which part failed",
	}
}

// notFound is the code with which a shell ends that did not find a program.
const notFound = 127

// telling is the line of an error output that says most: the last one, or that of
// the shell which did not find a program, after which others of the same pipe may
// still complain.
func (c Command) telling(said string, missing bool) string {
	lines := strings.Split(strings.TrimSpace(c.clean(said)), "\n")
	for _, line := range lines {
		if missing && strings.HasSuffix(strings.TrimSpace(line), "not found") {
			return strings.TrimSpace(line)
		}
	}
	return strings.TrimSpace(lines[len(lines)-1])
}

var secretName = regexp.MustCompile(`(?i)(token|secret|passw|key|auth|credential)`)

// shortestSecret is the shortest value that is taken for a secret: a flag such as
// "1" is none.
const shortestSecret = 6

// clean takes the environment's secrets out of a text, those of the arguments
// that name themselves as one, and what has the shape of one.
func (c Command) clean(s string) string {
	for _, pair := range append(append([]string(nil), c.Env...), c.Args...) {
		name, value, _ := strings.Cut(pair, "=")
		if secretName.MatchString(name) && len(value) >= shortestSecret {
			s = strings.ReplaceAll(s, value, "***")
		}
	}
	return hideShapes(s)
}

// cleaned is an error of reading, which may hold a piece of what the program said.
func (c Command) cleaned(err error) error {
	var remark *deploy.Remark
	var said *gitops.Error
	switch {
	case errors.As(err, &remark):
		return &deploy.Remark{What: c.clean(remark.What), Hint: remark.Hint}
	case errors.As(err, &said):
		out := *said
		out.What = c.clean(said.What)
		return &out
	}
	return err
}

// bounded keeps the beginning of what is written, and tells once when that is
// not all. It does not embed its buffer: that one reads without a bound.
type bounded struct {
	kept  []byte
	limit int
	full  func()
}

// Write implements io.Writer; it never fails, so that a program's own errors are
// the ones that count.
func (b *bounded) Write(p []byte) (int, error) {
	room := b.limit - len(b.kept)
	b.kept = append(b.kept, p[:min(room, len(p))]...)
	if room < len(p) && b.full != nil {
		b.full()
		b.full = nil
	}
	return len(p), nil
}
