package journal

import (
	"slices"
	"time"

	"ahead/gitops"
)

// Since gives the runs that began at a moment or later and made a commit, whether
// they are over or not, the newest first. What cannot be read is left out: it is
// for whoever wants to know what was shipped lately, not for whoever goes on.
func (j *Journal) Since(at time.Time) []gitops.Run {
	ids, err := j.ids()
	if err != nil {
		return nil
	}
	var runs []gitops.Run
	// Ids sort by time. The clock of a name has no fractions of a second.
	first := at.UTC().Truncate(time.Second).Format(idLayout)
	for _, id := range slices.Backward(ids) {
		if id < first {
			break
		}
		h, err := j.read(id + suffix)
		if err != nil || h.run.Receipt.Commit.IsZero() || h.run.Receipt.StartedAt.Before(at) {
			continue
		}
		runs = append(runs, h.run)
	}
	return runs
}
