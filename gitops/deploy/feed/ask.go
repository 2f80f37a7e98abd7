package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
)

// Bounds on what one source may say.
const (
	longestList = 1000
	// longestText bounds a text of a row, in bytes.
	longestText = 1024
	// mostDetails bounds the rows of one question that want another call each.
	mostDetails = 25
)

// ask asks one source, and its details after that.
func (f *Feed) ask(l *line, done chan struct{}) {
	defer close(done)
	began := time.Now()
	got := call(f, l, l.source.Deployments)
	rows, err := got.value.rows, got.value.err
	if got.err != nil {
		rows, err = nil, got.err
	}
	var remark *deploy.Remark
	if errors.As(err, &remark) {
		rows = bounded(rows, l.name)
	} else if err == nil {
		rows = bounded(rows, l.name)
		rows, err = f.details(l, rows)
	} else if rows = bounded(rows, l.name); len(rows) == 0 || f.hasRows(l) {
		// A list that broke off is better than none, and no better than a whole one.
		rows = nil
	}
	if f.life.Err() != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		l.asking = nil
		return
	}
	f.settle(l, rows, err, time.Since(began))
}

// settle takes over what came of a question, and keeps it.
func (f *Feed) settle(l *line, rows []gitops.Deployment, err error, took time.Duration) {
	var state []byte
	if c, ok := l.source.(deploy.Cacheable); ok && !f.isStuck(l) {
		state = safely(f.life, 0, func(context.Context) []byte { return c.State() }).value
	}
	f.mu.Lock()
	now := f.opts.Now()
	l.askedAt = now
	if rows != nil {
		l.rows, l.answeredAt, l.ours = rows, l.toldAt(now), true
	}
	var remark *deploy.Remark
	switch {
	case err == nil, errors.As(err, &remark):
		l.failures, l.trouble = 0, trouble{}
		l.triedAt, l.took = now, took+f.sought
		if remark != nil {
			l.trouble = trouble{text: sentence(remark.What), hint: sentence(remark.Hint)}
		}
	default:
		l.inVain(now)
		l.failures, l.trouble = l.failures+1, troubleOf(err, l.deadline(f.opts), now)
		if _, timed := l.source.(deploy.Timed); timed && errors.Is(err, context.DeadlineExceeded) {
			l.trouble.hint = fmt.Sprintf("`timeout` below [sources.%s] in your settings gives it longer", l.name)
		}
	}
	keep := entry{
		Name: l.name, Place: l.place, Order: l.order, AnsweredAt: l.answeredAt, TriedAt: l.triedAt, Took: l.took,
		RetryAt: l.trouble.until, Trouble: l.trouble.text, Hint: l.trouble.hint, Rows: l.rows, State: state,
		answered: l.failures == 0,
	}
	f.mu.Unlock()
	// The disk may be slow; the source counts as being asked until it is done.
	f.keep(keep)
	f.mu.Lock()
	defer f.mu.Unlock()
	l.asking, l.unheard = nil, 0
	f.touch()
}

// keep writes an entry, and tells as long as that cannot be.
func (f *Feed) keep(e entry) {
	f.disk.Lock()
	err := writeCache(f.opts.GitDir, f.opts.Sharing, f.key(e.Name), e, f.opts.Now())
	f.disk.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		delete(f.unkept, e.Name)
	} else {
		f.unkept[e.Name] = err.Error()
	}
}

func (f *Feed) hasRows(l *line) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(l.rows) > 0
}

func (f *Feed) isStuck(l *line) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return l.stuck()
}

// details asks for what the rows on the screen want another call for. Where no
// older rows stand, the list is shown before that; else it replaces them when it
// is whole, so that no row loses its status for a moment.
//
// The rows are never nil.
func (f *Feed) details(l *line, rows []gitops.Deployment) ([]gitops.Deployment, error) {
	d, ok := l.source.(deploy.Detailer)
	if !ok || len(rows) == 0 {
		return rows, nil
	}
	f.mu.Lock()
	if len(l.rows) == 0 {
		l.rows, l.answeredAt, l.ours = rows, l.toldAt(f.opts.Now()), true
		f.touch()
	}
	picks := pick(rows, f.shown)
	f.mu.Unlock()
	asked := make([]gitops.Deployment, len(picks))
	for k, i := range picks {
		asked[k] = rows[i]
	}
	got := call(f, l, func(ctx context.Context) ([]gitops.Deployment, error) { return d.Detail(ctx, asked) })
	if got.err != nil {
		return rows, fmt.Errorf("the details of its deployments: %w", got.err)
	}
	out := slices.Clone(rows)
	for k, r := range bounded(got.value.rows, l.name) {
		if k < len(picks) {
			out[picks[k]] = r
		}
	}
	if err := got.value.err; err != nil {
		return out, fmt.Errorf("the details of its deployments: %w", err)
	}
	return out, nil
}

// pick chooses the rows whose details are asked for: those on the screen from
// the top, then the newest.
func pick(rows []gitops.Deployment, shown []gitops.Hash) []int {
	rank := make(map[gitops.Hash]int, len(shown))
	for i, h := range shown {
		if _, there := rank[h]; !there && !h.IsZero() {
			rank[h] = i
		}
	}
	picks := make([]int, len(rows))
	for i := range rows {
		picks[i] = i
	}
	place := func(i int) int {
		if r, there := rank[rows[i].Commit]; there {
			return r
		}
		return len(shown)
	}
	slices.SortStableFunc(picks, func(a, b int) int { return place(a) - place(b) })
	return picks[:min(len(picks), mostDetails)]
}

// bounded is a list as it is kept: no longer than can be looked at, newest
// first, each row under the name of its source. It does not keep rows itself,
// and is never nil.
func bounded(rows []gitops.Deployment, name string) []gitops.Deployment {
	out := append(make([]gitops.Deployment, 0, len(rows)), rows[:min(len(rows), longestList)]...)
	for i := range out {
		d := &out[i]
		d.Source = name
		for _, text := range []*string{&d.ID, &d.Environment, &d.Ref, &d.Tag, &d.Actor, &d.URL} {
			if len(*text) > longestText {
				*text = strings.ToValidUTF8((*text)[:longestText], "")
			}
		}
	}
	return out
}

// outcome is what came of a call; err says that it did not come to an end.
type outcome[T any] struct {
	value T
	err   error
	// returned is closed when the call has returned.
	returned <-chan struct{}
}

type answer struct {
	rows []gitops.Deployment
	err  error
}

// call asks a source within the deadline, and remembers where it does not come
// back from that.
func call(f *Feed, l *line, what func(context.Context) ([]gitops.Deployment, error)) outcome[answer] {
	over := make(chan struct{})
	f.mu.Lock()
	if err := f.life.Err(); err != nil {
		f.mu.Unlock()
		return outcome[answer]{err: err}
	}
	f.calls[over] = true
	f.mu.Unlock()
	got := safely(f.life, l.deadline(f.opts), func(ctx context.Context) answer {
		defer f.isOver(over)
		rows, err := what(ctx)
		return answer{rows, err}
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	l.last = got.returned
	return got
}

func (f *Feed) isOver(call chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.calls, call)
	close(call)
}

// safely runs what is not ours: it ends at the deadline (0 for none) whether or
// not the call does, and a panic in it is an error.
func safely[T any](ctx context.Context, deadline time.Duration, what func(context.Context) T) outcome[T] {
	cancel := context.CancelFunc(func() {})
	if deadline > 0 {
		ctx, cancel = context.WithTimeout(ctx, deadline)
	}
	defer cancel()
	result, returned := make(chan outcome[T], 1), make(chan struct{})
	go func() {
		var out outcome[T]
		defer func() {
			if what := recover(); what != nil {
				out.err = &gitops.Error{Code: gitops.CodeInternal, What: fmt.Sprintf("it broke off inside: %v", what), Hint: "please report it"}
			}
			// First, or whoever has the result may find the call not returned.
			close(returned)
			result <- out
		}()
		out.value = what(ctx)
	}()
	select {
	case out := <-result:
		out.returned = returned
		return out
	case <-ctx.Done():
		return outcome[T]{err: ctx.Err(), returned: returned}
	}
}
