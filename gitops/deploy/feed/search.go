package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
)

// find looks for the sources unless that is done, and gives what to wait for.
func (f *Feed) find(urgent bool) chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	again := f.found && urgent && (len(f.idle) > 0 || slices.ContainsFunc(f.lines, func(l *line) bool { return l.trouble.lasting }))
	if f.finding != nil && !again || f.opts.Find == nil {
		if f.finding == nil {
			f.finding = closed()
		}
		return f.finding
	}
	done := make(chan struct{})
	f.finding, f.found = done, false
	if f.life.Err() == nil {
		over := make(chan struct{})
		f.calls[over] = true
		go f.search(done, over)
	} else {
		close(done)
	}
	return done
}

func (f *Feed) search(done, over chan struct{}) {
	began := time.Now()
	got := safely(f.life, f.opts.Deadline, func(ctx context.Context) Found {
		defer f.isOver(over)
		return f.opts.Find(ctx)
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	defer close(done)
	f.found, f.sought = true, time.Since(began)
	if got.err != nil {
		// Credentials that cannot be found in time: the next urgent Refresh looks
		// again.
		t := troubleOf(got.err, f.opts.Deadline, f.opts.Now())
		if errors.Is(got.err, context.DeadlineExceeded) {
			t.text = searchInVain(f.opts.Deadline)
		}
		f.idle = []gitops.SourceState{{Name: anySource, Condition: gitops.SourceIdle, Trouble: t.text, Hint: t.hint}}
		f.touch()
		return
	}
	f.adopt(got.value)
}

// anySource names what is said of all sources, as long as they are not found.
const anySource = "sources"

func searchInVain(wait time.Duration) string {
	return fmt.Sprintf("looking for them and for their tokens did not end within %s", wait)
}

func closed() chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}

// adopt puts the sources that were found in the place of what was known of them
// from the cache or an earlier search. Kept rows of sources that are none any
// more go.
func (f *Feed) adopt(found Found) {
	var lines []*line
	for order, s := range found.Sources {
		name, place := s.Name(), placeOf(s)
		i := slices.IndexFunc(f.lines, func(l *line) bool { return l.name == name && l.place == place })
		var l *line
		if i >= 0 {
			l = f.lines[i]
			f.lines = slices.Delete(f.lines, i, i+1)
		} else {
			l = &line{name: name, place: place}
		}
		// One that answers, or is being asked, goes on as it is.
		if l.source == nil || l.trouble.lasting && l.asking == nil && !l.stuck() {
			l.take(s)
		}
		// Who was not waited for while it was looked for has not been asked, either.
		if l.asking == nil && l.unheard == 0 {
			l.unheard = f.unheard
		}
		l.order = order
		lines = append(lines, l)
	}
	f.lines, f.idle = lines, found.Idle
	f.touch()
}

func placeOf(s deploy.Source) string {
	if p, ok := s.(deploy.Placed); ok {
		return p.Place()
	}
	return ""
}
