package diffview

import (
	"sort"

	"ahead/gitops"
)

// mark says how a row is to be read.
type mark byte

const (
	markContext mark = ' '
	markAdded   mark = '+'
	markRemoved mark = '-'
	// markHead opens a block: "hunk 1 of 2 …".
	markHead mark = '@'
	// markNote is a sentence about the file, not a line of it.
	markNote mark = '#'
	// markOurs, markBase and markTheirs are the three sides of a conflict.
	markOurs   mark = 'o'
	markBase   mark = 'b'
	markTheirs mark = 't'
)

// row is one row before it is cut to the window. old and new are line numbers
// from 1, 0 where the side has no such line.
type row struct {
	mark     mark
	old, new int
	// text is as the repository holds it; head rows and notes are ours, with
	// names from the repository inside, and pass the sanitiser all the same.
	text string
	noNL bool
	// stays says that this is shown, but not done.
	stays bool
}

// titles reports whether the row opens a side of a conflict; every line of a
// file has a number, unless it is one that does not come.
func (r row) titles() bool { return r.old == 0 && r.new == 0 && !(r.stays && r.mark == markAdded) }

// source gives rows by number, so that a file of any length costs no more than
// the rows that are on the screen.
type source interface {
	// blocks counts hunks or conflicts; rows counts the rows of one of them,
	// its head included.
	blocks() int
	rows(block int) int
	row(block, i int) row
	// lines gives the highest line number on each side.
	lines() (before, after int)
}

// hunks shows a gitops.FileDiff without copying it.
type hunks []gitops.Hunk

func (h hunks) blocks() int        { return len(h) }
func (h hunks) rows(block int) int { return len(h[block].Lines) + 1 }

func (h hunks) row(block, i int) row {
	hunk := h[block]
	if i == 0 {
		return row{mark: markHead, old: hunk.OldStart, new: hunk.NewStart, text: hunk.Section}
	}
	l := hunk.Lines[i-1]
	return row{mark: mark(l.Kind), old: l.Old, new: l.New, text: l.Text, noNL: l.NoNewline}
}

func (h hunks) lines() (before, after int) {
	for _, hunk := range h {
		before = max(before, hunk.OldStart+hunk.OldLines)
		after = max(after, hunk.NewStart+hunk.NewLines)
	}
	return before, after
}

// partly shows rows of which some stay as they are.
type partly struct {
	source
	// stays says it block by block.
	stays []bool
}

func (p partly) row(block, i int) row {
	r := p.source.row(block, i)
	if p.stays[block] {
		// What is not done has no place in the result.
		r.stays = true
		if _, diff := p.source.(hunks); diff {
			r.new = 0
		}
	}
	return r
}

// sides shows conflicts: each block is flat rows made once, since conflict
// hunks are small next to files.
type sides [][]row

func (s sides) blocks() int          { return len(s) }
func (s sides) rows(block int) int   { return len(s[block]) }
func (s sides) row(block, i int) row { return s[block][i] }

func (s sides) lines() (before, after int) {
	for _, block := range s {
		for _, r := range block {
			before, after = max(before, r.old), max(after, r.new)
		}
	}
	return before, after
}

// index finds the block of a row number in O(log blocks).
type index struct {
	// starts holds the first row of each block, and the total at the end.
	starts []int
}

func newIndex(s source) index {
	starts := make([]int, 1, s.blocks()+1)
	for i := range s.blocks() {
		starts = append(starts, starts[i]+s.rows(i))
	}
	return index{starts: starts}
}

func (x index) total() int {
	if len(x.starts) == 0 {
		return 0
	}
	return x.starts[len(x.starts)-1]
}

// find gives the block that holds row n, and the row's number inside it.
func (x index) find(n int) (block, i int) {
	block = sort.SearchInts(x.starts, n+1) - 1
	return block, n - x.starts[block]
}
