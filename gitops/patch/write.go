package patch

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"ahead/gitops"
)

// Write writes the diffs as `git diff` does, in the given order. The first
// error of w is returned; nothing is written behind it.
func Write(w io.Writer, diffs []gitops.FileDiff) error {
	out := bufio.NewWriter(w)
	for _, d := range diffs {
		for _, p := range parts(d) {
			p.write(out)
		}
	}
	return out.Flush()
}

// part is one section of a patch. A change of type takes two.
type part struct {
	gitops.FileChange
	hunks []gitops.Hunk
}

func parts(d gitops.FileDiff) []part {
	c := d.Change
	if c.Status != gitops.TypeChanged {
		return []part{{c, withSubmodule(c, d.Hunks)}}
	}
	gone, came := c, c
	gone.Status, gone.NewMode, gone.NewHash = gitops.Deleted, 0, gitops.Hash{}
	came.Status, came.OldMode, came.OldHash = gitops.Added, 0, gitops.Hash{}
	var removed, added []gitops.Hunk
	for _, h := range d.Hunks {
		if h.NewLines == 0 {
			removed = append(removed, h)
		} else {
			added = append(added, h)
		}
	}
	return []part{{gone, withSubmodule(gone, removed)}, {came, withSubmodule(came, added)}}
}

// withSubmodule gives a submodule the one line by which git shows its commit.
func withSubmodule(c gitops.FileChange, hunks []gitops.Hunk) []gitops.Hunk {
	if c.OldMode != gitops.ModeSubmodule && c.NewMode != gitops.ModeSubmodule || c.OldHash == c.NewHash {
		return hunks
	}
	var h gitops.Hunk
	if c.OldMode != 0 {
		h.OldStart, h.OldLines = 1, 1
		h.Lines = append(h.Lines, gitops.DiffLine{Kind: gitops.LineRemoved, Text: "Subproject commit " + c.OldHash.String(), Old: 1})
	}
	if c.NewMode != 0 {
		h.NewStart, h.NewLines = 1, 1
		h.Lines = append(h.Lines, gitops.DiffLine{Kind: gitops.LineAdded, Text: "Subproject commit " + c.NewHash.String(), New: 1})
	}
	return []gitops.Hunk{h}
}

func (p part) write(out *bufio.Writer) {
	p.header(out)
	from, to := "/dev/null", "/dev/null"
	if p.OldMode != 0 {
		from = quote("a/" + p.From())
	}
	if p.NewMode != 0 {
		to = quote("b/" + p.Path)
	}
	if p.Binary {
		fmt.Fprintf(out, "Binary files %s and %s differ\n", from, to)
		return
	}
	if len(p.hunks) == 0 {
		return
	}
	fmt.Fprintf(out, "--- %s\n+++ %s\n", fenced(from), fenced(to))
	for _, h := range p.hunks {
		writeHunk(out, h)
	}
}

func (p part) header(out *bufio.Writer) {
	fmt.Fprintf(out, "diff --git %s %s\n", quote("a/"+p.From()), quote("b/"+p.Path))
	switch {
	case p.OldMode == 0:
		fmt.Fprintf(out, "new file mode %s\n", p.NewMode)
	case p.NewMode == 0:
		fmt.Fprintf(out, "deleted file mode %s\n", p.OldMode)
	case p.OldMode != p.NewMode:
		fmt.Fprintf(out, "old mode %s\nnew mode %s\n", p.OldMode, p.NewMode)
	}
	if p.Status == gitops.Renamed {
		fmt.Fprintf(out, "similarity index %d%%\nrename from %s\nrename to %s\n", p.similarity(), quote(p.OldPath), quote(p.Path))
	}
	if p.OldHash == p.NewHash {
		return
	}
	fmt.Fprintf(out, "index %s..%s", p.OldHash.Short(), p.NewHash.Short())
	if p.OldMode == p.NewMode {
		fmt.Fprintf(out, " %s", p.NewMode)
	}
	out.WriteByte('\n')
}

func (p part) similarity() int {
	if p.OldHash == p.NewHash {
		return 100
	}
	return p.Similarity
}

func writeHunk(out *bufio.Writer, h gitops.Hunk) {
	fmt.Fprintf(out, "@@ -%s +%s @@", lineRange(h.OldStart, h.OldLines), lineRange(h.NewStart, h.NewLines))
	if h.Section != "" {
		out.WriteString(" " + h.Section)
	}
	out.WriteByte('\n')
	for _, l := range h.Lines {
		out.WriteByte(byte(l.Kind))
		out.WriteString(l.Text)
		out.WriteByte('\n')
		if l.NoNewline {
			out.WriteString("\\ No newline at end of file\n")
		}
	}
}

func lineRange(start, lines int) string {
	if lines == 1 {
		return fmt.Sprint(start)
	}
	return fmt.Sprintf("%d,%d", start, lines)
}

// fenced ends a name that holds a space with a tab: without it, programs take
// what follows the space for a time stamp.
func fenced(name string) string {
	if strings.Contains(name, " ") {
		return name + "\t"
	}
	return name
}

// quote writes a path as git does with core.quotePath on: one that holds
// control characters, quotes, backslashes or bytes outside ASCII becomes a C
// string.
func quote(path string) string {
	if !strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r >= 0x7f || r == '"' || r == '\\' }) {
		return path
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(path) {
		switch c := path[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case strings.IndexByte("\a\b\t\n\v\f\r", c) >= 0:
			b.WriteByte('\\')
			b.WriteByte("abtnvfr"[c-'\a'])
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
