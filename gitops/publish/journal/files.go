package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// The modes of what is written: a journal says who shipped what and why.
const (
	fileMode   fs.FileMode = 0o600
	folderMode fs.FileMode = 0o700
)

// folder is the part of a file system that a journal stands on. Tests put one
// in its place that loses what was not synced.
type folder interface {
	// Make creates the folder where it is not there yet. Its name is durable
	// when Make returns.
	Make() error
	// Create makes a new file; fs.ErrExist where the name is in use. Its name
	// is not durable before SyncNames.
	Create(name string) (file, error)
	// Append opens a file for writing at its end.
	Append(name string) (file, error)
	Read(name string) ([]byte, error)
	// Names lists the folder in order; none where the folder is not there.
	Names() ([]string, error)
	Remove(name string) error
	// SyncNames makes names made and removed so far durable.
	SyncNames() error
	// Path is where a file lies, for people.
	Path(name string) string
}

type file interface {
	Write(p []byte) (int, error)
	Sync() error
	Truncate(size int64) error
	Close() error
}

// disk is <common git dir>/ahead/runs. Every access goes through os.Root, so
// that no link leads out of the git directory, and then insists that there was
// no link inside it either.
type disk struct {
	common  string
	sharing Sharing
}

const (
	ownFolder  = "ahead"
	runsFolder = "runs"
)

func (d disk) Path(name string) string { return filepath.Join(d.common, ownFolder, runsFolder, name) }

func (d disk) Make() error {
	common, err := os.OpenRoot(d.common)
	if err != nil {
		return err
	}
	defer common.Close()
	own, err := makeFolder(common, ownFolder, d.sharing)
	if err != nil {
		return err
	}
	defer own.Close()
	runs, err := makeFolder(own, runsFolder, d.sharing)
	if err != nil {
		return err
	}
	return runs.Close()
}

// makeFolder makes a folder below root, private but for those who share it, or
// makes one that is there so, and opens it.
func makeFolder(root *os.Root, name string, s Sharing) (*os.Root, error) {
	if err := root.Mkdir(name, folderMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	below, err := openFolder(root, name)
	if err != nil {
		return nil, err
	}
	if info, err := below.Stat("."); err == nil && s.wants(info.Mode()) {
		// Somebody else's folder cannot be changed, and is no worse than it was.
		_ = root.Chmod(name, s.folder())
	}
	// Also for a folder that was there: who made it need not have synced it.
	if err := syncNames(root); err != nil {
		_ = below.Close()
		return nil, err
	}
	return below, nil
}

// OwnFolder is the program's folder inside a git directory, or one below it, made
// where it is not there: for those who share the repository, and for nobody
// else. A link in its place is refused, and so is anything else.
func OwnFolder(gitDir string, s Sharing, below ...string) (string, error) {
	root, err := os.OpenRoot(gitDir)
	if err != nil {
		return "", err
	}
	path := gitDir
	for _, name := range append([]string{ownFolder}, below...) {
		next, err := makeFolder(root, name, s)
		_ = root.Close()
		if err != nil {
			return "", err
		}
		root, path = next, filepath.Join(path, name)
	}
	return path, root.Close()
}

// openFolder opens a folder that is one itself, and no link to one.
func openFolder(root *os.Root, name string) (*os.Root, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, notOurs(filepath.Join(root.Name(), name), "folder")
	}
	below, err := root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	opened, err := below.Stat(".")
	if err == nil && !os.SameFile(info, opened) {
		err = notOurs(filepath.Join(root.Name(), name), "folder")
	}
	if err != nil {
		_ = below.Close()
		return nil, err
	}
	return below, nil
}

func notOurs(path, what string) error {
	return fmt.Errorf("%s is not a %s of ours (a link is not followed)", path, what)
}

// within opens the folder of the runs.
func (d disk) within(act func(*os.Root) error) error {
	common, err := os.OpenRoot(d.common)
	if err != nil {
		return err
	}
	defer common.Close()
	own, err := openFolder(common, ownFolder)
	if err != nil {
		return err
	}
	defer own.Close()
	runs, err := openFolder(own, runsFolder)
	if err != nil {
		return err
	}
	defer runs.Close()
	return act(runs)
}

func (d disk) open(name string, flag int) (f *os.File, err error) {
	err = d.within(func(runs *os.Root) error {
		f, err = openPlain(runs, name, flag)
		return err
	})
	return f, err
}

// openPlain opens a file that is one itself. It looks before, since opening a
// pipe would wait for ever, and after, since a link may come in between.
func openPlain(root *os.Root, name string, flag int) (*os.File, error) {
	path := filepath.Join(root.Name(), name)
	if flag&os.O_EXCL == 0 {
		if info, err := root.Lstat(name); err != nil {
			return nil, err
		} else if !info.Mode().IsRegular() {
			return nil, notOurs(path, "file")
		}
	}
	f, err := root.OpenFile(name, flag, fileMode)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil {
		var named fs.FileInfo
		if named, err = root.Lstat(name); err == nil && (!named.Mode().IsRegular() || !os.SameFile(named, opened)) {
			err = notOurs(path, "file")
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func (d disk) Create(name string) (file, error) {
	f, err := d.open(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY)
	if err != nil {
		return nil, err
	}
	if err := d.sharing.Share(f); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func (d disk) Append(name string) (file, error) { return d.file(name, os.O_WRONLY|os.O_APPEND) }

func (d disk) file(name string, flag int) (file, error) {
	f, err := d.open(name, flag)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (d disk) Read(name string) ([]byte, error) {
	f, err := d.open(name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, readLimit+1))
	if err == nil && len(data) > readLimit {
		err = fmt.Errorf("%s is larger than %d bytes", d.Path(name), readLimit)
	}
	return data, err
}

// readLimit bounds, in bytes, what is read of one file. A plan over a hundred
// thousand files takes a quarter of it.
const readLimit = 128 << 20

func (d disk) Names() (names []string, err error) {
	err = d.within(func(runs *os.Root) error {
		entries, err := fs.ReadDir(runs.FS(), ".")
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return names, err
}

func (d disk) Remove(name string) error {
	return d.within(func(runs *os.Root) error { return runs.Remove(name) })
}

func (d disk) SyncNames() error { return d.within(syncNames) }

// syncNames makes a folder's entries durable. Windows has no such call, and
// needs none.
func syncNames(root *os.Root) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
