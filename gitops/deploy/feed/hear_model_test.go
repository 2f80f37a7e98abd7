package feed

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"ahead/gitops"
)

// expected is what is known of one source between runs.
type expected struct {
	took    time.Duration
	triedAt time.Time
}

// wait is how long a run at a moment waits for an answer that takes so long, and
// whether it has it in the end.
func (e *expected) wait(now time.Time, answer time.Duration) (waited time.Duration, heard bool) {
	patience := DefaultDeadline
	switch {
	case e.took > 0:
		patience = min(patience, max(DefaultPatience, 2*e.took))
	case !e.triedAt.IsZero() && now.Sub(e.triedAt) < longestRetry:
		patience = DefaultPatience
	}
	if waited = min(answer, patience); answer < patience {
		e.took, e.triedAt = answer, now.Add(waited)
		return waited, true
	}
	if e.took > 0 || e.triedAt.IsZero() || now.Add(waited).Sub(e.triedAt) >= longestRetry {
		e.triedAt = now.Add(waited)
	}
	e.took = 0
	return waited, false
}

// TestRunsHearWhatIsWorthIt holds any course of runs, each of its own process, to
// a model of what Hear promises.
func TestRunsHearWhatIsWorthIt(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			draw := rand.New(rand.NewPCG(seed, 5))
			dir := t.TempDir()
			var model expected
			for n := range 12 {
				// Never in the very moment in which the patience ends.
				answer := time.Duration(draw.IntN(30))*time.Second + 300*time.Millisecond
				time.Sleep(time.Duration(draw.IntN(400)) * time.Second)
				want, heard := model.wait(time.Now(), answer)
				waited, v := run(t, dir, nil, takes("s", answer, row(n)))
				if got := stateOf(t, v, "s"); waited != want || (got.Condition == gitops.SourceFresh) != heard {
					t.Fatalf("seed %d, run %d, an answer of %s: waited %s, want %s, heard %v: %+v", seed, n, answer, waited, want, heard, got)
				}
			}
		})
	}
}
