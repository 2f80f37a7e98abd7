package publish

import (
	"context"
	"encoding/gob"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ahead/gitops"
)

// childEnv makes this test binary a publication of its own, which can be killed.
const childEnv = "AHEAD_TEST_PUBLICATION"

// childOrder is what the child is to do. A Stop is "<number of the report>": at
// that report of a step it says so and waits to be killed.
type childOrder struct {
	Dir    string
	Env    []string
	Plan   gitops.Plan
	Resume bool
	Stop   int
	Ready  string
	// Full is the step at whose begin this process can write no longer files.
	Full string
}

// beChild does what a parent ordered, in place of the tests.
func beChild(order string) int {
	f, err := os.Open(order)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	var o childOrder
	if err := gob.NewDecoder(f).Decode(&o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	g, err := NewGit(o.Dir, Options{Env: o.Env, Timeout: 20 * time.Second, PushTimeout: 20 * time.Second})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	// As the program does it.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	seen := 0
	observe := func(s gitops.StepResult) {
		if s.Name == o.Full && s.State == gitops.StepRunning {
			fillUp(o.Dir)
		}
		if seen++; seen == o.Stop {
			_ = os.WriteFile(o.Ready, nil, 0o600)
			select {}
		}
	}
	if o.Resume {
		runs, err := g.Runs(ctx)
		if err != nil || len(runs) != 1 {
			fmt.Fprintln(os.Stderr, len(runs), err)
			return 2
		}
		st, err := g.Standing(ctx, runs[0], nextPatch)
		if err == nil {
			_, err = g.CarryOn(ctx, st, ExecuteOptions{Observe: observe})
		}
		return told(err)
	}
	_, err = g.Execute(ctx, o.Plan, ExecuteOptions{Observe: observe})
	return told(err)
}

// fillUp lets no file of this process grow beyond what the journal takes now.
// Only the soft limit, which git's own files stay far below.
func fillUp(dir string) {
	files, _ := filepath.Glob(filepath.Join(dir, ".git", "ahead", "runs", "*"))
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			signal.Ignore(syscall.SIGXFSZ)
			_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: uint64(info.Size()), Max: 1 << 40})
		}
	}
}

func told(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, gitops.CodeOf(err), err)
		return 1
	}
	return 0
}

// nextPatch names v1.0.2, v1.0.3 and so on.
func nextPatch(taken map[string]bool) (gitops.TagPlan, error) {
	for i := 2; ; i++ {
		if name := fmt.Sprintf("v1.0.%d", i); !taken[name] {
			return gitops.TagPlan{Name: name, Annotated: true, Message: "Release " + name + "\n"}, nil
		}
	}
}

// child is a publication in a process of its own.
type child struct {
	t   *testing.T
	cmd *exec.Cmd
	// ready is the file that says that it stopped where it was to.
	ready string
	err   strings.Builder
}

func (w *world) start(o childOrder) *child {
	w.t.Helper()
	dir := w.t.TempDir()
	o.Ready = filepath.Join(dir, "ready")
	if o.Dir == "" {
		o.Dir, o.Env = w.mine.Dir, w.mine.Env()
	}
	f, err := os.Create(filepath.Join(dir, "order"))
	if err == nil {
		err = gob.NewEncoder(f).Encode(o)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	c := &child{t: w.t, cmd: exec.Command(os.Args[0]), ready: o.Ready}
	c.cmd.Env = append(os.Environ(), childEnv+"="+f.Name())
	c.cmd.Stderr = &c.err
	// Its group is killed with it; git has a session of its own and lives on.
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) })
	return c
}

// signal sends a signal to the child's group and waits for its end.
func (c *child) signal(s syscall.Signal) int {
	c.t.Helper()
	if err := syscall.Kill(-c.cmd.Process.Pid, s); err != nil {
		c.t.Fatalf("%v: %v\n%s", s, err, c.err.String())
	}
	return c.end()
}

func (c *child) end() int {
	_ = c.cmd.Wait()
	return c.cmd.ProcessState.ExitCode()
}

// await waits until a file is there.
func await(t *testing.T, path string) {
	t.Helper()
	until(t, path, func() bool { _, err := os.Stat(path); return err == nil })
}

func until(t *testing.T, what string, met func() bool) {
	t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for !met() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}
