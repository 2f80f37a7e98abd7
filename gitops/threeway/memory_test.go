package threeway_test

import (
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// plainFile is one file of a generated tree. For a submodule content is the
// hexadecimal commit.
type plainFile struct {
	mode    gitops.Mode
	content string
}

// plainTree is a tree as a flat list of its files.
type plainTree map[string]plainFile

// memory holds objects for one merge.
type memory map[gitops.Hash]gitops.Object

func (m memory) Commit(h gitops.Hash) (gitops.Commit, error) {
	return gitops.Commit{}, fmt.Errorf("commit %s: %w", h, gitops.ErrMissing)
}

func (m memory) Tree(h gitops.Hash) ([]gitops.TreeEntry, error) {
	o, ok := m[h]
	if !ok || o.Kind != gitops.KindTree {
		return nil, fmt.Errorf("tree %s: %w", h, gitops.ErrMissing)
	}
	return gitops.DecodeTree(o.Data)
}

func (m memory) Blob(h gitops.Hash) ([]byte, error) {
	o, ok := m[h]
	if !ok || o.Kind != gitops.KindBlob {
		return nil, fmt.Errorf("blob %s: %w", h, gitops.ErrMissing)
	}
	return o.Data, nil
}

func (m memory) add(kind gitops.ObjectKind, data []byte) gitops.Hash {
	o := gitops.NewObject(kind, data)
	m[o.Hash] = o
	return o.Hash
}

// store writes the tree and everything in it.
func (m memory) store(t plainTree) gitops.Hash {
	below := make(map[string]plainTree)
	var entries []gitops.TreeEntry
	for path, f := range t {
		name, rest, nested := strings.Cut(path, "/")
		switch {
		case nested && below[name] == nil:
			below[name] = plainTree{rest: f}
		case nested:
			below[name][rest] = f
		case f.mode == gitops.ModeSubmodule:
			entries = append(entries, gitops.TreeEntry{Name: name, Mode: f.mode, Hash: gitops.MustHash(f.content)})
		default:
			entries = append(entries, gitops.TreeEntry{Name: name, Mode: f.mode, Hash: m.add(gitops.KindBlob, []byte(f.content))})
		}
	}
	for name, sub := range below {
		entries = append(entries, gitops.TreeEntry{Name: name, Mode: gitops.ModeTree, Hash: m.store(sub)})
	}
	slices.SortFunc(entries, treediff.CompareEntries)
	return m.add(gitops.KindTree, gitops.EncodeTree(entries))
}
