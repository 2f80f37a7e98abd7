package suspect

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/blame"
	"ahead/gitops/history"
	"ahead/gitops/linediff"
	"ahead/gitops/treediff"
)

// hint makes the evidence of one setting. ok is false where there is none to make.
func (b *bench) hint(setting string, t trial, g *ground, rnd *rand.Rand) (gitops.Evidence, bool) {
	culprit, err := b.objs.Commit(t.culprit)
	if err != nil {
		return gitops.Evidence{}, false
	}
	switch setting {
	case "none":
		return gitops.Evidence{}, true
	case "text":
		text := humanText(t.revert.Message, culprit.Subject())
		if head, err := b.objs.Commit(g.head); err == nil && g.head != t.culprit {
			text = strings.ReplaceAll(text, withoutNumbers(head.Subject()), " ")
		}
		return gitops.Evidence{Text: text}, true
	case "file":
		return b.fileHint(t, culprit, rnd)
	case "file, hard":
		return b.hardFileHint(culprit, g.cands, rnd)
	default:
		return b.traceHint(t, culprit, setting == "trace, beside", rnd)
	}
}

// humanText is what a person wrote of a revert, without what gives the culprit
// away: its id, its subject, numbers of pull requests.
func humanText(message, subject string) string {
	var kept []string
	for line := range strings.Lines(message) {
		if strings.HasPrefix(line, "This reverts ") || strings.HasPrefix(line, "changes made to ") || trailer(line) {
			continue
		}
		kept = append(kept, line)
	}
	text := strings.Join(kept, "")
	text = strings.ReplaceAll(text, subject, " ")
	if len(kept) > 0 {
		// A subject that was cut, or quoted a second time.
		first := strings.TrimSpace(kept[0])
		if strings.HasPrefix(first, "Revert \"") || strings.HasPrefix(first, "revert: ") || strings.HasPrefix(first, "Revert '") {
			text = strings.Replace(text, kept[0], "", 1)
			if quoted := strings.Trim(strings.TrimPrefix(first, "Revert "), `"'`); len(quoted) > 10 {
				text = strings.ReplaceAll(text, quoted, " ")
			}
		}
	}
	return withoutNumbers(text)
}

func trailer(line string) bool {
	key, _, ok := strings.Cut(line, ": ")
	return ok && !strings.Contains(key, " ") && (strings.HasSuffix(key, "-by") || strings.HasSuffix(key, "-By") || key == "PR-URL" || key == "Change-Id")
}

// withoutNumbers leaves numbers and what looks like an id out.
func withoutNumbers(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' })
	kept := words[:0]
	for _, w := range words {
		bare := strings.Trim(w, ".,:;()[]#!?`'\"")
		if isHash(bare) || strings.ContainsAny(bare, "0123456789") {
			continue
		}
		kept = append(kept, w)
	}
	return strings.Join(kept, " ")
}

func (b *bench) changedPaths(c gitops.Commit) []string {
	trees, err := (&Case{}).parentTrees(b.objs, c)
	if err != nil || len(trees) == 0 {
		return nil
	}
	changes, err := treediff.Walk(b.ctx, b.objs, trees[0], c.Tree)
	if err != nil {
		return nil
	}
	var out []string
	for _, f := range changes {
		out = append(out, f.Path)
	}
	return out
}

// fileHint is one file that the culprit changed among four that a person who looks
// for it names as well: two of the same folder, or the nearest around it that has
// others, two of anywhere. All are code of the repository as it stands, and not
// changed by the culprit.
func (b *bench) fileHint(t trial, culprit gitops.Commit, rnd *rand.Rand) (gitops.Evidence, bool) {
	own := b.changedPaths(culprit)
	moment, err := b.objs.Commit(t.moment)
	if err != nil || len(own) == 0 {
		return gitops.Evidence{}, false
	}
	x, err := NewIndex(b.ctx, b.objs, moment.Tree)
	if err != nil {
		return gitops.Evidence{}, false
	}
	truth := own[rnd.IntN(len(own))]
	var anywhere []string
	for p := range x.files {
		if sources[p[strings.LastIndexByte(p, '.')+1:]] && !slices.Contains(own, p) {
			anywhere = append(anywhere, p)
		}
	}
	slices.Sort(anywhere)
	rnd.Shuffle(len(anywhere), func(i, j int) { anywhere[i], anywhere[j] = anywhere[j], anywhere[i] })
	paths := []string{truth}
	for folder := truth; folder != "" && len(paths) < 3; {
		folder = folder[:max(0, strings.LastIndexByte(strings.TrimSuffix(folder, "/"), '/')+1)]
		for _, p := range anywhere {
			if len(paths) < 3 && strings.HasPrefix(p, folder) && !slices.Contains(paths, p) {
				paths = append(paths, p)
			}
		}
	}
	for _, p := range anywhere {
		if len(paths) < 5 && !slices.Contains(paths, p) {
			paths = append(paths, p)
		}
	}
	rnd.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
	return gitops.Evidence{Paths: paths}, true
}

// hardFileHint is one file that the culprit changed among four that others of the
// window changed and it did not: the hardest decoys there are.
func (b *bench) hardFileHint(culprit gitops.Commit, cands []Candidate, rnd *rand.Rand) (gitops.Evidence, bool) {
	own := b.changedPaths(culprit)
	if len(own) == 0 {
		return gitops.Evidence{}, false
	}
	pool := map[string]bool{}
	for _, k := range cands {
		if !k.Commit.IsMerge() {
			for _, p := range b.changedPaths(k.Commit) {
				pool[p] = true
			}
		}
	}
	for _, p := range own {
		delete(pool, p)
	}
	var decoys []string
	for p := range pool {
		decoys = append(decoys, p)
	}
	slices.Sort(decoys)
	rnd.Shuffle(len(decoys), func(i, j int) { decoys[i], decoys[j] = decoys[j], decoys[i] })
	paths := append([]string{own[rnd.IntN(len(own))]}, decoys[:min(4, len(decoys))]...)
	rnd.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
	return gitops.Evidence{Paths: paths}, true
}

// traceHint is a trace with one line that the culprit wrote, as it stands at the
// moment, and nine of other files, in any order. With beside it is the line of
// somebody else, at most ten away from one that the culprit wrote.
func (b *bench) traceHint(t trial, culprit gitops.Commit, beside bool, rnd *rand.Rand) (gitops.Evidence, bool) {
	moment, err := b.objs.Commit(t.moment)
	if err != nil {
		return gitops.Evidence{}, false
	}
	path, mine, length := b.ownLines(culprit, moment, rnd)
	if beside {
		mine = besides(mine, length)
	}
	if len(mine) == 0 {
		return gitops.Evidence{}, false
	}
	line := mine[rnd.IntN(len(mine))]
	x, err := NewIndex(b.ctx, b.objs, moment.Tree)
	if err != nil {
		return gitops.Evidence{}, false
	}
	var files []string
	for p := range x.files {
		if sources[p[strings.LastIndexByte(p, '.')+1:]] && p != path {
			files = append(files, p)
		}
	}
	slices.Sort(files)
	places := []string{fmt.Sprintf("%s:%d", path, line)}
	for range min(9, len(files)) {
		p := files[rnd.IntN(len(files))]
		e, _, _ := treediff.Lookup(b.objs, moment.Tree, p)
		data, err := b.objs.Blob(e.Hash)
		if n := len(linediff.Split(data)); err == nil && n > 0 {
			places = append(places, fmt.Sprintf("%s:%d", p, 1+rnd.IntN(n)))
		}
	}
	rnd.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	text := "error: it does not work\n"
	for _, p := range places {
		text += "    at /build/workspace/" + p + "\n"
	}
	return gitops.Evidence{Trace: text}, true
}

// besides are the lines of others that are at most ten from one of the given.
func besides(mine []int, length int) []int {
	var out []int
	for n := 1; n <= length; n++ {
		at, own := slices.BinarySearch(mine, n)
		if !own && (at < len(mine) && mine[at]-n <= 10 || at > 0 && n-mine[at-1] <= 10) {
			out = append(out, n)
		}
	}
	return out
}

// ownLines are the lines of one file that the culprit wrote, or what it merged, and
// that are still there. length is how many the file has.
func (b *bench) ownLines(culprit, moment gitops.Commit, rnd *rand.Rand) (path string, lines []int, length int) {
	paths := b.changedPaths(culprit)
	rnd.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
	brought := map[gitops.Hash]bool{culprit.Hash: true}
	if culprit.IsMerge() {
		more, _, _ := history.Between(b.ctx, b.repo.Graph(), culprit.Parents[0], culprit.Hash, 400)
		for _, c := range more {
			brought[c.Hash] = true
		}
	}
	for _, p := range paths[:min(len(paths), 12)] {
		if !sources[p[strings.LastIndexByte(p, '.')+1:]] {
			continue
		}
		e, ok, err := treediff.Lookup(b.objs, moment.Tree, p)
		if err != nil || !ok || !e.Mode.IsRegular() {
			continue
		}
		data, err := b.objs.Blob(e.Hash)
		if err != nil || treediff.IsBinary(data) {
			continue
		}
		q := blame.Question{Path: p}
		for i := range linediff.Split(data) {
			q.Lines = append(q.Lines, i+1)
		}
		stop := culprit.Committer.When.Add(-60 * 24 * time.Hour)
		got, err := blame.Lines(b.ctx, b.objs, moment.Hash, []blame.Question{q}, blame.Options{Within: func(h gitops.Hash) bool {
			c, err := b.objs.Commit(h)
			return err == nil && c.Committer.When.After(stop)
		}})
		if err != nil {
			continue
		}
		var mine []int
		for i, o := range got[0] {
			if brought[o.Commit] && !o.Boundary {
				mine = append(mine, i+1)
			}
		}
		if len(mine) > 0 {
			return p, mine, len(got[0])
		}
	}
	return "", nil, 0
}
