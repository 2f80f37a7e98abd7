package suspect

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/blame"
	"ahead/gitops/history"
	"ahead/gitops/linediff"
	"ahead/gitops/repo"
	"ahead/gitops/treediff"
)

var (
	evalRepos = flag.String("repo", "", "git directories, separated by commas, over whose reverts TestEvaluation goes; only read")
	evalMost  = flag.Int("most", 100, "how many of the newest reverts of each repository are taken")
	evalDump  = flag.String("dump", "", "file for the features of every case, to tune by")
)

// evalDays is how far before the moment the candidates reach.
var evalDays = flag.Int("days", 14, "how many days before the moment the candidates reach")

// trial is one real revert: who it was, and when it was not known yet.
type trial struct {
	culprit, moment gitops.Hash
	revert          gitops.Commit
}

// bench is one repository under evaluation.
type bench struct {
	ctx  context.Context
	name string
	repo *repo.Repository
	objs gitops.Objects
}

func openBench(t *testing.T, dir string) *bench {
	t.Helper()
	r, err := repo.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	r.ExpectMany()
	parts := strings.Split(strings.TrimSuffix(strings.TrimSuffix(dir, "/"), "/repo"), "/")
	return &bench{context.Background(), parts[len(parts)-1], r, r.Objects()}
}

// trials walks the main line: each revert on it, or merged by a commit of it, has
// its moment before that commit.
func (b *bench) trials(t *testing.T, most int) []trial {
	t.Helper()
	tip, err := b.repo.Resolve(b.ctx, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	var found []trial
	seen := map[gitops.Hash]bool{}
	for at := tip; !at.IsZero() && len(found) < most; {
		c, err := b.objs.Commit(at)
		if err != nil {
			break
		}
		if c.IsRoot() {
			break
		}
		brought := []gitops.Commit{c}
		if c.IsMerge() {
			more, _, err := history.Between(b.ctx, b.repo.Graph(), c.Parents[0], c.Hash, 400)
			if err == nil {
				brought = more
			}
		}
		for _, r := range brought {
			hashes := Reverted(r.Message)
			if len(hashes) != 1 || seen[hashes[0]] {
				continue
			}
			seen[hashes[0]] = true
			found = append(found, trial{culprit: hashes[0], moment: c.Parents[0], revert: r})
		}
		at = c.Parents[0]
	}
	return found
}

// candidates are what the moment contains of the last fourteen days, as a log of
// them shows it.
func (b *bench) candidates(moment gitops.Commit) []Candidate {
	since := moment.Committer.When.AddDate(0, 0, -*evalDays)
	line, err := history.Walk(b.ctx, b.repo.Graph(), moment.Hash, nil, nil, 3000)
	if err != nil {
		return nil
	}
	var out []Candidate
	for _, c := range line.Commits {
		if !c.Committer.When.Before(since) {
			out = append(out, Candidate{Commit: c})
		}
	}
	return out
}

func (b *bench) habit(moment gitops.Commit, skip int) Habit {
	line, err := history.Walk(b.ctx, b.repo.Graph(), moment.Hash, nil, nil, skip+2000)
	if err != nil || len(line.Commits) < skip {
		return Habit{}
	}
	return Learn(line.Commits[skip:])
}

// hints are what is known in each of the four settings.
var settings = [...]string{"none", "text", "file", "trace"}

// hint makes the evidence of one setting. ok is false where there is none to make.
func (b *bench) hint(setting string, t trial, cands []Candidate, rnd *rand.Rand) (gitops.Evidence, bool) {
	culprit, err := b.objs.Commit(t.culprit)
	if err != nil {
		return gitops.Evidence{}, false
	}
	switch setting {
	case "none":
		return gitops.Evidence{}, true
	case "text":
		return gitops.Evidence{Text: humanText(t.revert.Message, culprit.Subject())}, true
	case "file":
		return b.fileHint(t, culprit, cands, rnd)
	default:
		return b.traceHint(t, culprit, rnd)
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
	trees, err := parentTrees(b.objs, c)
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

// fileHint is one file that the culprit changed among four that others of the
// window changed and it did not: the hardest decoys there are.
func (b *bench) fileHint(t trial, culprit gitops.Commit, cands []Candidate, rnd *rand.Rand) (gitops.Evidence, bool) {
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
// moment, and nine of other files, in any order.
func (b *bench) traceHint(t trial, culprit gitops.Commit, rnd *rand.Rand) (gitops.Evidence, bool) {
	moment, err := b.objs.Commit(t.moment)
	if err != nil {
		return gitops.Evidence{}, false
	}
	path, line, ok := b.ownLine(culprit, moment, rnd)
	if !ok {
		return gitops.Evidence{}, false
	}
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

// ownLine is a line that the culprit wrote, or what it merged, and that is still
// there.
func (b *bench) ownLine(culprit, moment gitops.Commit, rnd *rand.Rand) (string, int, bool) {
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
			return p, mine[rnd.IntN(len(mine))], true
		}
	}
	return "", 0, false
}

// tally sums up ranks.
type tally struct {
	n, top1, top3, top5 int
	reciprocal, read    float64
}

func (s *tally) add(rank int) {
	s.n++
	for _, c := range []struct {
		most int
		to   *int
	}{{1, &s.top1}, {3, &s.top3}, {5, &s.top5}} {
		if rank <= c.most {
			*c.to++
		}
	}
	s.reciprocal += 1 / float64(rank)
	s.read += float64(rank)
}

func (s tally) String() string {
	if s.n == 0 {
		return "-"
	}
	n := float64(s.n)
	pct := func(k int) int { return int(math.Round(100 * float64(k) / n)) }
	return fmt.Sprintf("%4d | %3d | %3d | %3d | %.2f | %5.1f", s.n, pct(s.top1), pct(s.top3), pct(s.top5), s.reciprocal/n, s.read/n)
}

// dumped is one ranking as a tuner reads it.
type dumped struct {
	Repo, Setting string
	Truth         int
	Merge         bool
	Features      []map[string]float64
}

// TestEvaluation ranks as of the moments before real reverts; docs/SUSPECTS.md
// has the protocol:
//
//	go test ./gitops/suspect -run Evaluation -v -timeout 0 -args -repo DIR,DIR -most 100
func TestEvaluation(t *testing.T) {
	if *evalRepos == "" {
		t.Skip("no clones to go over: give some with -args -repo DIR,DIR")
	}
	var dump *json.Encoder
	if *evalDump != "" {
		f, err := os.Create(*evalDump)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		dump = json.NewEncoder(f)
	}
	pooled := map[string]*tally{}
	for dir := range strings.SplitSeq(*evalRepos, ",") {
		evaluate(t, openBench(t, dir), pooled, dump)
	}
	report(t, "pooled", pooled)
}

// unitRank is the rank of the first that is the culprit, the merge that brought
// it, or a commit that it brought.
func unitRank(c *Case, rank, truth int) int {
	for k, s := range Rank(c).Ranked[:rank] {
		if i := c.index[s.Commit]; c.unitOf(i) == c.unitOf(truth) {
			return k + 1
		}
	}
	return rank
}

// blameRank is the rank that blame of the frames alone gives: those that last
// changed a line of the trace in its order, then the others by recency.
func blameRank(c *Case, truth int) int {
	first := func(i int) int {
		best := len(c.frames)
		for _, h := range c.deeds[i].lines {
			if h.near == 0 && h.via < 0 {
				best = min(best, h.frame)
			}
		}
		return best
	}
	rank := 1
	for i := range c.deeds {
		if a, b := first(i), first(truth); a < b || a == b && i < truth {
			rank++
		}
	}
	return rank
}

func report(t *testing.T, name string, sums map[string]*tally) {
	for _, by := range settings {
		for _, kind := range []string{by, by + ", unit", by + ", blame", by + ", recency"} {
			if s := sums[kind]; s != nil {
				t.Logf("| %-20s | %-14s | %s |", name, kind, s)
			}
		}
	}
}

func evaluate(t *testing.T, b *bench, pooled map[string]*tally, dump *json.Encoder) {
	own := map[string]*tally{}
	add := func(kind string, rank int) {
		for _, m := range []map[string]*tally{own, pooled} {
			if m[kind] == nil {
				m[kind] = &tally{}
			}
			m[kind].add(rank)
		}
	}
	for _, tr := range b.trials(t, *evalMost) {
		moment, err := b.objs.Commit(tr.moment)
		if err != nil {
			continue
		}
		cands := b.candidates(moment)
		truth := slices.IndexFunc(cands, func(k Candidate) bool { return k.Commit.Hash == tr.culprit })
		if truth < 0 {
			continue
		}
		habit := b.habit(moment, len(cands))
		for _, setting := range settings {
			rnd := rand.New(rand.NewPCG(uint64(tr.culprit[0])<<8|uint64(tr.culprit[1]), 5))
			e, ok := b.hint(setting, tr, cands, rnd)
			if !ok {
				continue
			}
			c, err := Gather(b.ctx, b.objs, Inquiry{Deployed: tr.moment, Candidates: cands, Evidence: e, Habit: habit})
			if err != nil {
				t.Errorf("%s: %v", tr.culprit, err)
				continue
			}
			rank := 1 + slices.IndexFunc(Rank(c).Ranked, func(s gitops.Suspicion) bool { return s.Commit == tr.culprit })
			add(setting, rank)
			add(setting+", recency", truth+1)
			if setting == "trace" {
				add("trace, unit", unitRank(c, rank, truth))
				add("trace, blame", blameRank(c, truth))
			}
			if dump != nil {
				_ = dump.Encode(dumped{b.name, setting, truth, cands[truth].Commit.IsMerge(), named64(c)})
			}
			if testing.Verbose() && *evalCases && rank > 3 {
				t.Logf("%s %s: rank %d of %d, recency %d; %.300q", b.name, setting, rank, len(cands), truth+1, e)
			}
		}
	}
	report(t, b.name, own)
}

var evalCases = flag.Bool("cases", false, "tell of every case that is not among the first three")

func named64(c *Case) []map[string]float64 {
	var out []map[string]float64
	for i, f := range c.features() {
		m := map[string]float64{
			"recency": f.recency, "arrival": f.arrival, "unit": f.unit, "undone": f.undone, "chore": f.chore, "again": f.again,
			"line": f.line, "near": f.near, "path": f.path, "fit": f.fit, "folder": f.folder,
			"words": f.words, "told": f.told, "cosine": f.cosine,
		}
		d := c.deeds[i]
		m["merge"], m["by"], m["size"], m["mainline"] = b2f(c.Candidates[i].Commit.IsMerge()), b2f(d.by >= 0), float64(len(d.changes)), b2f(d.mainline)
		for k, v := range m {
			if v == 0 {
				delete(m, k)
			}
		}
		out = append(out, m)
	}
	return out
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
