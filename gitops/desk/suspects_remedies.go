package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/history"
	"ahead/gitops/publish/journal"
)

// tried are the remedies that were shipped from this repository lately and are part of
// what production runs. Whoever looks for suspects of a trouble that was there before
// one of them shipped looks for others: the remedy is none, and what it took out is
// not the cause, or not alone, since it is gone and the trouble is not.
type tried struct {
	// runs are the newest first, in force before them the deployment that production
	// ran when the oldest of those that followed one another was confirmed.
	runs   []gitops.Run
	before *gitops.Deployment
	// ours are the commits that they made, gone those that they took out.
	ours, gone map[gitops.Hash]bool
}

// findRemedies looks for them in what runs, unless somebody says that the trouble began
// since. Where somebody says what runs, that is what is looked at.
func (w *suspectWindow) findRemedies(ctx context.Context) {
	now, said := w.evidence.Runs, !w.evidence.Runs.IsZero()
	if !said && w.snap.Deployed != nil {
		now = w.snap.Deployed.Commit
	}
	if !w.opt.Recall || now.IsZero() {
		return
	}
	if back := w.snap.Rollback; !said && back != nil && !back.Onward {
		return // it is looked at what production went back from
	}
	own := journal.In(w.repo.Location().CommonDir, journal.Sharing{}, func(s string) string { return s })
	for _, run := range own.Since(w.opts.Now().Add(-gitops.AnswerLasts)) {
		before := w.evidence.At.IsZero() || w.evidence.At.Before(run.Receipt.StartedAt)
		if before && w.holds(ctx, now, run.Receipt.Commit) {
			w.tried.runs = append(w.tried.runs, run)
		}
	}
	if w.evidence.At.IsZero() && !said {
		w.tried.before = w.beforeRemedies(now)
	}
	w.tried.takenOut(ctx, w)
}

// holds reports whether a commit is the other one or has it below it, as far as can
// be told.
func (w *suspectWindow) holds(ctx context.Context, commit, below gitops.Hash) bool {
	if commit == below {
		return true
	}
	held, err := history.IsAncestor(ctx, w.repo.CommitGraph(), below, commit)
	return err == nil && held
}

// beforeRemedies is the deployment in force before the remedies that were shipped
// one after the other, of which the last one is what runs; nil where what runs is
// none, or nothing is known of before.
func (w *suspectWindow) beforeRemedies(now gitops.Hash) (before *gitops.Deployment) {
	for _, run := range w.tried.runs {
		if run.Receipt.Commit != now {
			continue
		}
		row := newestBefore(w.snap.Batches, run.Receipt.StartedAt, run.Receipt.Commit)
		if row == nil {
			return before
		}
		before, now = row, row.Commit
	}
	return before
}

// takenOut finds what the remedies made and what they took out. What a later one
// brought back is there again, and of one that leaves parts of a change in place
// nobody knows which part it is.
func (r *tried) takenOut(ctx context.Context, w *suspectWindow) {
	r.ours, r.gone = map[gitops.Hash]bool{}, map[gitops.Hash]bool{}
	undone := map[gitops.Hash]bool{}
	for _, run := range r.runs {
		for _, h := range append([]gitops.Hash{run.Receipt.Commit}, run.Receipt.Commits...) {
			r.ours[h] = true
		}
		if undone[run.Receipt.Commit] || len(run.Plan.LeftOut) > 0 {
			continue
		}
		for _, h := range run.Plan.Selection {
			undone[h] = true
			for _, gone := range w.broughtBy(ctx, h) {
				r.gone[gone] = true
			}
		}
	}
	for h := range r.ours {
		delete(r.gone, h)
	}
}

// broughtBy is a commit with all that came by it, where it is a merge.
func (w *suspectWindow) broughtBy(ctx context.Context, h gitops.Hash) []gitops.Hash {
	out := []gitops.Hash{h}
	c, err := w.repo.Objects().Commit(h)
	if err != nil || !c.IsMerge() {
		return out
	}
	// What cannot be read stays a suspect.
	commits, _, _ := history.Between(ctx, w.repo.CommitGraph(), c.Parents[0], h, mostSuspects)
	for _, below := range commits {
		out = append(out, below.Hash)
	}
	return out
}

// none reports whether a commit is no suspect by what was shipped.
func (r tried) none(h gitops.Hash) bool { return r.ours[h] || r.gone[h] }

// tell says what is left out, and of what.
func (r tried) tell(w *suspectWindow) {
	if len(r.runs) == 0 {
		return
	}
	var names, gone []string
	for _, run := range r.runs {
		name := run.Receipt.Tag.Name
		if name == "" {
			name = run.Receipt.Commit.Short()
		}
		names = append(names, name)
		for _, h := range run.Plan.Selection {
			if r.gone[h] && !slices.Contains(gone, h.Short()) {
				gone = append(gone, h.Short())
			}
		}
	}
	text := "no suspects: the remedy " + names[0]
	if len(names) > 1 {
		text = "no suspects: the remedies " + strings.Join(names, " and ")
	}
	switch {
	case len(gone) > fewNames:
		text += fmt.Sprintf(", and %d commits that were taken out", len(gone))
	case len(gone) > 0:
		text += ", and " + strings.Join(gone, ", ") + ", taken out by " + map[bool]string{true: "it", false: "them"}[len(names) == 1]
	}
	w.notice(gitops.NoticeRemedy, text)
}
