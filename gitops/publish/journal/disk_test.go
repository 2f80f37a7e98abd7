package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
)

func onDisk(t *testing.T) (*Journal, string) {
	t.Helper()
	dir := t.TempDir()
	return In(dir, Sharing{}, func(s string) string { return s }), dir
}

func me() gitops.Actor {
	host, _ := os.Hostname()
	return gitops.Actor{User: "ada", Host: host, PID: os.Getpid(), StartedAt: noon}
}

func TestModesArePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes are those of Unix")
	}
	j, dir := onDisk(t)
	// As an older release, or anybody, may have left it.
	if err := os.Mkdir(filepath.Join(dir, "ahead"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, run, err := j.Begin(someRun(), "test")
	if err != nil {
		t.Fatal(err)
	}
	lock, err := j.Lock(context.Background(), me(), "v1")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	for name, mode := range map[string]os.FileMode{
		"ahead": 0o700, "ahead/runs": 0o700, "ahead/runs/" + run.ID + suffix: 0o600, "ahead/lock": 0o600,
	} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

// TestLinksAreNotFollowed puts a link in place of each of our folders and
// files: nothing is written, made, changed or read where it leads, inside the
// git directory no more than outside.
func TestLinksAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, inside := range []bool{false, true} {
		for _, name := range []string{"ahead", "ahead/runs", "ahead/lock", "run"} {
			j, dir := onDisk(t)
			target := t.TempDir()
			if inside {
				target = filepath.Join(dir, "hooks")
			}
			aim := filepath.Join(target, "aim")
			if name == "ahead" || name == "ahead/runs" {
				aim = target
			}
			_, run, err := j.Begin(someRun(), "test")
			if err != nil {
				t.Fatal(err)
			}
			at := filepath.Join(dir, filepath.FromSlash(name))
			if name == "run" {
				at = filepath.Join(dir, "ahead", "runs", run.ID+suffix)
			}
			if err := os.MkdirAll(target, 0o755); err != nil {
				t.Fatal(err)
			}
			if aim != target {
				if err := os.WriteFile(aim, []byte("precious\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(os.RemoveAll(at), os.Symlink(aim, at)); err != nil {
				t.Fatal(err)
			}
			lock, err := j.Lock(context.Background(), me(), "v1")
			if err == nil {
				lock.Release()
			}
			_, _, berr := j.Continue(run.ID, me())
			if name != "run" {
				if berr == nil {
					berr = err
				}
				if name != "ahead/lock" {
					_, _, berr = j.Begin(someRun(), "test")
				}
			}
			if gitops.CodeOf(berr) != gitops.CodeJournal || name == "ahead/lock" && gitops.CodeOf(err) != gitops.CodeJournal {
				t.Errorf("%s, inside %v: %v, %v", name, inside, err, berr)
			}
			entries, _ := os.ReadDir(target)
			text, _ := os.ReadFile(filepath.Join(target, "aim"))
			if aim == target && len(entries) != 0 || aim != target && (len(entries) != 1 || string(text) != "precious\n") {
				t.Errorf("%s, inside %v: %v %q", name, inside, entries, text)
			}
			if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o755 {
				t.Errorf("%s: the folder it leads to is %v", name, info.Mode())
			}
		}
	}
}

// TestDiskKeepsARun goes the whole way on a real disk, with a torn last line.
func TestDiskKeepsARun(t *testing.T) {
	t.Parallel()
	j, dir := onDisk(t)
	if runs, err := j.Open(); len(runs) != 0 || err != nil {
		t.Errorf("before the first run: %v, %v", runs, err)
	}
	b, run, err := j.Begin(someRun(), "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Begins("push", noon), b.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "ahead", "runs", run.ID+suffix), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(`{"sum":"0123`)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	open, err := j.Open()
	if err != nil || len(open) != 1 || open[0].State != gitops.RunInterrupted || len(open[0].Receipt.Steps) != 1 {
		t.Fatalf("%+v, %v", open, err)
	}
	b, run, err = j.Continue(run.ID, me())
	if err != nil || len(run.Receipt.Steps) != 1 {
		t.Fatalf("%+v, %v", run, err)
	}
	if err := errors.Join(b.Ends("shipped", noon), b.Close()); err != nil {
		t.Fatal(err)
	}
	if run, err = j.Read(run.ID); err != nil || run.State != gitops.RunEnded || run.By.User != "ada" {
		t.Errorf("%+v, %v", run, err)
	}
	if _, err := j.Read("../../config"); gitops.CodeOf(err) != gitops.CodeJournal && gitops.CodeOf(err) != gitops.CodeUsage {
		t.Errorf("a way out: %v", err)
	}
}

func TestOneAtATime(t *testing.T) {
	t.Parallel()
	j, dir := onDisk(t)
	_, run, err := j.Begin(gitops.Run{By: me()}, "test")
	if err != nil {
		t.Fatal(err)
	}
	lock, err := j.Lock(context.Background(), me(), "v1.0.1")
	if err != nil {
		t.Fatal(err)
	}
	other := In(dir, Sharing{}, j.redact)
	_, err = other.Lock(context.Background(), me(), "v1.0.2")
	if gitops.CodeOf(err) != gitops.CodeBusy || !strings.HasSuffix(err.Error(), "has been publishing v1.0.1 since 12:00:00 UTC") || !strings.HasPrefix(err.Error(), "ada on ") {
		t.Errorf("%v", err)
	}
	if runs, err := other.Open(); err != nil || len(runs) != 1 || runs[0].ID != run.ID || runs[0].State != gitops.RunUnderWay {
		t.Errorf("%+v, %v", runs, err)
	}
	lock.Release()
	if runs, err := other.Open(); err != nil || len(runs) != 1 || runs[0].State != gitops.RunInterrupted {
		t.Errorf("%+v, %v", runs, err)
	}
	if lock, err = other.Lock(context.Background(), me(), "v1.0.2"); err != nil {
		t.Fatal(err)
	}
	lock.Release()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := j.Lock(ctx, me(), "v1"); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

// TestLookersDoNotBlock: asking whether the lock is held takes it for a moment,
// which must not keep anybody from publishing.
func TestLookersDoNotBlock(t *testing.T) {
	t.Parallel()
	j, dir := onDisk(t)
	if _, _, err := j.Begin(someRun(), "test"); err != nil {
		t.Fatal(err)
	}
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for looker := In(dir, Sharing{}, j.redact); ; {
			select {
			case <-stop:
				return
			default:
				_, _ = looker.Open()
			}
		}
	}()
	for range 50 {
		lock, err := j.Lock(context.Background(), me(), "v1")
		if err != nil {
			t.Error(err)
			break
		}
		lock.Release()
	}
	close(stop)
	<-ended
}

// TestWithoutLocks: where the file system knows none, the process of an open
// run is looked for.
func TestWithoutLocks(t *testing.T) {
	t.Parallel()
	j, _ := onDisk(t)
	j.lock = func(string, bool) locker { return noLock{} }
	lock, err := j.Lock(context.Background(), me(), "v1")
	if err != nil || !lock.Unsure {
		t.Fatalf("%+v, %v", lock, err)
	}
	lock.Release()
	run := someRun()
	run.By = me()
	run.By.PID++
	if _, _, err = j.Begin(run, "test"); err != nil {
		t.Fatal(err)
	}
	for _, living := range []bool{true, false} {
		j.alive = func(pid int) bool { return living && pid == run.By.PID }
		_, err = j.Lock(context.Background(), me(), "v1")
		if busy := gitops.CodeOf(err) == gitops.CodeBusy; busy != living || !living && err != nil {
			t.Errorf("living %v: %v", living, err)
		}
		want := map[bool]gitops.RunState{true: gitops.RunUnderWay, false: gitops.RunInterrupted}[living]
		if runs, err := j.Open(); err != nil || len(runs) != 1 || runs[0].State != want {
			t.Errorf("living %v: %+v, %v", living, runs, err)
		}
	}
}

func TestAlive(t *testing.T) {
	t.Parallel()
	if !alive(os.Getpid()) || !alive(1) {
		t.Error("a process that runs is not seen")
	}
	if alive(1 << 22) {
		t.Error("a process that cannot be is seen")
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	j, dir := onDisk(t)
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	_, _, err := j.Begin(someRun(), "test")
	var e *gitops.Error
	if !errors.As(err, &e) || e.Code != gitops.CodeJournal || !strings.Contains(e.Hint, "writable") {
		t.Errorf("%v", err)
	}
}

// BenchmarkStep is what a step of a publication pays for its two records.
func BenchmarkStep(b *testing.B) {
	j := In(b.TempDir(), Sharing{}, func(s string) string { return s })
	book, run, err := j.Begin(someRun(), "test")
	if err != nil {
		b.Fatal(err)
	}
	run.Receipt.Steps = []gitops.StepResult{{Name: "push"}}
	for b.Loop() {
		if err := errors.Join(book.Begins("push", time.Now()), book.Ended(run.Receipt)); err != nil {
			b.Fatal(err)
		}
	}
}
