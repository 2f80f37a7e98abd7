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

	"ahead/gitops"
	"ahead/gitops/history"
	"ahead/gitops/repo"
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
	ages := b.ages(moment)
	var out []Candidate
	for _, c := range line.Commits {
		if !c.Committer.When.Before(since) {
			out = append(out, Candidate{Commit: c, Age: ages[c.Hash]})
		}
	}
	return out
}

// ages counts the tagged releases since each commit, as of a moment; nothing
// without -tags.
func (b *bench) ages(moment gitops.Commit) map[gitops.Hash]int {
	ages := map[gitops.Hash]int{}
	if !*evalTags {
		return ages
	}
	refs, err := b.repo.Refs(b.ctx)
	if err != nil {
		return ages
	}
	below := history.NewAncestry(b.repo.Graph(), moment.Hash)
	var rows []gitops.Deployment
	for _, t := range refs.Tags {
		c, err := b.objs.Commit(t.Peeled)
		if err != nil || c.Committer.When.Before(moment.Committer.When.AddDate(0, 0, -60)) {
			continue
		}
		if in, err := below.Contains(b.ctx, c.Hash); err == nil && in {
			rows = append(rows, gitops.Deployment{Tag: t.Name, Commit: c.Hash, StartedAt: c.Committer.When})
		}
	}
	slices.SortFunc(rows, func(a, b gitops.Deployment) int { return b.StartedAt.Compare(a.StartedAt) })
	line, err := history.Walk(b.ctx, b.repo.Graph(), moment.Hash, rows, nil, 3000)
	if err != nil {
		return ages
	}
	age := 0
	for _, batch := range append([]gitops.Batch{line.Unreleased}, line.Batches...) {
		for _, h := range batch.Commits {
			ages[h] = age
		}
		if len(batch.Commits) > 0 {
			age++
		}
	}
	return ages
}

var evalTags = flag.Bool("tags", false, "count the tagged releases since each commit, as if they were deployments")

func (b *bench) habit(moment gitops.Commit, skip int) Habit {
	line, err := history.Walk(b.ctx, b.repo.Graph(), moment.Hash, nil, nil, skip+2000)
	if err != nil || len(line.Commits) < skip {
		return Habit{}
	}
	return Learn(line.Commits[skip:])
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
		for _, kind := range []string{by, by + ", unit", by + ", blame", by + ", recency", by + ", said", by + ", said, recency"} {
			if s := sums[kind]; s != nil {
				t.Logf("| %-20s | %-19s | %s |", name, kind, s)
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
			if setting == "text" && len(strings.Fields(e.Text)) >= 5 {
				add("text, said", rank)
				add("text, said, recency", truth+1)
			}
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
			"recency": f.recency, "arrival": f.arrival, "unit": f.unit, "undone": f.undone, "chore": f.chore, "again": f.again, "age": f.age,
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
