package publish

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"strings"

	"ahead/gitops"
)

// Above these a pack is kept as a pack, below it is unpacked into loose
// objects: a revert is a handful of blobs and trees, and a pack of its own for
// each would slow down everything that reads the repository.
const (
	looseObjects = 500
	looseBytes   = 16 << 20
)

// packKind is the type number of an object in a pack
// (gitformat-pack, "Object types").
var packKind = map[gitops.ObjectKind]byte{
	gitops.KindCommit: 1, gitops.KindTree: 2, gitops.KindBlob: 3, gitops.KindTag: 4,
}

// encodePack gives a version 2 pack of objects, without deltas, as
// gitformat-pack describes it.
func encodePack(objects []gitops.Object) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("PACK")
	b.Write(binary.BigEndian.AppendUint32(nil, 2))
	b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(objects))))
	for _, o := range objects {
		kind, ok := packKind[o.Kind]
		if !ok {
			return nil, fmt.Errorf("object %s: unknown kind %q", o.Hash, o.Kind)
		}
		b.Write(packEntryHeader(kind, len(o.Data)))
		z := zlib.NewWriter(&b)
		if _, err := z.Write(o.Data); err != nil {
			return nil, fmt.Errorf("compress %s: %w", o.Hash, err)
		}
		if err := z.Close(); err != nil {
			return nil, fmt.Errorf("compress %s: %w", o.Hash, err)
		}
	}
	sum := sha1.Sum(b.Bytes())
	b.Write(sum[:])
	return b.Bytes(), nil
}

// packEntryHeader is kind and size: three bits of kind and four of size, then
// seven bits of size a byte, least significant first.
func packEntryHeader(kind byte, size int) []byte {
	first := kind<<4 | byte(size&0x0f)
	size >>= 4
	var head []byte
	for size > 0 {
		head = append(head, first|0x80)
		first = byte(size & 0x7f)
		size >>= 7
	}
	return append(head, first)
}

// store writes objects where env says, the repository itself when env is
// empty, and proves that they can be read back. Objects are unreachable until
// a ref names them.
func (g *Git) store(ctx context.Context, objects []gitops.Object, env []string) error {
	objects = distinct(objects)
	if len(objects) == 0 {
		return nil
	}
	size := 0
	for _, o := range objects {
		if gitops.HashObject(o.Kind, o.Data) != o.Hash {
			return internal("the plan calls an object %s that is not it", o.Hash)
		}
		size += len(o.Data)
	}
	pack, err := encodePack(objects)
	if err != nil {
		return err
	}
	args := []string{"unpack-objects", "-q"}
	if len(objects) > looseObjects || size > looseBytes {
		args = []string{"index-pack", "--stdin"}
	}
	if _, err := g.run(ctx, call{args: args, stdin: pack, env: env}); err != nil {
		return fmt.Errorf("write %s: %w", count(len(objects), "object"), err)
	}
	return g.checkStored(ctx, objects, env)
}

// checkStored asks git for each object by its id, kind and size.
func (g *Git) checkStored(ctx context.Context, objects []gitops.Object, env []string) error {
	var in, want strings.Builder
	for _, o := range objects {
		fmt.Fprintf(&in, "%s\n", o.Hash)
		fmt.Fprintf(&want, "%s %s %d\n", o.Hash, o.Kind, len(o.Data))
	}
	out, err := g.run(ctx, call{args: []string{"cat-file", "--batch-check"}, stdin: []byte(in.String()), env: env})
	if err != nil {
		return fmt.Errorf("read back %s: %w", count(len(objects), "object"), err)
	}
	if string(out.stdout) != want.String() {
		return internal("git does not hold the objects that were written")
	}
	return nil
}

// count is a number of things in words.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func distinct(objects []gitops.Object) []gitops.Object {
	seen := make(map[gitops.Hash]bool, len(objects))
	var out []gitops.Object
	for _, o := range objects {
		if !seen[o.Hash] {
			seen[o.Hash] = true
			out = append(out, o)
		}
	}
	return out
}

// readObjects reads whole objects by id; a missing one is an error that wraps
// gitops.ErrMissing.
func (g *Git) readObjects(ctx context.Context, ids []gitops.Hash, env []string) ([]gitops.Object, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var in strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&in, "%s\n", id)
	}
	out, err := g.run(ctx, call{args: []string{"cat-file", "--batch"}, stdin: []byte(in.String()), env: env})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", count(len(ids), "object"), err)
	}
	objects := make([]gitops.Object, 0, len(ids))
	rest := out.stdout
	for _, id := range ids {
		head, body, _ := bytes.Cut(rest, []byte("\n"))
		var name, kind string
		var size int
		if n, _ := fmt.Sscanf(string(head), "%s %s %d", &name, &kind, &size); n != 3 || len(body) < size+1 {
			return nil, fmt.Errorf("object %s: %w", id, gitops.ErrMissing)
		}
		objects = append(objects, gitops.Object{Hash: id, Kind: gitops.ObjectKind(kind), Data: body[:size:size]})
		rest = body[size+1:]
	}
	return objects, nil
}
