package threeway

import (
	"context"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// DirectoryRenames says what happens to a file that one side added to a
// directory which the other side renamed (merge.directoryRenames).
type DirectoryRenames uint8

// The choices. The zero value is git's default.
const (
	// DirectoryRenamesConflict leaves it to a person.
	DirectoryRenamesConflict DirectoryRenames = iota
	// DirectoryRenamesOff leaves the file where it was added.
	DirectoryRenamesOff
	// DirectoryRenamesApply moves the file along. Only git does that here.
	DirectoryRenamesApply
)

// DefaultRenameLimit is git's merge.renameLimit.
const DefaultRenameLimit = 7000

// Options choose how trees are merged. The zero value is git's default.
type Options struct {
	// NoRenames takes every path for itself (merge.renames or diff.renames
	// off). git's ort strategy heeds that since 2.50 only.
	NoRenames bool
	// RenameLimit is merge.renameLimit, or else diff.renameLimit; 0 or less
	// means DefaultRenameLimit.
	RenameLimit int
	// DirectoryRenames is merge.directoryRenames.
	DirectoryRenames DirectoryRenames
	// Renormalize is merge.renormalize. Only git can do it, so a merge of
	// contents then ends in NeedsGit.
	Renormalize bool
	// DefaultDriver is merge.default, the driver of paths without one.
	DefaultDriver string
	// GlobalAttributes and InfoAttributes are the contents of
	// core.attributesFile and of info/attributes, which stand below and above
	// the .gitattributes files of the tree.
	GlobalAttributes, InfoAttributes []byte
	// DropTail is for a git before 2.44: see treediff.PairOptions.
	DropTail bool
	// Lines is how contents are merged.
	Lines LineOptions
	// TextOnly merges every content by its lines, as if no driver and no
	// renormalization were asked for: what comes of it is not git's answer, and
	// shows what they did.
	TextOnly bool
	// Settle, where set, is asked about every conflict for what a person
	// decided; false leaves it a conflict.
	Settle func(gitops.Conflict) (Settlement, bool)
	// Memory, where set, is what merges share. It changes no answer.
	Memory *Memory
}

// Result is what became of three trees.
type Result struct {
	// Tree is the merged tree; zero unless Clean.
	Tree gitops.Hash
	// Objects are the blobs and trees of Tree that none of the three trees
	// held at that place, children before parents; nil unless Clean.
	Objects []gitops.Object
	// Conflicts are the paths that need a person, in path order. A path that
	// ends in a slash is a directory.
	Conflicts []gitops.Conflict
	// Settled are the conflicts that Options.Settle decided, in path order.
	Settled []gitops.Conflict
	// NeedsGit, when not empty, is the sentence that says why only git itself
	// can tell; the conflicts are then those known so far.
	NeedsGit string
}

// Clean reports whether Tree is the outcome.
func (r Result) Clean() bool { return len(r.Conflicts) == 0 && r.NeedsGit == "" }

// MergeTrees applies to ours what changed from base to theirs, as git's ort
// strategy does (`git merge-tree --write-tree`). A zero hash stands for the
// empty tree. Attributes are those of ours. The objects of a Result may be
// shared: nobody may change them.
func MergeTrees(ctx context.Context, objs gitops.Objects, base, ours, theirs gitops.Hash, opt Options) (Result, error) {
	switch {
	case theirs == base || theirs == ours:
		return Result{Tree: orEmpty(ours)}, ctx.Err()
	case ours == base:
		return Result{Tree: orEmpty(theirs)}, ctx.Err()
	}
	key := treesKey{[3]gitops.Hash{base, ours, theirs}, opt.answers()}
	if res, ok := opt.Memory.trees(key, opt); ok {
		return res, ctx.Err()
	}
	res, err := mergeTrees(ctx, objs, key.roots, opt)
	if err == nil {
		opt.Memory.keepTrees(key, opt, res)
	}
	return res, err
}

func mergeTrees(ctx context.Context, objs gitops.Objects, roots [3]gitops.Hash, opt Options) (Result, error) {
	m := newTreeMerge(ctx, objs, roots, opt)
	for _, step := range []func() error{m.collect, m.followRenames, m.settle, m.settleDirectories} {
		if err := step(); err != nil {
			return Result{}, err
		}
	}
	if len(m.conflicts) == 0 {
		// Whatever became of the path: a suggestion is never taken silently.
		m.conflicts = m.openSuggestions()
	}
	res := Result{Conflicts: m.conflicts, Settled: m.settled, NeedsGit: m.needsGit}
	for _, list := range [][]gitops.Conflict{res.Conflicts, res.Settled} {
		slices.SortStableFunc(list, func(a, b gitops.Conflict) int { return strings.Compare(a.Path, b.Path) })
	}
	if !res.Clean() {
		return res, nil
	}
	var err error
	res.Tree, res.Objects, err = m.write()
	return res, err
}

func orEmpty(tree gitops.Hash) gitops.Hash {
	if tree.IsZero() {
		return gitops.EmptyTree
	}
	return tree
}

// The three versions of a path, by their index.
const (
	inBase = iota
	inOurs
	inTheirs
)

// mask is a set of versions: bit 1 for base, 2 for ours, 4 for theirs.
type mask uint8

const (
	maskBase   mask = 1 << inBase
	maskOurs   mask = 1 << inOurs
	maskTheirs mask = 1 << inTheirs
	maskSides       = maskOurs | maskTheirs
	maskAll         = maskBase | maskSides
)

func maskOf(version int) mask { return 1 << version }

func (s mask) has(version int) bool { return s&maskOf(version) != 0 }

// otherSide is theirs for ours and ours for theirs.
func otherSide(side int) int { return inOurs + inTheirs - side }

// fileEntry is a file, link or submodule in one version; zero when absent.
type fileEntry struct {
	mode gitops.Mode
	hash gitops.Hash
}

const typeBits gitops.Mode = 0o170000

func (f fileEntry) sameType(o fileEntry) bool { return f.mode&typeBits == o.mode&typeBits }

// pathState is all that is known of one path while trees are merged.
type pathState struct {
	path string
	// versions are the files to be merged here. Renames move them about, so
	// names says by which name each was known.
	versions [3]fileEntry
	names    [3]string
	// files and dirs say in which versions the path is a file, a directory.
	files, dirs mask
	// match is the set of versions that were the same to begin with.
	match mask
	// tip is what ours has at this path.
	tip fileEntry
	// clash is a conflict about the path rather than about its content.
	clash *gitops.Conflict
	// apart is the merge of contents that led to clash; nil where none did.
	apart *contentMerge
	// gone says that a rename took the path's content elsewhere.
	gone bool
}

// treeMerge is one run of MergeTrees.
type treeMerge struct {
	ctx   context.Context
	objs  gitops.Objects
	opt   Options
	roots [3]gitops.Hash
	paths map[string]*pathState
	// full are the directories that still hold something after the merge, as
	// far as anything in them was not the same everywhere.
	full map[string]bool
	// sides is indexed by inOurs and inTheirs.
	sides [3]sideRenames
	edits editNode
	// fresh are the contents that were merged here.
	fresh     map[gitops.Hash]gitops.Object
	conflicts []gitops.Conflict
	// suggested are the conflicts that renames of directories must bring.
	suggested []gitops.Conflict
	settled   []gitops.Conflict
	// freed are the directories of which decisions took something away.
	freed      map[string]bool
	needsGit   string
	attributes *attributes
}

// sideRenames is what one side moved, as far as it can matter.
type sideRenames struct {
	gone, came []treediff.File
	needs      treediff.MergeNeeds
	// later are directories that only this side changed. They are opened only
	// when a rename has to be found.
	later []dirState
	// open says that such directories are not put off any more.
	open bool
	// dirs maps directories that this side renamed to their new names.
	dirs map[string]string
}

func newTreeMerge(ctx context.Context, objs gitops.Objects, roots [3]gitops.Hash, opt Options) *treeMerge {
	m := &treeMerge{
		ctx: ctx, objs: objs, opt: opt, roots: roots,
		paths: make(map[string]*pathState), full: make(map[string]bool),
		fresh: make(map[gitops.Hash]gitops.Object),
	}
	m.attributes = &attributes{objs: objs, tree: roots[inOurs], global: opt.GlobalAttributes, info: opt.InfoAttributes}
	for side := inOurs; side <= inTheirs; side++ {
		m.sides[side].needs = treediff.MergeNeeds{
			Sources: make(map[string]treediff.SourceNeed),
			Dirs:    make(map[string]treediff.DirNeed),
		}
	}
	return m
}

// leaveToGit keeps the first reason.
func (m *treeMerge) leaveToGit(sentence string) {
	if m.needsGit == "" {
		m.needsGit = sentence
	}
}
