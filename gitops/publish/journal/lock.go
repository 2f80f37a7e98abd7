package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"ahead/gitops"
)

const lockName = "lock"

// Whoever only looks whether the lock is held holds it for a moment too, so
// that it is asked for more than once before somebody is said to be busy.
const (
	lockPatience = 300 * time.Millisecond
	lockPace     = 20 * time.Millisecond
)

// locker is a file lock of the system.
type locker interface {
	TryLock() (bool, error)
	TryRLock() (bool, error)
	Unlock() error
}

func fileLock(path string, create bool) locker {
	flag := os.O_RDWR | noFollow
	if create {
		flag |= os.O_CREATE
	}
	return flock.New(path, flock.SetFlag(flag), flock.SetPermissions(fileMode))
}

// Lock is the right to publish from a repository, until Release or until this
// process ends, by whatever cause.
type Lock struct {
	l locker
	// by is kept open: on systems where a lock belongs to the process, closing
	// any of its descriptors of the file lets go of it.
	by *os.File
	// Unsure says that the file system knows no locks: another process was
	// looked for by its id only, which finds none of another host.
	Unsure bool
}

// holder is what the lock's file says of the one who holds it.
type holder struct {
	By    actor     `json:"by"`
	What  string    `json:"what"`
	Since time.Time `json:"since"`
}

// Lock takes the repository's one lock; what names the publication. The error
// has the code busy while another process holds it, and says which.
func (j *Journal) Lock(ctx context.Context, by gitops.Actor, what string) (*Lock, error) {
	if err := j.folder.Make(); err != nil {
		return nil, j.unwritten(err)
	}
	path := j.lockPath()
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, j.unwritten(notOurs(path, "file"))
	}
	if err := j.shareLock(); err != nil {
		return nil, j.unwritten(err)
	}
	lock := &Lock{l: j.lock(path, true)}
	ok, err := patiently(ctx, lock.l.TryLock)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case noLocks(err):
		lock.Unsure = true
		return lock, j.nobodyAlive(by)
	case err != nil:
		return nil, j.unwritten(err)
	case !ok:
		return nil, j.busy()
	}
	// Only for the words of others: a lock without a name is still one.
	lock.by = j.sign(holder{By: *newActor(by), What: encodeString(what), Since: by.StartedAt})
	return lock, nil
}

// shareLock makes the lock's file for all who share it, before anybody holds it:
// where a lock belongs to the process, closing the file would let go of it.
func (j *Journal) shareLock() error {
	if !j.sharing.shares() {
		return nil
	}
	if f, err := j.openLock(os.O_RDWR | os.O_CREATE | os.O_EXCL); err == nil {
		return errors.Join(j.sharing.Share(f), f.Close())
	}
	// It is there, and the one who made it may have left it private.
	if info, err := os.Lstat(j.lockPath()); err == nil && info.Mode().IsRegular() && info.Mode().Perm() != j.sharing.file() {
		_ = os.Chmod(j.lockPath(), j.sharing.file())
	}
	return nil
}

// Release lets go of the lock. The file stays: a file that comes and goes could
// be locked by two.
func (l *Lock) Release() {
	if l.by != nil {
		_ = l.by.Truncate(0)
	}
	if !l.Unsure {
		_ = l.l.Unlock()
	}
	if l.by != nil {
		_ = l.by.Close()
	}
}

func (j *Journal) lockPath() string { return filepath.Join(j.common, ownFolder, lockName) }

func patiently(ctx context.Context, try func() (bool, error)) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	for {
		ok, err := try()
		if ok || err != nil {
			return ok, err
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-time.After(lockPace):
		}
	}
}

func (j *Journal) openLock(flag int) (f *os.File, err error) {
	common, err := os.OpenRoot(j.common)
	if err != nil {
		return nil, err
	}
	defer common.Close()
	own, err := openFolder(common, ownFolder)
	if err != nil {
		return nil, err
	}
	defer own.Close()
	return openPlain(own, lockName, flag)
}

func (j *Journal) sign(h holder) *os.File {
	f, err := j.openLock(os.O_RDWR)
	if err != nil {
		return nil
	}
	if text, err := json.Marshal(h); err == nil && f.Truncate(0) == nil {
		_, _ = f.Write(append(text, '\n'))
	}
	return f
}

// holder reads who holds the lock; ok is false where that is not known.
func (j *Journal) holder() (h holder, ok bool) {
	f, err := j.openLock(os.O_RDONLY)
	if err != nil {
		return h, false
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 64<<10))
	return h, err == nil && json.Unmarshal(text, &h) == nil && h.By.PID != 0
}

func (j *Journal) busy() error {
	e := &gitops.Error{
		Code: gitops.CodeBusy, What: "another ahead is publishing from this repository",
		Hint: "wait until it is done; should it hang, end it, and then: ahead resume",
	}
	if h, ok := j.holder(); ok {
		what, _ := decodeString(h.What)
		e.What = busyWords(h.By.actor(), what, h.Since)
		e.Hint = fmt.Sprintf("wait until it is done; should it hang, end it (kill %d on %s), and then: ahead resume", h.By.PID, h.By.Host)
	}
	return e
}

func busyWords(by gitops.Actor, what string, since time.Time) string {
	return fmt.Sprintf("%s on %s (process %d) has been publishing %s since %s UTC",
		by.User, by.Host, by.PID, what, since.UTC().Format("15:04:05"))
}

// nobodyAlive stands in for the lock where there is none.
func (j *Journal) nobodyAlive(me gitops.Actor) error {
	runs, err := j.Open()
	if err != nil {
		return err
	}
	for _, run := range runs {
		if by := run.By; run.State != gitops.RunWaiting && by.PID != me.PID && by.Host == me.Host && j.alive(by.PID) {
			return &gitops.Error{
				Code: gitops.CodeBusy, What: busyWords(by, run.Plan.Tag.Name+" to "+run.Plan.Branch, by.StartedAt),
				Hint: fmt.Sprintf("wait until it is done; should it hang, end it (kill %d), and then: ahead resume", by.PID),
			}
		}
	}
	return nil
}

// markUnderWay tells the run of the process that holds the lock from those
// that nobody works on.
func (j *Journal) markUnderWay(runs []gitops.Run) {
	if len(runs) == 0 {
		return
	}
	held, sure := j.held()
	h, named := j.holder()
	host, _ := os.Hostname()
	for i := range runs {
		by := runs[i].By
		switch {
		case runs[i].State == gitops.RunWaiting:
		case sure && held && (!named || h.By.PID == by.PID && h.By.actor().Host == by.Host):
			runs[i].State = gitops.RunUnderWay
		case !sure && by.Host == host && j.alive(by.PID):
			runs[i].State = gitops.RunUnderWay
		}
	}
}

// held asks whether a process holds the lock; sure is false where the file
// system cannot tell.
func (j *Journal) held() (held, sure bool) {
	l := j.lock(j.lockPath(), false)
	ok, err := l.TryRLock()
	if ok {
		_ = l.Unlock()
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, true
	}
	return !ok, err == nil
}
