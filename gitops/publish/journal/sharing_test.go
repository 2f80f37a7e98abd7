//go:build unix

package journal

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestSharing: core.sharedRepository as git reads it, on what is made here,
// whatever the process's mask is, and on what was made before it was set.
func TestSharing(t *testing.T) {
	was := syscall.Umask(0o022)
	defer syscall.Umask(was)
	for value, want := range map[string]struct {
		file   fs.FileMode
		folder fs.FileMode
	}{
		"":          {0o600, 0o700},
		"false":     {0o600, 0o700},
		"umask":     {0o600, 0o700},
		"0":         {0o600, 0o700},
		"bogus":     {0o600, 0o700},
		"0077":      {0o600, 0o700},
		"-1":        {0o600, 0o700},
		"group":     {0o660, 0o770 | fs.ModeSetgid},
		"true":      {0o660, 0o770 | fs.ModeSetgid},
		"1":         {0o660, 0o770 | fs.ModeSetgid},
		"0660":      {0o660, 0o770 | fs.ModeSetgid},
		"0640":      {0o640, 0o750 | fs.ModeSetgid},
		"all":       {0o664, 0o775 | fs.ModeSetgid},
		"World":     {0o664, 0o775 | fs.ModeSetgid},
		"everybody": {0o664, 0o775 | fs.ModeSetgid},
		"2":         {0o664, 0o775 | fs.ModeSetgid},
		"0777":      {0o666, 0o777 | fs.ModeSetgid},
	} {
		for _, mask := range []int{0o077, 0} {
			syscall.Umask(mask)
			for _, before := range []string{"nothing", "private", "open"} {
				if mask == 0 && before != "nothing" {
					continue
				}
				dir := t.TempDir()
				switch before {
				case "private":
					used(t, In(dir, Sharing{}, redactNothing))
				case "open":
					if err := os.Mkdir(filepath.Join(dir, "ahead"), 0o777); err != nil {
						t.Fatal(err)
					}
				}
				id := used(t, In(dir, ParseSharing(value), redactNothing))
				for name, mode := range map[string]fs.FileMode{
					"ahead": want.folder, "ahead/runs": want.folder, "ahead/runs/" + id + suffix: want.file, "ahead/lock": want.file,
				} {
					if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode()&permissions != mode {
						t.Errorf("%q, mask %o, %s before: %s is %v, %v", value, mask, before, name, info.Mode(), err)
					}
				}
			}
		}
	}
}

func redactNothing(s string) string { return s }

// used begins a run under the lock, and gives its id.
func used(t *testing.T, j *Journal) string {
	t.Helper()
	lock, err := j.Lock(context.Background(), me(), "v1")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	b, run, err := j.Begin(someRun(), "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	return run.ID
}

// TestOwnFolderBelow makes each part for those who share it, and follows no link.
func TestOwnFolderBelow(t *testing.T) {
	dir := t.TempDir()
	path, err := OwnFolder(dir, ParseSharing("group"), "sources")
	if err != nil || path != filepath.Join(dir, "ahead", "sources") {
		t.Fatalf("%q %v", path, err)
	}
	for _, p := range []string{filepath.Dir(path), path} {
		if info, err := os.Stat(p); err != nil || info.Mode()&permissions != 0o770|fs.ModeSetgid {
			t.Errorf("%s: %v %v", p, info.Mode(), err)
		}
	}
	aim := t.TempDir()
	if err := os.Symlink(aim, filepath.Join(dir, "ahead", "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if _, err := OwnFolder(dir, ParseSharing("group"), "elsewhere"); err == nil {
		t.Error("a link is followed")
	}
	if info, err := os.Stat(aim); err != nil || info.Mode().Perm()&0o070 == 0o070 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}
