package desk

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"ahead/gitops/publish"
	"ahead/gitops/threeway"
)

// tailCounted is the git whose rename estimate counts a last line without a
// line ending; ours must agree with the git at hand.
var tailCounted = publish.Version{Major: 2, Minor: 44}

// renamesOptional is the git whose ort obeys merge.renames; those before it look
// for renames whatever it says.
var renamesOptional = publish.Version{Major: 2, Minor: 50}

// mergeOptions are the repository's settings that a merge obeys.
func (d *Desk) mergeOptions() threeway.Options {
	opts := threeway.Options{
		RenameLimit:      d.number("merge.renamelimit", "diff.renamelimit"),
		DirectoryRenames: d.directoryRenames(),
		Renormalize:      d.on("merge.renormalize"),
		GlobalAttributes: d.attributes("core.attributesfile"),
		InfoAttributes:   readOptional(filepath.Join(d.repo.Location().CommonDir, "info", "attributes")),
	}
	opts.DefaultDriver, _ = d.repo.Config("merge.default")
	if git, err := d.system(); err == nil {
		opts.DropTail = !git.Version().AtLeast(tailCounted)
		opts.NoRenames = git.Version().AtLeast(renamesOptional) && d.off("merge.renames", "diff.renames")
	}
	return opts
}

// signs reports whether the person set git up to sign. Whether the key can be
// used now only git can tell, when it does.
func (d *Desk) signs() bool {
	if key, ok := d.repo.Config("user.signingkey"); ok && key != "" {
		return true
	}
	return d.on("tag.gpgsign", "commit.gpgsign")
}

// first is the value of the first of these keys that is set.
func (d *Desk) first(keys ...string) (string, bool) {
	for _, key := range keys {
		if value, ok := d.repo.Config(key); ok {
			return strings.ToLower(value), true
		}
	}
	return "", false
}

func (d *Desk) off(keys ...string) bool {
	value, ok := d.first(keys...)
	return ok && isFalse(value)
}

func (d *Desk) on(keys ...string) bool {
	value, ok := d.first(keys...)
	return ok && !isFalse(value)
}

// isFalse reads a boolean as git spells it; an empty value is false.
func isFalse(value string) bool {
	switch value {
	case "false", "no", "off", "0", "":
		return true
	}
	return false
}

func (d *Desk) number(keys ...string) int {
	value, _ := d.first(keys...)
	n, err := strconv.Atoi(value)
	if err != nil {
		return 0 // git's default
	}
	return n
}

func (d *Desk) directoryRenames() threeway.DirectoryRenames {
	value, ok := d.first("merge.directoryrenames")
	switch {
	case !ok || value == "conflict":
		return threeway.DirectoryRenamesConflict
	case isFalse(value):
		return threeway.DirectoryRenamesOff
	default:
		return threeway.DirectoryRenamesApply
	}
}

// attributes reads the person's own attributes file: the configured one, else
// the one at git's usual place.
func (d *Desk) attributes(key string) []byte {
	home, _ := os.UserHomeDir()
	if path, ok := d.repo.Config(key); ok {
		if rest, below := strings.CutPrefix(path, "~/"); below {
			path = filepath.Join(home, rest)
		}
		return readOptional(path)
	}
	folder := os.Getenv("XDG_CONFIG_HOME")
	if folder == "" {
		folder = filepath.Join(home, ".config")
	}
	return readOptional(filepath.Join(folder, "git", "attributes"))
}

// readOptional reads a file that need not exist. What cannot be read has no
// say; the cross-check with git catches a difference.
func readOptional(path string) []byte {
	// A pipe or a device would never end.
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return data
}
