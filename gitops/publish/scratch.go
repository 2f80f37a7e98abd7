package publish

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"ahead/gitops"
)

// scratch is a place for git to work in without touching the repository: what
// it writes goes to a throw-away object directory, what it reads comes from
// there and from the repository, and its working tree and index are empty but
// for attributes.
type scratch struct {
	g    *Git
	root string
}

// newScratch makes a scratch outside the repository, so that a plan can be
// checked in one that may only be read.
func (g *Git) newScratch() (*scratch, error) {
	root, err := os.MkdirTemp("", "ahead-")
	if err != nil {
		return nil, fmt.Errorf("make a scratch directory: %w", err)
	}
	s := &scratch{g: g, root: root}
	for _, dir := range []string{s.objects(), s.workTree()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			s.remove()
			return nil, fmt.Errorf("make a scratch directory: %w", err)
		}
	}
	return s, nil
}

func (s *scratch) remove()          { _ = os.RemoveAll(s.root) }
func (s *scratch) objects() string  { return filepath.Join(s.root, "objects") }
func (s *scratch) workTree() string { return filepath.Join(s.root, "tree") }

// env redirects git's reading and writing. It has no effect on configuration,
// which stays the repository's.
func (s *scratch) env() []string {
	return []string{
		"GIT_DIR=" + s.g.gitDir,
		"GIT_WORK_TREE=" + s.workTree(),
		"GIT_INDEX_FILE=" + filepath.Join(s.root, "index"),
		"GIT_OBJECT_DIRECTORY=" + s.objects(),
		"GIT_ALTERNATE_OBJECT_DIRECTORIES=" + quotePath(s.g.objectDir),
	}
}

func (s *scratch) call(args ...string) call {
	return call{args: args, env: s.env(), dir: s.workTree(), settings: []setting{{"core.fsmonitor", "false"}}}
}

// quotePath quotes a path of a list that git splits at colons (git(1),
// GIT_ALTERNATE_OBJECT_DIRECTORIES).
func quotePath(p string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(p) + `"`
}

// takeAttributes lays the .gitattributes files of tree into the working tree,
// as a checkout of it would have them, in place of those of the tree before.
// Git before 2.41 reads attributes from
// nowhere else, and newer ones still prefer the files to the tree.
func (s *scratch) takeAttributes(ctx context.Context, tree gitops.Hash) error {
	known := s.g.attributes.Load()
	if known == nil || known.tree != tree {
		read, err := s.readAttributes(ctx, tree)
		if err != nil {
			return err
		}
		known = read
		s.g.attributes.Store(known)
	}
	return s.writeFiles(known.paths, known.blobs)
}

// attributeFiles are the .gitattributes files of one tree. A list of verdicts
// asks for those of the same tip over and over.
type attributeFiles struct {
	tree  gitops.Hash
	paths []string
	blobs []gitops.Object
}

func (s *scratch) readAttributes(ctx context.Context, tree gitops.Hash) (*attributeFiles, error) {
	out, err := s.g.run(ctx, s.call("ls-tree", "-r", "-z", "--full-tree", tree.String()))
	if err != nil {
		return nil, fmt.Errorf("list tree %s: %w", tree, err)
	}
	files := &attributeFiles{tree: tree}
	var ids []gitops.Hash
	for _, row := range bytes.Split(out.stdout, []byte{0}) {
		meta, name, ok := strings.Cut(string(row), "\t")
		fields := strings.Fields(meta)
		// A symbolic link is not followed by git either.
		if !ok || len(fields) != 3 || path.Base(name) != ".gitattributes" || !strings.HasPrefix(fields[0], "100") {
			continue
		}
		id, err := gitops.ParseHash(fields[2])
		if err != nil {
			return nil, fmt.Errorf("list tree %s: %w", tree, err)
		}
		files.paths, ids = append(files.paths, name), append(ids, id)
	}
	if files.blobs, err = s.g.readObjects(ctx, ids, s.env()); err != nil {
		return nil, fmt.Errorf("read attributes: %w", err)
	}
	return files, nil
}

// writeFiles keeps inside the working tree whatever the paths say: they come
// from a tree that nobody has checked.
func (s *scratch) writeFiles(paths []string, blobs []gitops.Object) error {
	if err := os.RemoveAll(s.workTree()); err != nil {
		return fmt.Errorf("empty scratch: %w", err)
	}
	if err := os.Mkdir(s.workTree(), 0o700); err != nil {
		return fmt.Errorf("empty scratch: %w", err)
	}
	root, err := os.OpenRoot(s.workTree())
	if err != nil {
		return fmt.Errorf("open scratch: %w", err)
	}
	defer func() { _ = root.Close() }()
	for i, p := range paths {
		if err := root.MkdirAll(path.Dir(p), 0o700); err != nil {
			return fmt.Errorf("write attributes %q: %w", p, err)
		}
		if err := root.WriteFile(p, blobs[i].Data, 0o600); err != nil {
			return fmt.Errorf("write attributes %q: %w", p, err)
		}
	}
	return nil
}

// written gives the ids of the loose objects in the scratch.
func (s *scratch) written() ([]gitops.Hash, error) {
	names, err := filepath.Glob(filepath.Join(s.objects(), "[0-9a-f][0-9a-f]", "*"))
	if err != nil {
		return nil, fmt.Errorf("list scratch: %w", err)
	}
	var ids []gitops.Hash
	for _, name := range names {
		id, err := gitops.ParseHash(filepath.Base(filepath.Dir(name)) + filepath.Base(name))
		if err == nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
