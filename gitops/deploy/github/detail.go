package github

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/told"
	"ahead/gitops/forge"
)

const (
	// abreast is how many questions are under way at once.
	abreast = 4
	// over is how long a deployment must have been superseded or failed to be
	// history, and again how long what was said of history is taken.
	over  = time.Hour
	again = 10 * time.Minute
	// fresh is how old the statuses of one that is under way may be to be shown
	// with a new list; those of one that succeeded are good as long as history's:
	// what takes its place is in the list.
	fresh = time.Minute
)

// Detail implements deploy.Detailer. It asks the network, for the statuses of
// rows that a list of this source gave, in this run or an earlier one.
func (s *Source) Detail(ctx context.Context, rows []gitops.Deployment) ([]gitops.Deployment, error) {
	ctx, cancel := context.WithTimeout(ctx, told.Round)
	defer cancel()
	records := s.with(rows)
	before := s.facts(records)
	statuses := told.Settle(before.facts)
	wanted := make(map[string]bool, len(rows))
	for _, row := range rows {
		wanted[row.ID] = true
	}
	var ask []record
	for i, r := range records {
		if r.ID != 0 && wanted[r.key()] && !s.rests(before.words[i], before.at[i], statuses[i]) {
			ask = append(ask, r)
		}
	}
	err := s.askAll(ctx, ask)
	if err == nil {
		err = s.askAll(ctx, s.causes(records, wanted))
	}
	return s.told(rows, records), s.problem(err)
}

// with gives the deployments of the last list, and the rows that it lacks.
func (s *Source) with(rows []gitops.Deployment) []record {
	s.mu.Lock()
	records := slices.Clone(s.known)
	s.mu.Unlock()
	have := make(map[int64]bool, len(records))
	for _, r := range records {
		have[r.ID] = true
	}
	for _, row := range rows {
		id, err := strconv.ParseInt(row.ID, 10, 64)
		if err == nil && id > 0 && !have[id] && row.Source == s.Name() {
			have[id] = true
			records = append(records, record{ID: id, SHA: row.Commit, Task: s.opts.Task, Environment: row.Environment, Created: row.StartedAt})
		}
	}
	return inOrder(records)
}

func (r record) key() string { return strconv.FormatInt(r.ID, 10) }

func (r record) statuses() string { return "/deployments/" + r.key() + "/statuses?per_page=100" }

// askAll asks for the statuses of each, the newest first. What one answer
// refuses it refuses for the others too, so nothing is sent after it.
func (s *Source) askAll(ctx context.Context, ask []record) error {
	if s.Anonymous() {
		ask = ask[:min(len(ask), strangersRound)]
	}
	errs := make([]error, len(ask))
	var next, ended atomic.Int64
	var wait sync.WaitGroup
	for range min(abreast, len(ask)) {
		wait.Go(func() {
			for i := next.Add(1); i <= int64(len(ask)) && ended.Load() == 0; i = next.Add(1) {
				_, _, err := get(ctx, s, ask[i-1].statuses(), 0, s.readStatuses)
				if errs[i-1] = err; ends(err) {
					ended.CompareAndSwap(0, i)
				}
			}
		})
	}
	wait.Wait()
	if i := ended.Load(); i != 0 {
		return errs[i-1]
	}
	return together(errs)
}

// together makes one error of those of single deployments.
func together(errs []error) error {
	gone := 0
	var first error
	for _, err := range errs {
		var t *forge.Trouble
		switch {
		case errors.As(err, &t) && t.Kind == forge.NotFound:
			// Deleted since it was listed.
			gone++
		case err != nil && first == nil:
			first = err
		}
	}
	if first == nil && gone > 0 && gone == len(errs) {
		return errs[0]
	}
	return first
}

// ends reports whether an error is about all questions and not only one.
func ends(err error) bool {
	var t *forge.Trouble
	if errors.As(err, &t) {
		return t.Kind != forge.NotFound && t.Kind != forge.Nonsense
	}
	return err != nil
}

// weighed are deployments with what is known of their statuses.
type weighed struct {
	facts []told.Fact
	// words are nil where no statuses are known, or none that still hold; at is
	// when GitHub last said so.
	words []*words
	at    []time.Time
	// beside are those that ran something else beside the deployments proper.
	beside []bool
}

// facts weighs deployments by the statuses that were answered before, of which
// those that may have changed since count only as long as they are fresh.
func (s *Source) facts(records []record) weighed {
	w := s.recalled(records, func(int, time.Time) bool { return true })
	statuses := told.Settle(w.facts)
	now := s.opts.Now()
	return s.recalled(records, func(i int, at time.Time) bool {
		age := told.Age(now, at)
		arrived := statuses[i] == gitops.StatusLive || statuses[i] == gitops.StatusSuperseded
		return history(w.words[i], statuses[i], now) || age <= max(fresh, s.rest()) || arrived && age <= again
	})
}

func (s *Source) recalled(records []record, holds func(int, time.Time) bool) weighed {
	n := len(records)
	w := weighed{facts: make([]told.Fact, n), words: make([]*words, n), at: make([]time.Time, n)}
	for i, r := range records {
		w.facts[i] = told.Fact{Environment: r.Environment, Task: cmp.Or(r.Task, usualTask), Blank: r.Blank}
		if r.ID == 0 {
			continue
		}
		known, at, ok := told.Recall[words](s.memory, r.statuses())
		if !ok {
			continue
		}
		f := &w.facts[i]
		if known.Environment != "" {
			f.Environment = known.Environment
		}
		// That it arrived is a fact, however old.
		f.Reached, f.Arrived = known.Reached, known.Arrived
		if holds(i, at) {
			f.Status, w.words[i], w.at[i] = known.status(), &known, at
			f.Ended = f.Status == gitops.StatusSuperseded
		}
	}
	w.acrossTasks(records, s.opts.Task == "")
	return w
}

// history reports whether a deployment is over, and nothing is expected of it.
func history(w *words, status gitops.Status, now time.Time) bool {
	return w != nil && (status == gitops.StatusSuperseded || status == gitops.StatusFailed || w.State == inactive) &&
		!w.Changed.IsZero() && now.Sub(w.Changed) > over
}

// rests reports whether what is known is good enough not to ask again.
func (s *Source) rests(w *words, at time.Time, status gitops.Status) bool {
	if w == nil {
		return false
	}
	now := s.opts.Now()
	if history(w, status, now) {
		return s.Anonymous() || told.Age(now, at) < again
	}
	return told.Age(now, at) < s.rest()
}

// told gives rows back with what is known of them now.
func (s *Source) told(rows []gitops.Deployment, records []record) []gitops.Deployment {
	w := s.facts(records)
	statuses := told.Settle(w.facts)
	index := make(map[string]int, len(records))
	live := make(map[string]bool)
	for i, r := range records {
		index[r.key()] = i
		if statuses[i] == gitops.StatusLive {
			live[w.facts[i].Environment] = true
		}
	}
	out := slices.Clone(rows)
	for i := range out {
		row := &out[i]
		at, ok := index[row.ID]
		switch {
		case ok && w.words[at] != nil:
			w.words[at].tell(row, statuses[at])
		case row.Status == gitops.StatusLive && live[row.Environment]:
			// What it was before is contradicted by what was just found out.
			row.Status = gitops.StatusUnknown
		}
	}
	return out
}
