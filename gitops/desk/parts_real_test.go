package desk

import (
	"context"
	"flag"
	"math/rand/v2"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

var partsRepo = flag.String("parts-repo", "", "a real repository in which TestPartsOfRepository reverts; only read")

var partsRuns = flag.Int("parts", 100, "how many commits TestPartsOfRepository reverts in part")

// TestPartsOfRepository reverts recent commits of a real repository, each in
// part, settles what conflicts, and lets git judge every plan:
//
//	go test ./gitops/desk -run PartsOfRepository -v -args -parts-repo DIR -parts 300
func TestPartsOfRepository(t *testing.T) {
	if *partsRepo == "" {
		t.Skip("needs a repository: -args -parts-repo DIR")
	}
	r := gittest.Open(t, *partsRepo)
	d := open(t, r)
	random := rand.New(rand.NewPCG(1, 2))
	n := chooser(func(_ string, most int) int { return random.IntN(most + 1) })
	snap := gitops.Snapshot{Branch: "main", Tip: r.Rev("HEAD^{commit}")}
	var clean, settled, partial, empty, refused int
	for _, id := range strings.Fields(r.Git("log", "--first-parent", "--format=%H", "-n", "100000")) {
		if clean+settled+empty+refused == *partsRuns {
			break
		}
		if random.IntN(4) > 0 {
			continue
		}
		remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{gitops.MustHash(id)}, NoTag: true}
		full, err := settleAll(d, snap, n, &remedy)
		if err != nil {
			if isClash(err) {
				refused++
				continue
			}
			t.Fatalf("%s: %v", id, err)
		}
		switch {
		case full.Verdict == gitops.VerdictEmpty:
			empty++
			continue
		case full.Verdict != gitops.VerdictClean:
			refused++
			continue
		case len(full.Merges[0].Settled) > 0:
			settled++
		default:
			clean++
		}
		judge(t, d, full)
		if nested(full.Files) {
			continue
		}
		some, _ := n.divide(t, d, full)
		remedy.LeaveOut = append(remedy.LeaveOut, some...)
		half, err := d.Plan(context.Background(), snap, remedy)
		if err != nil && !isClash(err) {
			t.Errorf("%s: %v", id, err)
		}
		if err == nil && half.Verdict == gitops.VerdictClean && half.Partial() {
			partial++
			judge(t, d, half)
		}
	}
	t.Logf("%d clean, %d with conflicts settled, %d of these again in part; %d empty, %d not settled", clean, settled, partial, empty, refused)
}

// settleAll plans until nothing is in conflict.
func settleAll(d *Desk, snap gitops.Snapshot, n chooser, remedy *gitops.Remedy) (gitops.Plan, error) {
	p, err := d.Plan(context.Background(), snap, *remedy)
	for round := 0; round < 5 && err == nil && p.Verdict == gitops.VerdictConflict; round++ {
		n.settle(p, remedy)
		p, err = d.Plan(context.Background(), snap, *remedy)
	}
	return p, err
}

func judge(t *testing.T, d *Desk, p gitops.Plan) {
	t.Helper()
	if err := d.Check(context.Background(), p); err != nil {
		t.Errorf("%s: %v\nleft out %v, settled %v", p.Selection[0], err, p.LeftOut, p.Resolved)
	}
}
