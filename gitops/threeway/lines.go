package threeway

import (
	"ahead/gitops"
	"ahead/gitops/linediff"
)

// LineOptions choose how a file is merged. The zero value is what git's ort
// merge does without attributes.
type LineOptions struct {
	Algorithm linediff.Algorithm
	// Union settles every conflict by taking both sides, ours first, as the
	// attribute merge=union asks for.
	Union bool
}

// LineResult is what became of one file.
type LineResult struct {
	// Clean says that nothing is left for a person to decide.
	Clean bool
	// Content is the merged file; nil unless Clean, never nil when Clean.
	Content []byte
	// Conflicts are the places to decide, in order; they are those of Parts.
	Conflicts []gitops.ConflictHunk
	// Parts is the whole file in order, for Assemble and Marked.
	Parts []Part
}

// Part is a piece of a merged file: bytes that are settled, or, where Conflict
// is not nil, a place to be decided.
type Part struct {
	Resolved []byte
	Conflict *gitops.ConflictHunk
	// crlf is the line ending that git would give to markers here.
	crlf bool
}

// MergeLines applies to ours what changed from base to theirs, line by line. It
// is the classic diff3 (Khanna, Kunal, Pierce: "A Formal Investigation of
// Diff3", 2007) at the level that git calls zealous: changes of both sides that
// overlap or touch in base conflict, unless they are the same change, and what
// both sides of a conflict have in common is taken out of it. Whether the texts
// are text at all is for the caller to know.
func MergeLines(base, ours, theirs []byte, opt LineOptions) LineResult {
	return mergeLines(linediff.NewTable(), base, ours, theirs, opt)
}

// mergeLines is MergeLines with an empty table, which it fills.
func mergeLines(table *linediff.Table, base, ours, theirs []byte, opt LineOptions) LineResult {
	m := newLineMerge(table, base, ours, theirs, opt.Algorithm)
	chunks := joinNear(m.refine(m.chunks()))
	res := LineResult{Parts: m.parts(chunks, opt.Union)}
	for _, p := range res.Parts {
		if p.Conflict != nil {
			res.Conflicts = append(res.Conflicts, *p.Conflict)
		}
	}
	if res.Clean = len(res.Conflicts) == 0; res.Clean {
		res.Content = []byte{}
		if len(res.Parts) > 0 {
			// Settled parts never follow one another.
			res.Content = res.Parts[0].Resolved
		}
	}
	return res
}

// span is a half-open range of lines.
type span struct {
	lo, hi int
}

func (s span) empty() bool { return s.lo == s.hi }

func (s span) to(o span) span { return span{s.lo, o.hi} }

type lineMerge struct {
	table              *linediff.Table
	alg                linediff.Algorithm
	base, ours, theirs linediff.Text
}

func newLineMerge(table *linediff.Table, base, ours, theirs []byte, alg linediff.Algorithm) *lineMerge {
	m := &lineMerge{table: table, alg: alg}
	m.base = m.table.Read(base)
	m.ours = m.table.ReadLike(ours, m.base)
	m.theirs = m.table.ReadLike(theirs, m.base)
	return m
}

func (m *lineMerge) diff(a, b []int32) []linediff.Change {
	return m.table.Diff(a, b, linediff.Options{Algorithm: m.alg})
}

// Assemble puts a file together: settled parts as they are, and for the n-th
// conflict the exact bytes of choices[n]. A conflict without a choice is
// written with git's conflict markers, so that it can never be mistaken for a
// decision.
func Assemble(parts []Part, choices []string) []byte {
	return assemble(parts, choices, "ours", "theirs")
}

// Marked is the file with every conflict between markers, as git leaves it for
// an editor. The labels are written behind the markers.
func Marked(parts []Part, oursLabel, theirsLabel string) []byte {
	return assemble(parts, nil, oursLabel, theirsLabel)
}

func assemble(parts []Part, choices []string, oursLabel, theirsLabel string) []byte {
	size := 0
	for _, p := range parts {
		size += len(p.Resolved)
	}
	out := make([]byte, 0, size)
	n := 0
	for _, p := range parts {
		switch {
		case p.Conflict == nil:
			out = append(out, p.Resolved...)
			continue
		case n < len(choices):
			out = append(out, choices[n]...)
		default:
			out = appendMarked(out, p, oursLabel, theirsLabel)
		}
		n++
	}
	return out
}
