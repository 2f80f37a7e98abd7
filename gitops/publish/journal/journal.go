package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
)

// Kept is how many runs that are over stay on disk.
const Kept = 50

const (
	suffix = ".jsonl"
	// idLayout names a run by the second in which it began, in UTC: ids sort by
	// time and can be said aloud.
	idLayout = "20060102-150405"
)

// Journal is the records of one repository.
type Journal struct {
	common  string
	sharing Sharing
	folder  folder
	redact  func(string) string
	// alive reports whether a process of this host runs.
	alive func(pid int) bool
	// lock opens the lock; tests have file systems without any.
	lock func(path string, create bool) locker
}

// In is the journal of the repository with this common git directory, kept for
// those who share it. redact takes credentials out of free text before it is
// kept.
func In(commonDir string, s Sharing, redact func(string) string) *Journal {
	return &Journal{common: commonDir, sharing: s, folder: disk{commonDir, s}, redact: redact, alive: alive, lock: fileLock}
}

// Begin makes the file of a new run: what was confirmed, by whom, when, and
// which program it is. It names the run and forgets old ones that are over.
// Nothing may be begun when it fails.
func (j *Journal) Begin(run gitops.Run, program string) (*Book, gitops.Run, error) {
	plan, err := encodePlan(run.Plan)
	if err != nil {
		return nil, run, j.unwritten(err)
	}
	if err := j.folder.Make(); err != nil {
		return nil, run, j.unwritten(err)
	}
	b := &Book{j: j}
	if run.ID, b.f, err = j.create(run.By.StartedAt); err != nil {
		return nil, run, j.unwritten(err)
	}
	run.Receipt.ID, run.State = run.ID, gitops.RunInterrupted
	err = b.write(record{
		Kind: kindRun, At: run.By.StartedAt, Version: &version{major, minor}, ID: run.ID,
		Program: program, By: newActor(run.By), NoVerify: run.NoVerify, Plan: plan,
	})
	if err == nil {
		err = b.j.named(j.folder.SyncNames())
	}
	if err != nil {
		_ = b.Close()
		_ = j.folder.Remove(run.ID + suffix)
		return nil, run, err
	}
	j.prune(run.ID)
	return b, run, nil
}

// create finds a free name: two runs may begin in the same second.
func (j *Journal) create(at time.Time) (string, file, error) {
	base := at.UTC().Format(idLayout)
	for i := 1; ; i++ {
		id := base
		if i > 1 {
			id = fmt.Sprintf("%s-%d", base, i)
		}
		f, err := j.folder.Create(id + suffix)
		if !errors.Is(err, fs.ErrExist) || i == maxNamesakes {
			return id, f, err
		}
	}
}

const maxNamesakes = 1000

// Read reads one run, whether it is over or not.
func (j *Journal) Read(id string) (gitops.Run, error) {
	h, err := j.read(id + suffix)
	if errors.Is(err, errNotBegun) || errors.Is(err, fs.ErrNotExist) {
		return gitops.Run{}, NoRun(id)
	}
	return h.run, err
}

// NoRun is the error of an id that stands for no run.
func NoRun(id string) error {
	return &gitops.Error{
		Code: gitops.CodeUsage, What: fmt.Sprintf("there is no run %q to come back to", id),
		Hint: "ahead resume --list tells those there are",
	}
}

func (j *Journal) read(name string) (history, error) {
	data, err := j.folder.Read(name)
	if err != nil {
		return history{}, j.unread(name, err)
	}
	return parse(j.folder.Path(name), data)
}

// unread leaves fs.ErrNotExist to be asked for.
func (j *Journal) unread(name string, err error) error {
	return &gitops.Error{
		Code: gitops.CodeJournal, What: "the record " + j.folder.Path(name) + " cannot be read", Err: err,
		Hint: "see whose file that is and what its modes are",
	}
}

// Open gives the runs that are not over, oldest first. With an error it gives
// those that can be read all the same.
func (j *Journal) Open() ([]gitops.Run, error) {
	ids, err := j.ids()
	if err != nil {
		return nil, j.unread("", err)
	}
	var runs []gitops.Run
	var errs []error
	for _, id := range ids {
		run, err := j.open(id + suffix)
		switch {
		case err != nil:
			errs = append(errs, err)
		case run.ID != "":
			runs = append(runs, run)
		}
	}
	j.markUnderWay(runs)
	return runs, errors.Join(errs...)
}

// ids names the runs on disk, oldest first.
func (j *Journal) ids() ([]string, error) {
	names, err := j.folder.Names()
	var ids []string
	for _, name := range names {
		if id, ok := strings.CutSuffix(name, suffix); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, err
}

// open reads a run unless it is over or never began.
func (j *Journal) open(name string) (gitops.Run, error) {
	data, err := j.folder.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return gitops.Run{}, nil // it was pruned meanwhile
	}
	if err != nil {
		return gitops.Run{}, j.unread(name, err)
	}
	if hasEnded(data) {
		return gitops.Run{}, nil
	}
	h, err := parse(j.folder.Path(name), data)
	if errors.Is(err, errNotBegun) || h.run.State == gitops.RunEnded {
		return gitops.Run{}, nil
	}
	if err == nil && h.run.ID+suffix != name {
		return gitops.Run{}, damaged(j.folder.Path(name), 1, fmt.Errorf("it is about the run %q", h.run.ID))
	}
	return h.run, err
}

// Continue opens the file of a run that is not over and records who goes on
// with it. The lock must be held. The run is as the file now tells: another
// process may have gone on with it since it was listed.
func (j *Journal) Continue(id string, by gitops.Actor) (*Book, gitops.Run, error) {
	b, h, err := j.reopen(id)
	if err != nil {
		return nil, h.run, err
	}
	if err := b.write(record{Kind: kindAgain, At: by.StartedAt, By: newActor(by)}); err != nil {
		_ = b.Close()
		return nil, h.run, err
	}
	h.run.By, h.run.State = by, gitops.RunInterrupted
	return b, h.run, nil
}

// End closes a run for good, whatever can be read of it. The lock must be held.
func (j *Journal) End(id, how string, at time.Time) error {
	b, _, err := j.reopen(id)
	if err != nil {
		return err
	}
	defer b.Close()
	return b.Ends(how, at)
}

// reopen cuts off what was not written to its end: behind it nothing could be
// read any more.
func (j *Journal) reopen(id string) (*Book, history, error) {
	h, err := j.read(id + suffix)
	if errors.Is(err, errNotBegun) || errors.Is(err, fs.ErrNotExist) {
		return nil, h, NoRun(id)
	}
	if err == nil && h.run.State == gitops.RunEnded {
		err = &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("the run %s is over: %s", id, h.run.Ended),
			Hint: "ahead resume --list tells what is left to do",
		}
	}
	if err != nil {
		return nil, h, err
	}
	b := &Book{j: j, size: int64(h.size)}
	if b.f, err = j.folder.Append(id + suffix); err != nil {
		return nil, h, j.unwritten(err)
	}
	if err = b.f.Truncate(b.size); err != nil {
		_ = b.Close()
		return nil, h, j.unwritten(err)
	}
	return b, h, nil
}

// prune forgets the oldest runs that are over. What it cannot remove stays;
// nothing depends on it.
func (j *Journal) prune(current string) {
	ids, err := j.ids()
	if err != nil || len(ids) <= Kept {
		return
	}
	var over []string
	for _, id := range ids {
		data, err := j.folder.Read(id + suffix)
		lines, _ := wholeLines(data)
		if err == nil && id != current && (len(lines) == 0 || hasEnded(data)) {
			over = append(over, id)
		}
	}
	for _, id := range over[:max(0, len(over)-Kept)] {
		_ = j.folder.Remove(id + suffix)
	}
}

func (j *Journal) named(err error) error {
	if err == nil {
		return nil
	}
	return j.unwritten(err)
}

// unwritten says what a record that could not be written means.
func (j *Journal) unwritten(err error) error {
	hint := "see why the git directory cannot be written to"
	switch {
	case errors.Is(err, fs.ErrPermission):
		hint = "the git directory must be writable for you: ls -ld " + j.folder.Path("") +
			"; one that several people publish from says so with: git config core.sharedRepository group"
	case isFull(err):
		hint = "make room on the disk that holds " + j.folder.Path("")
	}
	var known *gitops.Error
	if errors.As(err, &known) {
		return err
	}
	return &gitops.Error{
		Code: gitops.CodeJournal, What: "what is done here cannot be recorded, and nothing is sent without a record", Err: err,
		Hint: hint,
	}
}

// alive asks the system for a process by its id. A process of somebody else
// counts, which is what a refusal to be asked says.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	defer func() { _ = p.Release() }()
	return answers(p)
}
