package blame_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/blame"
	"ahead/gitops/linediff"
	"ahead/gitops/treediff"
)

// heap holds objects in memory, whatever is in them.
type heap struct {
	commits map[gitops.Hash]gitops.Commit
	trees   map[gitops.Hash][]gitops.TreeEntry
	blobs   map[gitops.Hash][]byte
}

func (h heap) Commit(id gitops.Hash) (gitops.Commit, error) { return held(h.commits, id) }
func (h heap) Tree(id gitops.Hash) ([]gitops.TreeEntry, error) {
	if id == gitops.EmptyTree {
		return nil, nil
	}
	return held(h.trees, id)
}
func (h heap) Blob(id gitops.Hash) ([]byte, error) { return held(h.blobs, id) }

func held[T any](m map[gitops.Hash]T, id gitops.Hash) (T, error) {
	v, ok := m[id]
	if !ok {
		return v, &gitops.MissingObject{Hash: id}
	}
	return v, nil
}

// tape is what decisions are read from; at its end all are 0.
type tape []byte

func (t *tape) next(n int) int {
	if len(*t) == 0 || n <= 1 {
		return 0
	}
	b := (*t)[0]
	*t = (*t)[1:]
	return int(b) % n
}

var (
	fuzzPaths = []string{"a", "a.b", "a/b", "a/c/d", "z"}
	fuzzLines = []string{"\n", "}\n", "x\n", "y\n", "z", "\r\n", "\x00\n", "long and with words\n"}
	fuzzModes = []gitops.Mode{gitops.ModeFile, gitops.ModeFile, gitops.ModeFile, 0o100755, 0o120000, gitops.ModeSubmodule, gitops.ModeTree, 0o100664, 0}
)

// record makes a history of up to a dozen commits, of which some objects may be
// missing, entries out of order or twice, and dates anything.
func record(t *tape) (objs heap, last gitops.Hash) {
	objs = heap{map[gitops.Hash]gitops.Commit{}, map[gitops.Hash][]gitops.TreeEntry{}, map[gitops.Hash][]byte{}}
	var made []gitops.Hash
	texts := map[string][]string{}
	for i := range 1 + t.next(12) {
		for range t.next(4) {
			edited := texts[fuzzPaths[t.next(len(fuzzPaths))]]
			at := t.next(len(edited) + 1)
			edited = slices.Insert(slices.Clone(edited), at, fuzzLines[t.next(len(fuzzLines))])
			if t.next(3) == 0 {
				edited = slices.Delete(edited, 0, 1)
			}
			texts[fuzzPaths[t.next(len(fuzzPaths))]] = edited
		}
		c := gitops.Commit{Hash: gitops.HashObject(gitops.KindCommit, fmt.Append(nil, i)), Committer: gitops.Signature{When: time.Unix(int64(t.next(256)), 0)}}
		c.Tree = objs.put(t, texts, "")
		for range t.next(4) {
			if parent := t.next(len(made) + 1); parent < len(made) {
				c.Parents = append(c.Parents, made[parent])
			} else {
				c.Parents = append(c.Parents, gitops.HashObject(gitops.KindBlob, []byte("gone")))
			}
		}
		if i > 0 && len(c.Parents) == 0 && t.next(8) > 0 {
			c.Parents = []gitops.Hash{made[i-1]}
		}
		objs.commits[c.Hash] = c
		made = append(made, c.Hash)
	}
	return objs, made[len(made)-1]
}

// put stores the folder that these files are in.
func (h heap) put(t *tape, texts map[string][]string, folder string) gitops.Hash {
	var entries []gitops.TreeEntry
	seen := map[string]bool{}
	for _, path := range fuzzPaths {
		lines, ok := texts[path]
		rest, below := bytes.CutPrefix([]byte(path), []byte(folder))
		if !ok || !below {
			continue
		}
		name, _, deeper := bytes.Cut(rest, []byte("/"))
		if seen[string(name)] && deeper {
			continue
		}
		seen[string(name)] = true
		e := gitops.TreeEntry{Name: string(name), Mode: gitops.ModeTree}
		if deeper {
			e.Hash = h.put(t, texts, folder+string(name)+"/")
		} else {
			data := []byte(concat(lines))
			e.Mode, e.Hash = fuzzModes[0], gitops.HashObject(gitops.KindBlob, data)
			if t.next(5) == 4 {
				e.Mode = fuzzModes[t.next(len(fuzzModes))]
			}
			if t.next(20) != 19 {
				h.blobs[e.Hash] = data
			}
		}
		entries = append(entries, e)
	}
	if t.next(10) != 9 {
		slices.SortStableFunc(entries, treediff.CompareEntries)
	}
	id := gitops.HashObject(gitops.KindTree, gitops.EncodeTree(entries))
	if t.next(30) != 29 {
		h.trees[id] = entries
	}
	return id
}

func concat(lines []string) (all string) {
	for _, l := range lines {
		all += l
	}
	return all
}

// FuzzLines: of any objects at all, an answer is a line with the very bytes that
// were asked about, of a commit that the first one contains, and twice the same.
func FuzzLines(f *testing.F) {
	f.Add([]byte{5, 3, 0, 0, 2, 1, 0, 1, 1, 3, 1, 0, 9, 9, 2, 1, 1, 200, 1, 1, 0, 3, 3, 2, 1, 0, 50})
	f.Add([]byte("X0000000000070000000801110000000000000001100110000000000000010000000000000010"))
	f.Add(bytes.Repeat([]byte{11, 3, 2, 1, 7, 5}, 40))
	f.Fuzz(func(t *testing.T, data []byte) {
		decisions := tape(data)
		objs, tip := record(&decisions)
		var questions []blame.Question
		for _, p := range append(fuzzPaths, "a/c", "", "/", "nowhere", "a//b") {
			questions = append(questions, blame.Question{Path: p, Lines: []int{3, 1, 2, 0, -1, 9, 2}})
		}
		opt := blame.Options{}
		if decisions.next(3) == 2 {
			opt.Within = func(h gitops.Hash) bool { return h[0]&1 == 0 }
		}
		got, err := blame.Lines(context.Background(), objs, tip, questions, opt)
		again, errAgain := blame.Lines(context.Background(), objs, tip, questions, opt)
		if (err == nil) != (errAgain == nil) {
			t.Fatalf("%v, then %v", err, errAgain)
		}
		if err != nil {
			if !errors.Is(err, gitops.ErrMissing) {
				t.Fatal(err)
			}
			return
		}
		contained := ancestors(objs, tip)
		for i, q := range questions {
			if !slices.Equal(got[i], again[i]) {
				t.Fatalf("%v, then %v", got[i], again[i])
			}
			for k, o := range got[i] {
				if o.Commit.IsZero() {
					continue
				}
				asked, _ := lineOf(objs, tip, q.Path, q.Lines[k])
				found, ok := lineOf(objs, o.Commit, o.Path, o.Line)
				if !ok || asked != found || !contained[o.Commit] {
					t.Fatalf("%s:%d is %q, %v is %q (%v)", q.Path, q.Lines[k], asked, o, found, contained[o.Commit])
				}
			}
		}
	})
}

func ancestors(objs heap, tip gitops.Hash) map[gitops.Hash]bool {
	all, todo := map[gitops.Hash]bool{}, []gitops.Hash{tip}
	for len(todo) > 0 {
		h := todo[0]
		if todo = todo[1:]; all[h] {
			continue
		}
		all[h] = true
		todo = append(todo, objs.commits[h].Parents...)
	}
	return all
}

func lineOf(objs heap, at gitops.Hash, path string, line int) (string, bool) {
	e, ok, err := treediff.Lookup(objs, objs.commits[at].Tree, path)
	data, here := objs.blobs[e.Hash]
	if err != nil || !ok || !here || line < 1 {
		return "", false
	}
	lines := linediff.Split(data)
	if line > len(lines) {
		return "", false
	}
	return string(lines[line-1]), true
}
