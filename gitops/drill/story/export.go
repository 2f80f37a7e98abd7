package story

import (
	"bytes"
	"fmt"
	"slices"

	"ahead/gitops"
)

// Export writes the history as one stream for `git fast-import`
// --date-format=raw. Importing it gives the ids that the history holds.
func (h *History) Export(b *bytes.Buffer, branch string) {
	marks := map[gitops.Hash]int{}
	for i, c := range h.Commits {
		marks[c.Hash] = i + 1
		// Topic branches are written onto the same ref, each from its own
		// mark: only the last commit, the tip, stays on it.
		fmt.Fprintf(b, "commit refs/heads/%s\nmark :%d\nauthor %s\ncommitter %s\n", branch, i+1, spell(c.Author), spell(c.Committer))
		data(b, c.Message)
		var before tree
		for nth, p := range c.Parents {
			word := "merge"
			if nth == 0 {
				word, before = "from", h.Commits[marks[p]-1].Files
			}
			fmt.Fprintf(b, "%s :%d\n", word, marks[p])
		}
		exportFiles(b, before, c.Files)
		b.WriteByte('\n')
	}
	for _, r := range h.Releases {
		fmt.Fprintf(b, "tag %s\nfrom :%d\ntagger %s\n", r.Tag, marks[r.Commit], spell(r.Tagger))
		data(b, r.Message)
	}
	b.WriteString("done\n")
}

func exportFiles(b *bytes.Buffer, before, files tree) {
	paths := changed(before, files)
	slices.Sort(paths)
	for _, p := range paths {
		text, there := files[p]
		if !there {
			fmt.Fprintf(b, "D %s\n", p)
			continue
		}
		fmt.Fprintf(b, "M 100644 inline %s\n", p)
		data(b, text)
	}
}

func data(b *bytes.Buffer, text string) { fmt.Fprintf(b, "data %d\n%s\n", len(text), text) }
