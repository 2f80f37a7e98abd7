package gitops

import "fmt"

// Objects reads git objects by id. Implementations are safe for concurrent
// use, check what they return against its id, and answer a missing object with
// an error for which errors.Is(err, ErrMissing) holds.
//
// Callers must not change what they are given: values may be shared.
type Objects interface {
	Commit(Hash) (Commit, error)
	Tree(Hash) ([]TreeEntry, error)
	Blob(Hash) ([]byte, error)
}

// Overlay reads from a set of objects that are not stored yet, and from Under
// for everything else. It is how one merge reads the outcome of the one before.
type Overlay struct {
	Under Objects
	New   map[Hash]Object
}

// NewOverlay puts objects on top of under.
func NewOverlay(under Objects, objects ...Object) *Overlay {
	o := &Overlay{Under: under, New: make(map[Hash]Object, len(objects))}
	o.Add(objects...)
	return o
}

// Add lays more objects on top. Not safe beside concurrent reads.
func (o *Overlay) Add(objects ...Object) {
	for _, obj := range objects {
		o.New[obj.Hash] = obj
	}
}

// Commit reads a commit; new commits are never overlaid.
func (o *Overlay) Commit(h Hash) (Commit, error) { return o.Under.Commit(h) }

// Tree reads a tree, new ones first.
func (o *Overlay) Tree(h Hash) ([]TreeEntry, error) {
	if obj, ok := o.New[h]; ok && obj.Kind == KindTree {
		return DecodeTree(obj.Data)
	}
	return o.Under.Tree(h)
}

// Blob reads a blob, new ones first.
func (o *Overlay) Blob(h Hash) ([]byte, error) {
	if obj, ok := o.New[h]; ok && obj.Kind == KindBlob {
		return obj.Data, nil
	}
	return o.Under.Blob(h)
}

// TreeObjects are those of the objects that a tree holds, the tree itself included,
// each once and children before their parents. What is not among them is not
// looked into.
func TreeObjects(tree Hash, objects []Object) ([]Object, error) {
	held := make(map[Hash]Object, len(objects))
	for _, o := range objects {
		held[o.Hash] = o
	}
	var out []Object
	var visit func(Hash) error
	visit = func(h Hash) error {
		o, ok := held[h]
		if !ok {
			return nil
		}
		delete(held, h)
		if o.Kind == KindTree {
			entries, err := DecodeTree(o.Data)
			if err != nil {
				return fmt.Errorf("tree %s: %w", h, err)
			}
			for _, e := range entries {
				if err := visit(e.Hash); err != nil {
					return err
				}
			}
		}
		out = append(out, o)
		return nil
	}
	return out, visit(tree)
}
