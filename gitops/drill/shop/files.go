package shop

import (
	"slices"
	"strings"
)

// Files are the files of one release by path, with forward slashes.
type Files map[string][]byte

func (f Files) json(path string) (*node, *Fault) {
	data, ok := f[path]
	if !ok {
		return nil, &Fault{Path: path, Line: 1, What: "there is no such file"}
	}
	return parse(path, data)
}

// list reads a document that is an object with one list in it.
func (f Files) list(path, key string) ([]*node, *Fault) {
	root, fault := f.json(path)
	if fault != nil {
		return nil, fault
	}
	return root.list(key)
}

// under gives the paths with this beginning and end, sorted.
func (f Files) under(prefix, suffix string) []string {
	var paths []string
	for p := range f {
		if strings.HasPrefix(p, prefix) && strings.HasSuffix(p, suffix) {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	return paths
}
