package gitops

import (
	"slices"
	"strings"
	"testing"
)

func TestTreeObjectsAreThoseThatATreeHolds(t *testing.T) {
	blob := NewObject(KindBlob, []byte("text\n"))
	unused := NewObject(KindBlob, []byte("<<<<<<<\n"))
	absent := MustHash(strings.Repeat("1", 40))
	tree := func(entries ...TreeEntry) Object { return NewObject(KindTree, EncodeTree(entries)) }
	dir := tree(TreeEntry{Name: "a", Mode: ModeFile, Hash: blob.Hash}, TreeEntry{Name: "b", Mode: ModeFile, Hash: absent})
	root := tree(
		TreeEntry{Name: "again", Mode: ModeTree, Hash: dir.Hash}, TreeEntry{Name: "copy", Mode: ModeFile, Hash: blob.Hash},
		TreeEntry{Name: "dir", Mode: ModeTree, Hash: dir.Hash}, TreeEntry{Name: "lib", Mode: ModeSubmodule, Hash: absent},
	)
	got, err := TreeObjects(root.Hash, []Object{root, unused, dir, blob})
	var order []Hash
	for _, o := range got {
		order = append(order, o.Hash)
	}
	if err != nil || !slices.Equal(order, []Hash{blob.Hash, dir.Hash, root.Hash}) {
		t.Errorf("%v, %v", order, err)
	}
	if got, err := TreeObjects(absent, []Object{root}); err != nil || len(got) != 0 {
		t.Errorf("a tree that is stored: %v, %v", got, err)
	}
	broken := Object{Hash: absent, Kind: KindTree, Data: []byte("nonsense")}
	if _, err := TreeObjects(absent, []Object{broken}); err == nil || !strings.Contains(err.Error(), absent.String()) {
		t.Errorf("a broken tree: %v", err)
	}
}
