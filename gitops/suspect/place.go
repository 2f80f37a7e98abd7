package suspect

import (
	"context"
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// maxAlike is how many files may fit a place equally well before it says nothing.
const maxAlike = 4

// maxIndexed bounds the files of an index.
const maxIndexed = 500_000

// Index finds files of one tree by the ends of their paths.
type Index struct {
	byName map[string][]string
	files  map[string]bool
}

// NewIndex reads the names in a tree.
func NewIndex(ctx context.Context, objs gitops.Objects, tree gitops.Hash) (*Index, error) {
	x := &Index{byName: map[string][]string{}, files: map[string]bool{}}
	if err := x.add(ctx, objs, tree, ""); err != nil {
		return nil, fmt.Errorf("list the files of %s: %w", tree.Short(), err)
	}
	return x, nil
}

func (x *Index) add(ctx context.Context, objs gitops.Objects, tree gitops.Hash, prefix string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := treediff.ReadTree(objs, tree)
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch {
		case len(x.files) >= maxIndexed:
			return nil
		case e.IsTree():
			if err := x.add(ctx, objs, e.Hash, prefix+e.Name+"/"); err != nil {
				return err
			}
		case e.Mode != gitops.ModeSubmodule:
			x.files[prefix+e.Name] = true
			x.byName[e.Name] = append(x.byName[e.Name], prefix+e.Name)
		}
	}
	return nil
}

// Has reports whether the tree has a file of exactly this path.
func (x *Index) Has(path string) bool { return x.files[path] }

// Find gives the files that a frame may be in: those whose paths have the longest
// end in common with its own. One name in common is enough only where the file
// lies at the top, or the text has no more than a name. Several fit where nothing
// tells them apart; too many are none.
func (x *Index) Find(f Frame) []string {
	path := strings.TrimPrefix(f.Path, "/")
	name := path[strings.LastIndexByte(path, '/')+1:]
	parts := 1 + strings.Count(path, "/")
	var best []string
	longest, bestWhole := 0, false
	for _, file := range x.byName[name] {
		n, whole := commonEnd(path, file)
		if !f.accepts(path, file, n, parts, whole) {
			continue
		}
		switch {
		case n > longest || n == longest && whole && !bestWhole:
			best, longest, bestWhole = append(best[:0], file), n, whole
		case n == longest && whole == bestWhole:
			best = append(best, file)
		}
	}
	if len(best) > maxAlike || f.packaged && longest == 1 && len(best) > 1 {
		return nil
	}
	return best
}

// accepts decides whether the n names that a file's path has in common with the
// frame's are enough. whole says that they are all that the file's path has.
func (f Frame) accepts(path, file string, n, parts int, whole bool) bool {
	if f.Library {
		// Kept in the repository, with the folder that makes it a library's.
		end := path[len(path)-len(lastParts(path, n)):]
		return n == parts || isLibrary(end) || isInstalled(path, file)
	}
	return whole || n >= 2 || parts == 1 || f.packaged
}

// isInstalled reports whether a frame lies where pip installs a service, too: below
// such a folder stands the whole name that Python imports, which the file has in
// the repository at the top or below src/. A top-level module is too little.
func isInstalled(path, file string) bool {
	for _, folder := range [...]string{"/site-packages/", "/dist-packages/"} {
		if _, module, ok := strings.Cut("/"+path, folder); ok {
			return strings.Contains(module, "/") && (file == module || file == "src/"+module)
		}
	}
	return false
}

// commonEnd counts the names that two paths have in common from the end; whole
// says that this is all of the second.
func commonEnd(a, b string) (n int, whole bool) {
	for {
		i, j := strings.LastIndexByte(a, '/'), strings.LastIndexByte(b, '/')
		if a[i+1:] != b[j+1:] {
			return n, false
		}
		n++
		if j < 0 {
			return n, true
		}
		if i < 0 {
			return n, false
		}
		a, b = a[:i], b[:j]
	}
}

func lastParts(path string, n int) string {
	at := len(path)
	for range n {
		if at = strings.LastIndexByte(path[:at], '/'); at < 0 {
			return path
		}
	}
	return path[at+1:]
}
