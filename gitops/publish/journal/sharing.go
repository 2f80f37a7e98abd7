package journal

import (
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// Sharing is who else may read and write what is kept in a git directory, as
// git's core.sharedRepository says. The zero Sharing is this user alone: a
// journal says who shipped what and why. In a repository that several people
// publish from it has to be everybody's who may: whoever comes second must be
// told who is at it, and must be able to carry on what the first one left.
type Sharing struct {
	// others are the permissions of group and others on a file.
	others fs.FileMode
}

// The permissions that git's names stand for (git-config(1)).
const (
	groupShares fs.FileMode = 0o060
	allRead     fs.FileMode = 0o064
	octalMost   fs.FileMode = 0o066
)

// ParseSharing reads a value of core.sharedRepository. What git would refuse is
// not shared.
func ParseSharing(value string) Sharing {
	switch strings.ToLower(value) {
	case "group", "true", "yes", "on", "1":
		return Sharing{groupShares}
	case "all", "world", "everybody", "2":
		return Sharing{allRead}
	}
	bits, err := strconv.ParseUint(value, 8, 32)
	if err != nil || bits&0o600 != 0o600 || bits > 0o777 {
		return Sharing{}
	}
	return Sharing{fs.FileMode(bits) & octalMost}
}

// shares reports whether anybody but this user has a part in it.
func (s Sharing) shares() bool { return s.others != 0 }

// file is the mode of a file.
func (s Sharing) file() fs.FileMode { return fileMode | s.others }

// folder is the mode of a folder. Whoever may read may look into it; what is
// made in it belongs to its group, whoever makes it.
func (s Sharing) folder() fs.FileMode {
	mode := folderMode | s.others | s.others>>2&0o011
	if s.shares() {
		mode |= fs.ModeSetgid
	}
	return mode
}

const permissions = fs.ModePerm | fs.ModeSetgid

// wants reports whether a folder's mode is to be changed: where it is open to
// more than it should be, and, where it is shared, to less. What its owner has
// is the owner's affair.
func (s Sharing) wants(is fs.FileMode) bool {
	if !s.shares() {
		return is.Perm()&^folderMode != 0
	}
	return is&permissions != s.folder()
}

// Share gives a file that was made private the mode that it is to have: the
// process's mask has a say where one is made.
func (s Sharing) Share(f *os.File) error {
	if !s.shares() {
		return nil
	}
	return f.Chmod(s.file())
}
