package suspect

import (
	"slices"

	"ahead/gitops"
)

// weights are what each feature counts, as logarithms of odds.
var weights = features{
	recency: -0.7, unit: 0.7, undone: -3, chore: -0.5, age: -1,
	line: 8, near: 2, path: 4, share: 1, folder: 1,
	last: 0.3, words: 0.25, coverage: 2,
}

func (f features) table() map[string]float64 {
	return map[string]float64{
		"recency": f.recency, "unit": f.unit, "undone": f.undone, "chore": f.chore, "age": f.age,
		"line": f.line, "near": f.near, "path": f.path, "share": f.share, "folder": f.folder,
		"last": f.last, "words": f.words, "coverage": f.coverage,
	}
}

func (f features) score(w features) float64 {
	return f.recency*w.recency + f.unit*w.unit + f.undone*w.undone + f.chore*w.chore + f.age*w.age +
		f.line*w.line + f.near*w.near + f.path*w.path + f.share*w.share + f.folder*w.folder +
		f.last*w.last + f.words*w.words + f.coverage*w.coverage
}

// Rank puts the candidates of a case into order.
func Rank(c *Case) gitops.Suspects {
	scores := make([]float64, len(c.deeds))
	order := make([]int, len(c.deeds))
	for i, f := range c.features() {
		scores[i], order[i] = f.score(weights), i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		default:
			return 0
		}
	})
	var s gitops.Suspects
	for k, i := range order {
		s.Ranked = append(s.Ranked, gitops.Suspicion{Commit: c.Candidates[i].Commit.Hash, Rank: k + 1})
	}
	return s
}
