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
	files := make(map[string]string)
	for _, line := range strings.Split(string(o.git(nil, "ls-tree", "-r", "-z", tree)), "\x00") {
		mode, path, _ := strings.Cut(line, "\t")
		if filepath.Base(path) == ".gitattributes" && strings.HasPrefix(mode, "100") {
			files[path] = string(o.git(nil, "cat-file", "blob", tree+":"+path))
		}
	}
	o.checkout(files)
}

// checkout makes a work tree that holds the given files and nothing else.
func (o *oracle) checkout(files map[string]string) {
	o.t.Helper()
	o.works++
	o.dir = filepath.Join(filepath.Dir(o.gitDir), fmt.Sprint("work", o.works%2))
	if err := os.RemoveAll(o.dir); err != nil {
		o.t.Fatal(err)
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		o.t.Fatal(err)
	}
	for path, text := range files {
		file := filepath.Join(o.dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			o.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
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
	out := make([][2]string, len(triples))
	for i, tr := range triples {
		for at, c := range tr.commits() {
			if !known[c.Hash] {
				known[c.Hash] = true
				made = append(made, c)
			}
			if at > 0 {
				out[i][at-1] = c.Hash.String()
			}
		}
	}
	o.git(bytes.NewReader(packOf(made)), "index-pack", "--stdin")
	return out
}

// commits are the base and, on it, ours and theirs.
func (tr treeTriple) commits() [3]gitops.Object {
	commit := func(tree gitops.Hash, parent string) gitops.Object {
		const who = "T <t@example.com> 1700000000 +0000"
		return gitops.NewObject(gitops.KindCommit, fmt.Appendf(nil, "tree %s\n%sauthor %s\ncommitter %s\n\n", tree, parent, who, who))
	}
	base := commit(tr.base, "")
	parent := fmt.Sprintf("parent %s\n", base.Hash)
	return [3]gitops.Object{base, commit(tr.ours, parent), commit(tr.theirs, parent)}
}

// store writes the objects of a merge and its commits, and gives the ids of
// ours and theirs. They are loose, since a process for each merge is slower.
func (o *oracle) store(objs memory, tr treeTriple) [2]string {
	o.t.Helper()
	for _, obj := range objs {
		o.loose(obj)
	}
	commits := tr.commits()
	for _, c := range commits {
		o.loose(c)
	}
	return [2]string{commits[1].Hash.String(), commits[2].Hash.String()}
}

func (o *oracle) loose(obj gitops.Object) {
	if o.stored[obj.Hash] {
		return
	}
	o.stored[obj.Hash] = true
	var b bytes.Buffer
	z, _ := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	_, _ = fmt.Fprintf(z, "%s %d\x00", obj.Kind, len(obj.Data))
	_, _ = z.Write(obj.Data)
	_ = z.Close()
	id := obj.Hash.String()
	dir := filepath.Join(o.gitDir, "objects", id[:2])
	if err := os.MkdirAll(dir, 0o700); err != nil {
		o.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, id[2:]), b.Bytes(), 0o600); err != nil {
		o.t.Fatal(err)
	}
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
	died string
	tree gitops.Hash
	// paths are those left in conflict, sorted, each once.
	paths []string
}

var mergeTree = []string{"merge-tree", "--write-tree", "-z", "--no-messages", "--name-only"}

// merge runs one `git merge-tree` on the two commits.
func (o *oracle) merge(sides [2]string) gitResult {
	o.t.Helper()
	out, code := o.run(nil, slices.Concat(o.config, mergeTree, sides[:])...)
	if code < 0 {
		return gitResult{died: o.died}
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
	out, code := o.run(&ask, slices.Concat(o.config, mergeTree, []string{"--stdin"})...)
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
