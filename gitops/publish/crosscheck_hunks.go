package publish

import (
	"bytes"
	"fmt"
	"strings"

	"ahead/gitops"
)

// gitHunk is one hunk as git wrote it, without its @@ line.
type gitHunk struct {
	oldStart, oldLines, newStart, newLines int
	body                                   []byte
}

// splitPatch reads the hunks of a patch of flat files, by name. Every line of
// a hunk begins with a sign, so neither kind of header can be one.
func splitPatch(text []byte) map[string][]gitHunk {
	files := make(map[string][]gitHunk)
	name := ""
	inHunk := false
	for _, line := range bytes.SplitAfter(text, []byte("\n")) {
		switch {
		case bytes.HasPrefix(line, []byte("diff --git ")):
			fields := strings.Fields(string(line))
			name, inHunk = strings.TrimPrefix(fields[len(fields)-1], "b/"), false
		case bytes.HasPrefix(line, []byte("@@ ")):
			h := gitHunk{oldLines: 1, newLines: 1}
			fields := strings.Fields(string(line))
			readRange(fields[1], &h.oldStart, &h.oldLines)
			readRange(fields[2], &h.newStart, &h.newLines)
			files[name], inHunk = append(files[name], h), true
		case inHunk:
			last := &files[name][len(files[name])-1]
			last.body = append(last.body, line...)
		}
	}
	return files
}

// readRange reads -12,3 or +12; without a count it is one line.
func readRange(s string, start, lines *int) {
	_, _ = fmt.Sscanf(strings.Replace(s[1:], ",", " ", 1), "%d %d", start, lines)
}

// lines gives the hunk's lines as the preview has them, to be named alike.
func (h gitHunk) lines() []gitops.DiffLine {
	var out []gitops.DiffLine
	for _, line := range bytes.SplitAfter(h.body, []byte("\n")) {
		switch {
		case len(line) == 0:
		case line[0] == '\\':
			out[len(out)-1].NoNewline = true
		default:
			text := strings.TrimSuffix(string(line[1:]), "\n")
			out = append(out, gitops.DiffLine{Kind: gitops.LineKind(line[0]), Text: text})
		}
	}
	return out
}

// lessHunks writes the patch without the hunks that the remedy leaves out. The
// numbers of each file must be those that the person was shown.
func lessHunks(plan gitops.Plan, files []rawChange, hunks map[string][]gitHunk) ([]byte, error) {
	var out bytes.Buffer
	for i, c := range files {
		all := hunks[flatName(i)]
		var diff gitops.FileDiff
		for _, h := range all {
			diff.Hunks = append(diff.Hunks, gitops.Hunk{Lines: h.lines()})
		}
		left := hunksLeftOut(plan.Remedy, c)
		var kept []gitHunk
		for n, name := range diff.HunkNames() {
			if !left[name] {
				kept = append(kept, all[n])
			}
		}
		if !showed(plan, c, len(all)-len(kept), len(all)) || len(left) != len(all)-len(kept) {
			return nil, &gitops.Error{
				Code: gitops.CodeDisagreement, What: fmt.Sprintf("git divides the changes of %s into other hunks", c.path),
				Hint: "nothing was pushed; leave out the whole file instead, and please report this",
			}
		}
		writeHunks(&out, flatName(i), kept)
	}
	return out.Bytes(), nil
}

func hunksLeftOut(r gitops.Remedy, c rawChange) map[string]bool {
	left := make(map[string]bool)
	for _, l := range r.LeaveOut {
		if l.Path == c.path || l.Path == c.from {
			for _, name := range l.Hunks {
				left[name] = true
			}
		}
	}
	return left
}

func showed(plan gitops.Plan, c rawChange, hunks, of int) bool {
	for _, l := range plan.LeftOut {
		if l.Path == c.path || l.Path == c.from {
			return l.Hunks == hunks && l.Of == of
		}
	}
	return false
}

// writeHunks numbers the hunks anew: git apply looks for each where the ones
// before it would have moved it, and must not find a likeness of it first.
func writeHunks(out *bytes.Buffer, name string, hunks []gitHunk) {
	fmt.Fprintf(out, "diff --git a/%[1]s b/%[1]s\n--- a/%[1]s\n+++ b/%[1]s\n", name)
	moved := 0
	for _, h := range hunks {
		// An empty range is numbered by the line before it.
		start := h.oldStart + moved
		if h.oldLines == 0 && h.newLines > 0 {
			start++
		} else if h.newLines == 0 && h.oldLines > 0 {
			start--
		}
		fmt.Fprintf(out, "@@ -%d,%d +%d,%d @@\n%s", h.oldStart, h.oldLines, start, h.newLines, h.body)
		moved += h.newLines - h.oldLines
	}
}
