package threeway

import (
	"slices"
	"sync"

	"ahead/gitops"
	"ahead/gitops/linediff"
	"ahead/gitops/lru"
	"ahead/gitops/treediff"
)

// Memory carries from merge to merge what neighbouring ones have in common:
// the fingerprints of contents, merges of three contents, and whole merges.
// All of it is known by the ids of what went in, and by the options that have a
// say, so an answer is the same whatever is still there. Errors are never kept.
// It is safe for concurrent use; nil remembers nothing.
type Memory struct {
	prints *treediff.Prints
	texts  *lru.Cache[textKey, mergedText]
	merges *lru.Cache[treesKey, Result]
	// tables are at rest, and empty.
	tables sync.Pool
}

// NewMemory makes a memory of about so many bytes: half of them for
// fingerprints, which pay best.
func NewMemory(bytes int) *Memory {
	return &Memory{
		prints: treediff.NewPrints(bytes / 2),
		texts:  lru.New[textKey, mergedText](bytes / 4),
		merges: lru.New[treesKey, Result](bytes / 4),
	}
}

// textKey names a merge of contents; a version that is absent has a zero hash.
type textKey struct {
	versions [3]gitops.Hash
	opt      LineOptions
}

// treesKey names a merge of trees.
type treesKey struct {
	roots [3]gitops.Hash
	opt   answerOptions
}

// answerOptions are the Options that have a say in what comes out, but Settle:
// what a person decides is never remembered.
type answerOptions struct {
	noRenames, renormalize, dropTail bool
	textOnly                         bool
	renameLimit                      int
	directoryRenames                 DirectoryRenames
	defaultDriver                    string
	globalAttributes, infoAttributes string
	lines                            LineOptions
}

func (o Options) answers() answerOptions {
	return answerOptions{
		noRenames: o.NoRenames, renormalize: o.Renormalize, dropTail: o.DropTail, textOnly: o.TextOnly,
		renameLimit: o.RenameLimit, directoryRenames: o.DirectoryRenames,
		defaultDriver:    o.DefaultDriver,
		globalAttributes: string(o.GlobalAttributes), infoAttributes: string(o.InfoAttributes),
		lines: o.Lines,
	}
}

func (m *Memory) fingerprints() *treediff.Prints {
	if m == nil {
		return nil
	}
	return m.prints
}

func (m *Memory) text(key textKey) (mergedText, bool) {
	if m == nil {
		return mergedText{}, false
	}
	return m.texts.Get(key)
}

// mergeLines is MergeLines with working memory that merges share. A table that a
// fault left half filled is not given back.
func (m *Memory) mergeLines(texts [3][]byte, opt LineOptions) LineResult {
	if m == nil {
		return MergeLines(texts[inBase], texts[inOurs], texts[inTheirs], opt)
	}
	table, _ := m.tables.Get().(*linediff.Table)
	if table == nil {
		table = linediff.NewTable()
	}
	res := mergeLines(table, texts[inBase], texts[inOurs], texts[inTheirs], opt)
	table.Reset()
	m.tables.Put(table)
	return res
}

func (m *Memory) keepText(key textKey, t mergedText) {
	if m != nil {
		m.texts.Put(key, t, overhead+t.lines.weight())
	}
}

func (m *Memory) trees(key treesKey, opt Options) (Result, bool) {
	if m == nil || opt.Settle != nil {
		return Result{}, false
	}
	res, ok := m.merges.Get(key)
	return res.own(), ok
}

func (m *Memory) keepTrees(key treesKey, opt Options, res Result) {
	if m != nil && opt.Settle == nil {
		m.merges.Put(key, res.own(), overhead+res.weight())
	}
}

// own gives a result whose lists are the caller's: sentences are added to the
// conflicts of a plan.
func (r Result) own() Result {
	r.Objects, r.Conflicts = slices.Clone(r.Objects), slices.Clone(r.Conflicts)
	for i := range r.Conflicts {
		r.Conflicts[i].Hunks = slices.Clone(r.Conflicts[i].Hunks)
	}
	return r
}

// overhead is about what an answer takes beside the bytes in it.
const overhead = 500

func (r Result) weight() int {
	n := 0
	for _, o := range r.Objects {
		n += overhead + len(o.Data)
	}
	for _, c := range r.Conflicts {
		n += overhead + hunksWeight(c.Hunks)
	}
	return n
}

func (r LineResult) weight() int {
	n := len(r.Content) + hunksWeight(r.Conflicts)
	for _, p := range r.Parts {
		n += len(p.Resolved)
	}
	return n
}

func hunksWeight(hunks []gitops.ConflictHunk) int {
	n := 0
	for _, h := range hunks {
		n += overhead/4 + len(h.Base) + len(h.Ours) + len(h.Theirs) + len(h.Before) + len(h.After)
	}
	return n
}
