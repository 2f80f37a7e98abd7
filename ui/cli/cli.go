// Package cli is the command line and the composition root: it reads flags and
// configuration, opens a desk, and hands it to the screen, to plain mode or to
// one command.
//
// Promise: names, JSON fields and exit codes are a contract that scripts may
// depend on (docs/CLI.md).
//
// Rules it keeps:
//   - answers go to stdout, problems to stderr as "ahead: <what> — <what to do>";
//     with --json both are JSON on their stream;
//   - nothing that came from a repository is printed unsanitised, and nothing
//     in a JSON document is changed;
//   - a command decides nothing about git: it asks the desk.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/gitops/forge"
)

// app is one run of the program.
type app struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
	flags    globalFlags
	now      func() time.Time
	// forges are the servers whose kind their names do not tell.
	forges forge.Hosts
	// sources are those of deployments that the person's own settings describe.
	sources []desk.SourceSetting
	// from is where settings come from that no flag gave, by key.
	from map[string]string
	// code is what the command wants to exit with when it ends without error.
	code int
	// began says that flags and arguments were understood: an error before
	// that is a usage error.
	began bool
}

// Main runs the program and gives its exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	a := &app{in: stdin, out: stdout, err: stderr, env: os.Getenv, now: time.Now}
	defer func() {
		if p := recover(); p != nil {
			code = a.crash(p)
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	root := a.root()
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		return a.fail(err)
	}
	return a.code
}

// crash turns a panic into an error that a person can act on.
func (a *app) crash(p any) int {
	a.report(&gitops.Error{
		Code:   gitops.CodeInternal,
		What:   fmt.Sprintf("a fault in ahead itself: %v", p),
		Hint:   "nothing more is changed; run `ahead doctor` and report this with the lines below",
		Detail: string(debug.Stack()),
	})
	return exitError
}

// fail reports an error and gives the exit code that it stands for.
func (a *app) fail(err error) int {
	var known *gitops.Error
	if !a.began && !errors.As(err, &known) {
		err = &gitops.Error{Code: gitops.CodeUsage, What: err.Error(), Hint: "`ahead help` lists the commands and flags"}
	}
	if gitops.CodeOf(err) == gitops.CodeInternal && errors.Is(err, context.Canceled) {
		err = &gitops.Error{Code: gitops.CodeInterrupted, What: "interrupted", Hint: "nothing more was done"}
	}
	err = a.saidBy(err)
	a.report(err)
	return exitCode(gitops.CodeOf(err))
}

// run adapts a command's body: from here on an error is no longer one of usage.
func (a *app) run(body func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.began = true
		return body(cmd.Context(), args)
	}
}
