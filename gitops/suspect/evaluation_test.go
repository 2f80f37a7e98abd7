package suspect

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
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

// habit is learned from what the moment contains beside the candidates.
func (b *bench) habit(moment gitops.Commit, cands []Candidate) Habit {
	line, err := history.Walk(b.ctx, b.repo.Graph(), moment.Hash, nil, nil, len(cands)+2000)
	if err != nil {
		return Habit{}
	}
	taken := make(map[gitops.Hash]bool, len(cands))
	for _, k := range cands {
		taken[k.Commit.Hash] = true
	}
	return Learn(slices.DeleteFunc(line.Commits, func(c gitops.Commit) bool { return taken[c.Hash] }))
}

// TestEvaluation ranks as of the moments before real reverts; docs/SUSPECTS.md
// has the protocols:
//
//	go test ./gitops/suspect -run Evaluation -v -timeout 0 -args -repo DIR,DIR -most 150
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
	for _, p := range protocols {
		pooled := map[string]sums{}
		var names []string
		for dir := range strings.SplitSeq(*evalRepos, ",") {
			b := openBench(t, dir)
			own := evaluate(t, b, p, dump)
			group := "others"
			if slices.Contains(strings.Split(*evalTuned, ","), b.name) {
				group = "tuned on"
			}
			for _, name := range []string{b.name, group, "all"} {
				if pooled[name] == nil {
					pooled[name] = sums{}
					names = append(names, name)
				}
				pooled[name].addAll(own)
			}
		}
		slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(strings.Count(b, "/"), strings.Count(a, "/")) })
		for _, name := range names {
			pooled[name].report(t, p, name)
		}
	}
}

// evaluate goes over the reverts of one repository.
func evaluate(t *testing.T, b *bench, p protocol, dump *json.Encoder) sums {
	out := sums{}
	seen := map[[2]gitops.Hash]bool{}
	for _, tr := range b.trials(t, *evalMost) {
		moment, err := b.objs.Commit(tr.moment)
		if err != nil {
			continue
		}
		g := b.ground(p, moment, tr.culprit)
		if g == nil || seen[g.key()] {
			continue
		}
		seen[g.key()] = true
		habit := b.habit(moment, g.cands)
		for _, setting := range p.settings {
			if *evalOnly != "" && !slices.Contains(strings.Split(*evalOnly, ";"), setting) {
				continue
			}
			rnd := rand.New(rand.NewPCG(uint64(tr.culprit[0])<<8|uint64(tr.culprit[1]), 5))
			e, ok := b.hint(setting, tr, g, rnd)
			if !ok {
				continue
			}
			c, err := Gather(b.ctx, b.objs, Inquiry{Deployed: tr.moment, Candidates: g.cands, Evidence: e, Habit: habit})
			if err != nil {
				t.Errorf("%s: %v", tr.culprit, err)
				continue
			}
			rank := g.rank(Rank(c))
			out.add(setting, c, g, rank, e)
			if dump != nil {
				_ = dump.Encode(dumped{b.name, p.name, setting, g.truth, g.units, named64(c)})
			}
			if *evalCases && rank > 3 {
				t.Logf("%s %s %s: rank %d, recency %d; %.300q", b.name, p.name, setting, rank, g.recency(), e)
			}
		}
	}
	return out
}

var (
	evalCases = flag.Bool("cases", false, "tell of every case that is not among the first three")
	evalOnly  = flag.String("only", "", "the settings to go over, separated by semicolons; all without")
	evalTuned = flag.String("tuned", "alphagov+whitehall,babel+babel,jenkinsci+jenkins", "the repositories that the weights were fitted to")
)

// dumped is one ranking as a tuner reads it.
type dumped struct {
	Repo, Protocol, Setting string
	Truth                   int
	// Units are those of a protocol that folds them, by candidate.
	Units    []int
	Features []map[string]float64
}

func named64(c *Case) []map[string]float64 {
	var out []map[string]float64
	for i, f := range c.features() {
		m := map[string]float64{
			"recency": f.recency, "arrival": f.arrival, "unit": f.unit, "undone": f.undone, "chore": f.chore, "again": f.again, "age": f.age,
			"line": f.line, "past": f.past, "near": f.near, "path": f.path, "fit": f.fit, "named": f.named, "stale": f.stale, "folder": f.folder,
			"words": f.words, "told": f.told, "cosine": f.cosine, "phrases": f.phrases,
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
