//go:build unix

package journal

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// noFollow refuses a symbolic link in place of the lock's file.
const noFollow = syscall.O_NOFOLLOW

// noLocks reports whether a file system answered that it knows no locks.
func noLocks(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.ENOLCK) || errors.Is(err, syscall.EINVAL)
}

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

func answers(p *os.Process) bool {
	err := p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, fs.ErrPermission)
}
