package threeway_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ahead/gitops"
)

// treeTriple is one merge to do: three trees.
type treeTriple struct{ base, ours, theirs gitops.Hash }

// attributesOf lays out the .gitattributes files of a tree, as a checkout of
// that tree has them, and nothing else.
func (o *oracle) attributesOf(tree string) {
	o.t.Helper()
	o.dir = o.t.TempDir()
	for _, line := range strings.Split(string(o.git(nil, "ls-tree", "-r", "-z", tree)), "\x00") {
		mode, path, _ := strings.Cut(line, "\t")
		if filepath.Base(path) != ".gitattributes" || !strings.HasPrefix(mode, "100") {
			continue
		}
		file := filepath.Join(o.dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			o.t.Fatal(err)
		}
		if err := os.WriteFile(file, o.git(nil, "cat-file", "blob", tree+":"+path), 0o600); err != nil {
			o.t.Fatal(err)
		}
	}
}

// commits makes, for each triple, a parentless base and two commits on it, and
// gives the ids of the two: git before 2.40 has no other way to be told a base.
// They go in as one pack, because a process for each of thousands takes minutes.
func (o *oracle) commits(triples []treeTriple) [][2]string {
	o.t.Helper()
	var made []gitops.Object
	known := make(map[gitops.Hash]bool)
	commit := func(tree gitops.Hash, parents ...gitops.Hash) gitops.Hash {
		var b bytes.Buffer
		fmt.Fprintf(&b, "tree %s\n", tree)
		for _, p := range parents {
			fmt.Fprintf(&b, "parent %s\n", p)
		}
		b.WriteString("author T <t@example.com> 1700000000 +0000\ncommitter T <t@example.com> 1700000000 +0000\n\n")
		c := gitops.NewObject(gitops.KindCommit, b.Bytes())
		if !known[c.Hash] {
			known[c.Hash] = true
			made = append(made, c)
		}
		return c.Hash
	}
	out := make([][2]string, len(triples))
	for i, tr := range triples {
		base := commit(tr.base)
		out[i] = [2]string{commit(tr.ours, base).String(), commit(tr.theirs, base).String()}
	}
	o.git(bytes.NewReader(packOf(made)), "index-pack", "--stdin")
	return out
}

// packOf writes commits as a pack of version 2 (gitformat-pack(5)).
func packOf(commits []gitops.Object) []byte {
	const kindCommit = 1
	var b bytes.Buffer
	b.WriteString("PACK")
	_ = binary.Write(&b, binary.BigEndian, [2]uint32{2, uint32(len(commits))})
	for _, c := range commits {
		size := len(c.Data)
		head := byte(kindCommit<<4 | size&15)
		for size >>= 4; size > 0; size >>= 7 {
			b.WriteByte(head | 0x80)
			head = byte(size & 0x7f)
		}
		b.WriteByte(head)
		z := zlib.NewWriter(&b)
		_, _ = z.Write(c.Data)
		_ = z.Close()
	}
	sum := sha1.Sum(b.Bytes())
	return append(b.Bytes(), sum[:]...)
}

// gitResult is what git made of three trees.
type gitResult struct {
	clean bool
	// died says that git ran into one of its own assertions, or that it misses
	// an object.
	died bool
	tree gitops.Hash
	// paths are those left in conflict, sorted, each once.
	paths []string
}

var mergeTree = []string{"merge-tree", "--write-tree", "-z", "--no-messages", "--name-only"}

// merge runs one `git merge-tree` on the two commits.
func (o *oracle) merge(sides [2]string, config ...string) gitResult {
	o.t.Helper()
	out, code := o.run(nil, slices.Concat(config, mergeTree, sides[:])...)
	if code < 0 {
		return gitResult{died: true}
	}
	fields := strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	return o.result(sides, code == 0, fields)
}

// result reads the tree and the paths behind it. Where git moves a file out of
// the way it appends the name of its commit; that is taken off again.
func (o *oracle) result(sides [2]string, clean bool, fields []string) gitResult {
	o.t.Helper()
	tree, err := gitops.ParseHash(fields[0])
	if err != nil {
		o.t.Fatalf("merge-tree answered %q", fields)
	}
	res := gitResult{clean: clean, tree: tree}
	for _, path := range fields[1:] {
		for _, side := range sides {
			path, _, _ = strings.Cut(path, "~"+side)
		}
		res.paths = append(res.paths, path)
	}
	slices.Sort(res.paths)
	res.paths = slices.Compact(res.paths)
	return res
}

// mergeBatch bounds how many merges one process does: it keeps their memory.
const mergeBatch = 250

// mergeAll does many merges with few processes. One that kills its process is
// found by itself, the others are done again without it.
func (o *oracle) mergeAll(sides [][2]string) []gitResult {
	o.t.Helper()
	out := make([]gitResult, 0, len(sides))
	for part := range slices.Chunk(sides, mergeBatch) {
		out = append(out, o.mergeMany(part)...)
	}
	return out
}

func (o *oracle) mergeMany(sides [][2]string) []gitResult {
	o.t.Helper()
	if len(sides) == 1 {
		return []gitResult{o.merge(sides[0])}
	}
	var ask bytes.Buffer
	for _, s := range sides {
		fmt.Fprintf(&ask, "%s %s\n", s[0], s[1])
	}
	out, code := o.run(&ask, append(mergeTree, "--stdin")...)
	var done []gitResult
	fields := strings.Split(string(out), "\x00")
	for len(done) < len(sides) {
		end := slices.Index(fields, "")
		if end < 2 || end+1 >= len(fields) {
			break
		}
		done = append(done, o.result(sides[len(done)], fields[0] == "1", fields[1:end]))
		fields = fields[end+1:]
	}
	switch rest := sides[len(done):]; {
	case len(rest) == 0:
		return done
	case code >= 0:
		o.t.Fatalf("merge-tree answered %d of %d merges", len(done), len(sides))
		return nil
	default:
		// An assertion takes the answers with it that were still in a buffer.
		half := (len(rest) + 1) / 2
		if len(done) > 0 {
			half = 1
		}
		done = append(done, o.mergeMany(rest[:half])...)
		if half < len(rest) {
			done = append(done, o.mergeMany(rest[half:])...)
		}
		return done
	}
}
