package story

import (
	"bytes"
	"fmt"
	"strings"

	"ahead/gitops"
)

// naming computes object ids. Most blobs stay the same from commit to commit,
// so it remembers them.
type naming struct {
	blobs map[string]gitops.Hash
}

func (n naming) blob(text string) gitops.Hash {
	h, ok := n.blobs[text]
	if !ok {
		h = gitops.HashObject(gitops.KindBlob, []byte(text))
		n.blobs[text] = h
	}
	return h
}

// tree names the tree of these files.
func (n naming) tree(files tree) gitops.Hash {
	folders := map[string]tree{}
	var entries []gitops.TreeEntry
	for path, text := range files {
		folder, rest, nested := strings.Cut(path, "/")
		if !nested {
			entries = append(entries, gitops.TreeEntry{Name: path, Mode: gitops.ModeFile, Hash: n.blob(text)})
			continue
		}
		if folders[folder] == nil {
			folders[folder] = tree{}
		}
		folders[folder][rest] = text
	}
	for name, inner := range folders {
		entries = append(entries, gitops.TreeEntry{Name: name, Mode: gitops.ModeTree, Hash: n.tree(inner)})
	}
	gitops.SortEntries(entries)
	return gitops.HashObject(gitops.KindTree, gitops.EncodeTree(entries))
}

// commitHash names a commit whose tree and parents are known.
func commitHash(c gitops.Commit) gitops.Hash {
	var b bytes.Buffer
	fmt.Fprintf(&b, "tree %s\n", c.Tree)
	for _, p := range c.Parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\n%s", spell(c.Author), spell(c.Committer), c.Message)
	return gitops.HashObject(gitops.KindCommit, b.Bytes())
}

// spell writes a signature as objects hold it.
func spell(s gitops.Signature) string {
	return fmt.Sprintf("%s <%s> %d %s", s.Name, s.Email, s.When.Unix(), s.When.Format("-0700"))
}
