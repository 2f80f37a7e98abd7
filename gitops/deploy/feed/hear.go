package feed

import (
	"context"
	"slices"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
)

// DefaultPatience is how long Hear waits for a source that usually answers
// within half of it.
const DefaultPatience = 5 * time.Second

// Hear asks the sources that are due, as an urgent Refresh does, for somebody
// who looks once and goes: what is worth waiting for is waited for, and no more.
// With limit nil that is, for each source, twice the time that its last answer
// took and at least DefaultPatience; the whole deadline where nothing is known of
// it; and DefaultPatience where the last question came to nothing a short while
// ago. A limit is the longest wait for all; with one of zero nobody is asked.
//
// Who was not waited for is still being asked, and its state says so until it
// answers. Its error is that of ctx.
func (f *Feed) Hear(ctx context.Context, limit *time.Duration) error {
	f.load()
	if f.opts.Offline || limit != nil && *limit <= 0 {
		return ctx.Err()
	}
	began := time.Now()
	// wait reports whether done came in time, and how long it was waited for.
	wait := func(done <-chan struct{}, patience time.Duration) (time.Duration, bool) {
		if limit != nil {
			patience = *limit
		}
		late := time.NewTimer(patience - time.Since(began))
		defer late.Stop()
		select {
		case <-done:
			return patience, true
		case <-ctx.Done():
		case <-late.C:
		}
		select {
		case <-done:
			return patience, true // in the same moment
		default:
			return patience, false
		}
	}
	f.mu.Lock()
	f.unheard = 0
	f.mu.Unlock()
	patience := f.patienceToFind()
	if waited, ok := wait(f.find(true), patience); !ok {
		if ctx.Err() == nil {
			f.giveUp(nil, waited, patience)
		}
		return ctx.Err()
	}
	for _, w := range f.askDue(true) {
		if waited, ok := wait(w.done, w.patience); !ok && ctx.Err() == nil {
			f.giveUp(w.line, waited, w.patience)
		}
	}
	return ctx.Err()
}

// patienceToFind is how long the search for sources is waited for: as long as
// that source which is given most, since all wait for the search.
func (f *Feed) patienceToFind() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	longest := DefaultPatience
	if len(f.lines) == 0 {
		longest = f.opts.Deadline + time.Second
	}
	for _, l := range f.lines {
		longest = max(longest, l.patience(f.opts, 0))
	}
	return longest
}

// patience is how long an answer is worth waiting for, from the beginning of a
// search that took so long.
func (l *line) patience(o Options, sought time.Duration) time.Duration {
	// Who waits to the deadline wants to hear what came of it.
	longest := sought + l.deadline(o) + time.Second
	switch {
	case l.took > 0:
		if _, two := l.source.(deploy.Detailer); two {
			longest += l.deadline(o)
		}
		return min(longest, max(DefaultPatience, 2*l.took))
	case !l.triedAt.IsZero() && o.Now().Sub(l.triedAt).Abs() < longestRetry:
		return min(longest, DefaultPatience)
	}
	return longest
}

// inVain notes that nothing came of a question. Of several in a row the first one
// counts, or those who ask often would never again wait for long.
func (l *line) inVain(now time.Time) {
	if l.took > 0 || l.triedAt.IsZero() || now.Sub(l.triedAt).Abs() >= longestRetry {
		l.triedAt = now
	}
	l.took = 0
}

// giveUp notes that a source, or with nil the search for all of them, was waited
// for in vain; for later runs, too, where that was as long as it was worth.
func (f *Feed) giveUp(l *line, waited, worth time.Duration) {
	f.mu.Lock()
	now := f.opts.Now()
	given := []*line{l}
	if l == nil {
		f.unheard = waited
		if given = slices.Clone(f.lines); len(given) == 0 {
			f.idle = []gitops.SourceState{{Name: anySource, Condition: gitops.SourceAsking, Trouble: searchInVain(waited)}}
		}
	}
	var kept []entry
	for _, l := range given {
		if l.source != nil && l.asking == nil {
			continue // it has just answered
		}
		if l.unheard = waited; waited < worth {
			continue // which says nothing about the source
		}
		l.inVain(now)
		kept = append(kept, entry{
			Name: l.name, Place: l.place, Order: l.order, AnsweredAt: l.answeredAt, TriedAt: l.triedAt, Rows: l.rows,
			RetryAt: l.trouble.until, Trouble: l.trouble.text, Hint: l.trouble.hint, State: l.kept,
		})
	}
	f.touch()
	f.mu.Unlock()
	for _, e := range kept {
		f.keep(e)
	}
}
