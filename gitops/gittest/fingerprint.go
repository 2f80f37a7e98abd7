package gittest

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Fingerprint describes everything in the repository's folder but the object
// database and ahead's own records: working tree, index, refs, logs, configuration. Equal fingerprints
// before and after prove that a checkout was not touched; differing lines say
// what was. Names in except (paths below Dir, with /) are left out with all
// that is below them.
func (r *Repo) Fingerprint(except ...string) string {
	r.t.Helper()
	skip := map[string]bool{".git/objects": true, "objects": true, ".git/ahead": true, "ahead": true}
	for _, e := range except {
		skip[e] = true
	}
	var b strings.Builder
	err := filepath.WalkDir(r.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(r.Dir, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if skip[rel] {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		return describe(&b, path, rel, d)
	})
	if err != nil {
		r.t.Fatalf("gittest: fingerprint: %v", err)
	}
	return b.String()
}

// describe leaves out the times of folders: git's own lock files change them
// without changing anything.
func describe(b *strings.Builder, path, rel string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil {
		return err
	}
	switch {
	case d.IsDir():
		fmt.Fprintf(b, "%s %s\n", info.Mode(), rel)
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "%s %s -> %s\n", info.Mode(), rel, target)
	default:
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "%s %s %d %x\n", info.Mode(), rel, info.ModTime().UnixNano(), sha256.Sum256(data))
	}
	return nil
}
