package repo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ahead/gitops"
)

// Head is what HEAD of this working tree says.
type Head struct {
	// Ref is the full name of the branch, empty when HEAD is detached.
	Ref string
	// Commit is zero on a branch that has no commit yet.
	Commit gitops.Hash
}

// Branch is the short name of the branch, empty when HEAD is detached.
func (h Head) Branch() string {
	name, ok := strings.CutPrefix(h.Ref, branchPrefix)
	if !ok {
		return ""
	}
	return name
}

// Detached reports whether HEAD names a commit and no branch.
func (h Head) Detached() bool { return h.Ref == "" }

// RefTag is a tag as its ref tells it, without a look at its message.
type RefTag struct {
	Name string
	// Object is what the ref holds, Peeled what it finally points at (mostly
	// a commit). Peeled is zero when a tag object on the way is not there.
	Object gitops.Hash
	Peeled gitops.Hash
}

// Refs is one look at the refs of a repository.
type Refs struct {
	Head     Head
	Branches map[string]gitops.Hash
	// Remotes holds the remote-tracking branches by remote and branch.
	Remotes map[string]map[string]gitops.Hash
	// RemoteHeads holds the branch that each remote's HEAD was at when that
	// was last asked.
	RemoteHeads map[string]string
	// Tags are in the order of their names.
	Tags []RefTag
}

const (
	branchPrefix = "refs/heads/"
	remotePrefix = "refs/remotes/"
	tagPrefix    = "refs/tags/"
	// maxSymbolic is how many symbolic refs in a row git follows.
	maxSymbolic = 5
)

// ref is one ref as stored: an id, or the name of another ref.
type ref struct {
	hash   gitops.Hash
	target string
	// peeled is what packed-refs says a tag points at; known says that the
	// file vouches for it (a zero peeled then means: not a tag object).
	peeled gitops.Hash
	known  bool
}

// look is one look at the refs: loose ones over packed ones.
type look struct {
	loose  map[string]ref
	packed packedRefs
	// path is the file for what packed leaves out.
	path string
}

func (l look) get(name string) (ref, bool) {
	if one, ok := l.loose[name]; ok {
		return one, true
	}
	if isUsual(name) {
		return l.packed.get(name)
	}
	one, ok, err := readOne(l.path, name)
	return one, ok && err == nil
}

// resolve follows symbolic refs; zero when that leads nowhere.
func (l look) resolve(one ref) gitops.Hash {
	for range maxSymbolic {
		if one.target == "" {
			return one.hash
		}
		one, _ = l.get(one.target)
	}
	return gitops.Hash{}
}

// Refs reads all branches, remote-tracking branches and tags. Broken refs are
// left out, as git leaves them out.
func (r *Repository) Refs(ctx context.Context) (Refs, error) {
	refs, err := r.readRefs(ctx)
	if err != nil {
		return Refs{}, err
	}
	return refs, r.peel(ctx, refs.Tags)
}

// RefsUnpeeled is Refs without a look at any object: Peeled is there only where
// packed-refs says it.
func (r *Repository) RefsUnpeeled(ctx context.Context) (Refs, error) {
	return r.readRefs(ctx)
}

func (r *Repository) readRefs(ctx context.Context) (Refs, error) {
	l := look{loose: map[string]ref{}, path: r.packedPath()}
	// Loose refs before packed ones: git packs by writing the packed file
	// first and deleting the loose ref then, so no ref falls between.
	for _, prefix := range []string{branchPrefix, remotePrefix, tagPrefix} {
		if err := r.looseRefs(ctx, prefix, l.loose); err != nil {
			return Refs{}, err
		}
	}
	var err error
	if l.packed, err = r.packed.read(r.packedPath()); err != nil {
		return Refs{}, err
	}
	refs := Refs{
		Branches:    map[string]gitops.Hash{},
		Remotes:     map[string]map[string]gitops.Hash{},
		RemoteHeads: map[string]string{},
	}
	for name, one := range l.loose {
		r.sortOut(l, name, &one, &refs)
	}
	refs.Tags = slices.Grow(refs.Tags, len(l.packed))
	for i := range l.packed {
		one := &l.packed[i]
		if _, hidden := l.loose[one.name]; !hidden {
			r.sortOut(l, one.name, &one.ref, &refs)
		}
	}
	byName := func(a, b RefTag) int { return strings.Compare(a.Name, b.Name) }
	if !slices.IsSortedFunc(refs.Tags, byName) {
		slices.SortFunc(refs.Tags, byName)
	}
	refs.Head, err = r.head(l)
	return refs, err
}

func (r *Repository) packedPath() string { return filepath.Join(r.location.CommonDir, "packed-refs") }

// sortOut puts one ref where it belongs; tags are not peeled yet.
func (r *Repository) sortOut(l look, name string, one *ref, refs *Refs) {
	hash := one.hash
	if one.target != "" {
		hash = l.resolve(*one)
	}
	if tag, ok := strings.CutPrefix(name, tagPrefix); ok {
		if !hash.IsZero() {
			refs.Tags = append(refs.Tags, RefTag{Name: tag, Object: hash, Peeled: one.packedPeel()})
		}
		return
	}
	if branch, ok := strings.CutPrefix(name, branchPrefix); ok && !hash.IsZero() {
		refs.Branches[branch] = hash
	}
	if rest, ok := strings.CutPrefix(name, remotePrefix); ok {
		r.addRemote(refs, rest, *one, hash)
	}
}

// packedPeel is what packed-refs vouches for, else zero.
func (one *ref) packedPeel() gitops.Hash {
	switch {
	case one.target != "" || !one.known:
		return gitops.Hash{}
	case one.peeled.IsZero():
		return one.hash
	default:
		return one.peeled
	}
}

func (r *Repository) addRemote(refs *Refs, rest string, one ref, hash gitops.Hash) {
	remote, branch := r.splitRemote(rest)
	if branch == "HEAD" {
		target := strings.TrimPrefix(one.target, remotePrefix+remote+"/")
		if one.target != "" && target != one.target {
			refs.RemoteHeads[remote] = target
		}
		return
	}
	if branch == "" || hash.IsZero() {
		return
	}
	if refs.Remotes[remote] == nil {
		refs.Remotes[remote] = map[string]gitops.Hash{}
	}
	refs.Remotes[remote][branch] = hash
}

// splitRemote parts "team/one/main" into remote and branch. Names of remotes
// may hold slashes, so the configuration decides, the longest name first.
func (r *Repository) splitRemote(rest string) (remote, branch string) {
	for _, name := range r.config.remotes {
		if strings.HasPrefix(rest, name+"/") && len(name) > len(remote) {
			remote = name
		}
	}
	if remote != "" {
		return remote, rest[len(remote)+1:]
	}
	remote, branch, _ = strings.Cut(rest, "/")
	return remote, branch
}

func (r *Repository) looseRefs(ctx context.Context, prefix string, into map[string]ref) error {
	root := filepath.Join(r.location.CommonDir, filepath.FromSlash(prefix))
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			return nil
		}
		if err != nil {
			return err
		}
		if d.IsDir() {
			return ctx.Err()
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name := prefix + filepath.ToSlash(rel)
		if strings.HasSuffix(name, ".lock") {
			return nil
		}
		if one, ok := readLooseRef(path); ok {
			into[name] = one
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read refs: %w", err)
	}
	return nil
}

// readLooseRef reads one ref file. Refs of old are symbolic links.
func readLooseRef(path string) (ref, bool) {
	if target, err := os.Readlink(path); err == nil && strings.HasPrefix(target, "refs/") {
		return ref{target: target}, true
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return ref{}, false
	}
	text := string(data)
	if target, ok := strings.CutPrefix(text, "ref:"); ok {
		target = strings.TrimSpace(target)
		return ref{target: target}, target != ""
	}
	// FETCH_HEAD has more behind its first id.
	if len(text) > 40 && !strings.ContainsRune(" \t\r\n", rune(text[40])) {
		return ref{}, false
	}
	hash, err := gitops.ParseHash(text[:min(40, len(text))])
	return ref{hash: hash}, err == nil && !hash.IsZero()
}

// head reads HEAD of this working tree.
func (r *Repository) head(l look) (Head, error) {
	one, ok := readLooseRef(filepath.Join(r.location.GitDir, "HEAD"))
	if !ok {
		return Head{}, &gitops.Error{
			Code: gitops.CodeNotARepository,
			What: fmt.Sprintf("HEAD of %q cannot be read", r.location.GitDir),
			Hint: "`git status` says what is wrong with it",
		}
	}
	if one.target == "" {
		return Head{Commit: one.hash}, nil
	}
	return Head{Ref: one.target, Commit: l.resolve(one)}, nil
}
