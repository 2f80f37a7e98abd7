package journal

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func someRun() gitops.Run {
	return gitops.Run{
		Plan: gitops.Plan{
			ID: "p", Remote: "origin", Branch: "caf\xe9", Message: "Revert \"x\"\n", Tag: gitops.TagPlan{Name: "v1.0.1"},
			Objects: []gitops.Object{gitops.NewObject(gitops.KindBlob, []byte("x"))},
		},
		NoVerify: true, By: gitops.Actor{User: "ada", Host: "desk", PID: 7, StartedAt: noon},
	}
}

// writer does to a journal what a publication does, and knows what is true.
type writer struct {
	t    *rapid.T
	j    *Journal
	m    *memory
	b    *Book
	run  gitops.Run
	tick time.Time
	// truths are the runs as they were when the file had so many bytes.
	truths []truth
}

type truth struct {
	size int
	run  gitops.Run
}

func (w *writer) now() time.Time { w.tick = w.tick.Add(time.Second); return w.tick }

func (w *writer) bytes() []byte { return w.m.files[w.run.ID+suffix].data }

// must notes what is true now, and holds it against what a power cut leaves.
func (w *writer) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	run := w.run
	run.Receipt.Steps = append([]gitops.StepResult(nil), run.Receipt.Steps...)
	w.truths = append(w.truths, truth{len(w.bytes()), run})
	left := &Journal{folder: w.m.survivors(), redact: w.j.redact}
	if got, err := left.Read(w.run.ID); err != nil || !reflect.DeepEqual(got, run) {
		w.t.Fatalf("a power cut now leaves %+v, %v\nwant %+v", got, err, run)
	}
}

func newWriter(t *rapid.T) *writer {
	j, m := newMemoryJournal()
	w := &writer{t: t, j: j, m: m, tick: noon}
	run := someRun()
	run.Plan = rapid.Make[gitops.Plan]().Draw(t, "plan")
	run.Plan.Message = string(rapid.SliceOf(rapid.Byte()).Draw(t, "message"))
	run.Plan.Passage.Route = rapid.SampledFrom([]gitops.Route{"", gitops.RoutePullRequest}).Draw(t, "route")
	var err error
	w.b, w.run, err = j.Begin(run, "test")
	w.run.Plan.Objects = nil
	w.run.Receipt.StartedAt, w.run.Receipt.Route = noon, run.Plan.Passage.Route
	if w.run.Receipt.Route == "" {
		w.run.Receipt.Route = gitops.RouteDirect
	}
	w.must(err)
	return w
}

func (w *writer) step(t *rapid.T) {
	at, name := w.now(), rapid.SampledFrom([]string{"commit", "push", "verify"}).Draw(t, "step")
	w.run.Receipt.Steps = append(w.run.Receipt.Steps, gitops.StepResult{Name: name, State: gitops.StepRunning, At: at})
	w.run.State = gitops.RunInterrupted
	w.must(w.b.Begins(name, at))
	if rapid.Bool().Draw(t, "broken off") {
		w.again(t)
		return
	}
	r := &w.run.Receipt
	r.Steps[len(r.Steps)-1] = gitops.StepResult{
		Name: name, State: gitops.StepDone, At: w.now(), Detail: string(rapid.SliceOf(rapid.Byte()).Draw(t, "detail")),
	}
	r.Commit = gitops.HashObject(gitops.KindBlob, []byte(w.tick.String()))
	r.Commits = append([]gitops.Hash{}, append(r.Commits, r.Commit)...)
	if rapid.Bool().Draw(t, "a merge") {
		r.Merges = append([]gitops.Hash{}, append(r.Merges, r.Commit)...)
	}
	r.Tag, r.URL = gitops.TagMade{Name: "v\xff", Object: r.Commit}, "https://example.com/1"
	r.Refs = []gitops.RefUpdate{{Ref: "refs/heads/\xe9", New: r.Commit, Status: "updated", Evidence: "\x00"}}
	w.must(w.b.Ended(*r))
}

func (w *writer) again(*rapid.T) {
	by := gitops.Actor{User: "bob", Host: "other", PID: 9, StartedAt: w.now()}
	w.run.By, w.run.State = by, gitops.RunInterrupted
	var err error
	w.b, _, err = w.j.Continue(w.run.ID, by)
	w.must(err)
}

func (w *writer) waits(*rapid.T) {
	w.run.State = gitops.RunWaiting
	w.must(w.b.Waits(w.now()))
}

// TestPrefixIsNoFurtherThanTheTruth: whatever part of a file is left, it reads
// as the run was when the last whole record was written; and what a call has
// recorded, a power cut after it leaves.
func TestPrefixIsNoFurtherThanTheTruth(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWriter(t)
		for range rapid.IntRange(0, 8).Draw(t, "acts") {
			rapid.SampledFrom([]func(*rapid.T){w.step, w.step, w.again, w.waits}).Draw(t, "act")(t)
		}
		if rapid.Bool().Draw(t, "ends") {
			w.run.State, w.run.Ended, w.run.Receipt.FinishedAt = gitops.RunEnded, "shipped", w.now()
			w.must(w.b.Ends("shipped", w.tick))
		}
		data := w.bytes()
		cut := rapid.IntRange(0, len(data)).Draw(t, "cut")
		h, err := parse("x", data[:cut])
		if cut < w.truths[0].size {
			if !errors.Is(err, errNotBegun) {
				t.Fatalf("%d bytes of the first line: %v", cut, err)
			}
			return
		}
		var want gitops.Run
		for _, then := range w.truths {
			if then.size <= cut {
				want = then.run
			}
		}
		if err != nil || !reflect.DeepEqual(h.run, want) {
			t.Fatalf("%d of %d bytes: %v\n%+v\nwant\n%+v", cut, len(data), err, h.run, want)
		}
		// A block that was allotted and never written is zeroes.
		if h, err = parse("x", append(bytes.Clone(data[:cut]), make([]byte, 100)...)); err != nil || !reflect.DeepEqual(h.run, want) {
			t.Fatalf("with zeroes behind: %v", err)
		}
	})
}

// TestExactStrings: every text of a plan comes back byte for byte.
func TestExactStrings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "s"))
		p := gitops.Plan{Message: s, Branch: s, Files: []gitops.FileChange{{Path: s}}, Remedy: gitops.Remedy{
			LeaveOut: []gitops.LeaveOut{{Path: s, Hunks: []string{s}}}, Resolutions: []gitops.Resolution{{Text: s, Take: gitops.SideText}},
		}}
		raw, err := encodePlan(p)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodePlan(raw)
		if err != nil || !reflect.DeepEqual(got, p) {
			t.Fatalf("%v: %+v, want %+v", err, got, p)
		}
	})
}

// written is a whole run, as bytes.
func written(tb testing.TB) (*Journal, *memory, string) {
	j, m := newMemoryJournal()
	b, run, err := j.Begin(someRun(), "test")
	for i := range 3 {
		if err == nil {
			err = b.Begins(fmt.Sprint("step", i), noon)
		}
		run.Receipt.Steps = append(run.Receipt.Steps, gitops.StepResult{Name: fmt.Sprint("step", i), State: gitops.StepDone, At: noon})
		if err == nil {
			err = b.Ended(run.Receipt)
		}
	}
	if err != nil {
		tb.Fatal(err)
	}
	return j, m, run.ID
}

// TestDamageIsToldByLine turns every bit of a file that matters: the damage is
// told, with its line, and never read as a run.
func TestDamageIsToldByLine(t *testing.T) {
	t.Parallel()
	j, m, id := written(t)
	f := m.files[id+suffix]
	whole := bytes.Clone(f.data)
	before, err := j.Read(id)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		f.data = bytes.Clone(whole)
		f.data[i] ^= 1 << (i % 7)
		line := bytes.Count(whole[:i], []byte{'\n'}) + 1
		got, err := j.Read(id)
		switch {
		case whole[i] == '\n':
			// Two lines became one, or the last one has no end any more.
			if err == nil && len(got.Receipt.Steps) > len(before.Receipt.Steps) {
				t.Fatalf("byte %d: further than the truth", i)
			}
		case err == nil:
			// Case in the envelope's own keys is all that JSON forgives.
			if !reflect.DeepEqual(got, before) {
				t.Fatalf("byte %d: read as %+v", i, got)
			}
		case gitops.CodeOf(err) != gitops.CodeJournal || !strings.Contains(err.Error(), fmt.Sprintf("line %d of", line)) && f.data[i] != '\n':
			t.Fatalf("byte %d in line %d: %v", i, line, err)
		}
	}
}

func TestLaterVersions(t *testing.T) {
	t.Parallel()
	edit := func(from, to string) (gitops.Run, error) {
		j, m, id := written(t)
		f := m.files[id+suffix]
		lines, _ := wholeLines(f.data)
		raw := bytes.Replace(lines[0][len(`{"sum":"00000000","rec":`):len(lines[0])-1], []byte(from), []byte(to), 1)
		first := fmt.Appendf(nil, `{"sum":%q,"rec":%s}`, sumOf(raw), raw)
		news := []byte(`{"kind":"news","at":"2026-11-23T12:00:00Z","more":[1]}`)
		f.data = bytes.Join([][]byte{first, bytes.Join(lines[1:], []byte{'\n'}), fmt.Appendf(nil, `{"sum":%q,"rec":%s,"why":1}`, sumOf(news), news), nil}, []byte{'\n'})
		return j.Read(id)
	}
	run, err := edit(`"minor":0`, `"minor":9,"mood":"calm"`)
	if err != nil || len(run.Receipt.Steps) != 3 || run.State != gitops.RunInterrupted {
		t.Errorf("a later minor version: %+v, %v", run, err)
	}
	_, err = edit(`"major":1`, `"major":2`)
	if gitops.CodeOf(err) != gitops.CodeJournal || !strings.Contains(err.Error(), "later ahead (test, format 2.0)") {
		t.Errorf("a later major version: %v", err)
	}
}

// TestFullDisk: a record that does not fit leaves the file readable, at every
// number of bytes, and a later one fits again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for room := 0; ; room += 7 {
		j, m := newMemoryJournal()
		m.room = room
		b, run, err := j.Begin(someRun(), "test")
		if err != nil {
			if gitops.CodeOf(err) != gitops.CodeJournal || len(m.files) != 0 {
				t.Fatalf("room %d: %v, %d files", room, err, len(m.files))
			}
			continue
		}
		if err = b.Begins("push", noon); err == nil {
			return
		}
		m.room = -1
		if err := b.Begins("verify", noon); err != nil {
			t.Fatal(err)
		}
		got, err := j.Read(run.ID)
		if err != nil || len(got.Receipt.Steps) != 1 || got.Receipt.Steps[0].Name != "verify" {
			t.Fatalf("room %d: %+v, %v", room, got.Receipt.Steps, err)
		}
	}
}

func TestRunsThatAreOver(t *testing.T) {
	t.Parallel()
	j, m := newMemoryJournal()
	j.lock = func(string, bool) locker { return noLock{} }
	var ids []string
	for i := range Kept + 10 {
		run := someRun()
		run.By.StartedAt = noon.Add(time.Duration(i/2) * time.Second)
		b, run, err := j.Begin(run, "test")
		if err == nil && i > 2 {
			err = b.Ends("shipped", noon)
		}
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, run.ID)
	}
	if ids[0] != "20261123-120000" || ids[1] != "20261123-120000-2" {
		t.Errorf("ids %v", ids[:3])
	}
	// The newest is pruned for only when the next one begins.
	if len(m.files) != Kept+4 {
		t.Errorf("%d files stay", len(m.files))
	}
	if len(m.files) > 0 && m.files[ids[3]+suffix] != nil {
		t.Error("the oldest stays")
	}
	open, err := j.Open()
	if err != nil || len(open) != 3 || open[0].ID != ids[0] {
		t.Errorf("open: %d, %v", len(open), err)
	}
	if _, _, err := j.Continue(ids[len(ids)-1], gitops.Actor{}); gitops.CodeOf(err) != gitops.CodeUsage {
		t.Errorf("went on with a run that is over: %v", err)
	}
	if err := j.End(ids[0], "given up", noon); err != nil {
		t.Fatal(err)
	}
	if run, err := j.Read(ids[0]); err != nil || run.State != gitops.RunEnded || run.Ended != "given up" {
		t.Errorf("%+v, %v", run, err)
	}
}

// TestSecretsAreNotKept: what git, hooks and servers say is kept redacted.
func TestSecretsAreNotKept(t *testing.T) {
	t.Parallel()
	j, m := newMemoryJournal()
	j.redact = func(s string) string { return strings.ReplaceAll(s, "hunter2", "***") }
	b, run, err := j.Begin(someRun(), "test")
	if err != nil {
		t.Fatal(err)
	}
	run.Receipt.Steps = []gitops.StepResult{{Name: "push", Detail: "https://hunter2@x"}}
	run.Receipt.URL = "https://hunter2@x"
	run.Receipt.Refs = []gitops.RefUpdate{{Evidence: "hunter2"}}
	if err := errors.Join(b.Begins("push", noon), b.Ended(run.Receipt), b.Ends("hunter2", noon)); err != nil {
		t.Fatal(err)
	}
	if data := m.files[run.ID+suffix].data; bytes.Contains(data, []byte("hunter2")) || bytes.Count(data, []byte("***")) != 4 {
		t.Errorf("%s", data)
	}
}

// FuzzParse: whatever stands in a file, reading it ends without a panic, and
// what it tells is not lost by writing on.
func FuzzParse(f *testing.F) {
	_, m, id := written(f)
	f.Add(m.files[id+suffix].data)
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"sum":"00000000","rec":null}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := parse("x", data)
		if err != nil {
			return
		}
		if h.size > len(data) || h.run.ID == "" {
			t.Fatalf("%+v", h)
		}
		j, m := newMemoryJournal()
		m.made = true
		name := h.run.ID + suffix
		m.files[name] = &memoryFile{m: m, data: bytes.Clone(data)}
		if h.run.State == gitops.RunEnded {
			return
		}
		if err := j.End(h.run.ID, "given up", noon); err != nil {
			t.Fatal(err)
		}
		if got, err := j.Read(h.run.ID); err != nil || got.Ended != "given up" || !reflect.DeepEqual(got.Plan, h.run.Plan) {
			t.Fatalf("%+v, %v", got, err)
		}
	})
}

// noLock is the lock of a file system without any.
type noLock struct{}

func (noLock) TryLock() (bool, error)  { return false, errors.ErrUnsupported }
func (noLock) TryRLock() (bool, error) { return false, errors.ErrUnsupported }
func (noLock) Unlock() error           { return nil }
