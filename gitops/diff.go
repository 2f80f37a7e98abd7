package gitops

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
)

// ChangeStatus is the one letter by which git names what happened to a path.
type ChangeStatus string

// The states of a changed path.
const (
	Added       ChangeStatus = "A"
	Deleted     ChangeStatus = "D"
	Modified    ChangeStatus = "M"
	Renamed     ChangeStatus = "R"
	TypeChanged ChangeStatus = "T"
)

// FileChange is one path that differs between two trees.
type FileChange struct {
	Path string
	// OldPath is where a renamed file came from, else empty.
	OldPath string
	Status  ChangeStatus
	// Old and New are the entries on either side; their Mode is 0 on the side
	// where the path is absent.
	OldMode, NewMode Mode
	OldHash, NewHash Hash
	// Similarity is how alike the two sides of a Renamed file are, in percent
	// rounded down, as git estimates it; 0 for every other status.
	Similarity int
	// Additions and Deletions count lines; both are 0 for binary files and
	// submodules.
	Additions, Deletions int
	Binary               bool
	// Uncounted says that the content is not here, in a partial clone: whether
	// it is binary, was renamed, and how many lines changed is not known.
	Uncounted bool
}

// From is the path on the old side.
func (f FileChange) From() string {
	if f.OldPath != "" {
		return f.OldPath
	}
	return f.Path
}

// LineKind says on which side a line of a diff stands.
type LineKind byte

// The kinds of line, spelled as a unified diff spells them.
const (
	LineContext LineKind = ' '
	LineAdded   LineKind = '+'
	LineRemoved LineKind = '-'
)

// DiffLine is one line of a hunk. Text has no line ending.
type DiffLine struct {
	Kind LineKind
	Text string
	// Old and New are line numbers from 1, 0 on the side without the line.
	Old, New int
	// NoNewline says that the file ends here without a line ending.
	NoNewline bool
}

// Hunk is a run of changed lines with its context.
type Hunk struct {
	OldStart, OldLines int
	NewStart, NewLines int
	// Section is the line that git shows behind the second @@.
	Section string
	Lines   []DiffLine
}

// FileDiff is a changed path with its hunks. Hunks is empty for binary files,
// submodules, and changes of mode or name alone.
type FileDiff struct {
	Change FileChange
	Hunks  []Hunk
}

// HunkNames gives each hunk a name by what it changes, not by where it stands:
// a hunk keeps its name when lines elsewhere move it. Hunks that change the
// same are told apart by their order.
func (f FileDiff) HunkNames() []string {
	names := make([]string, len(f.Hunks))
	seen := make(map[string]int, len(f.Hunks))
	for i, h := range f.Hunks {
		sum := sha1.New()
		for _, l := range h.Lines {
			if l.Kind != LineContext {
				fmt.Fprintf(sum, "%c%s\n%t", l.Kind, l.Text, l.NoNewline)
			}
		}
		name := hex.EncodeToString(sum.Sum(nil)[:5])
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s~%d", name, seen[name])
		}
		names[i] = name
	}
	return names
}
