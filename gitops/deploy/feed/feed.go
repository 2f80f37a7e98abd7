package feed

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/publish/journal"
)

// Options say what is asked and how.
type Options struct {
	// Find gives the sources. It may look for tokens and so take its time: it
	// runs beside everything else, at the first Refresh, and again with an urgent
	// one while a source is idle or in trouble that only a person can mend.
	Find func(context.Context) Found
	// Idle are known without looking to be none that can be asked; what Find finds
	// stands in their place.
	Idle []gitops.SourceState
	// GitDir is the common git directory, below which the cache lies; empty for
	// none.
	GitDir string
	// Sharing says who else has a part in the cache.
	Sharing journal.Sharing
	// Key tells rows apart that are of different remotes, and Scope those that a
	// source of this name gives by different settings; nil for none. What is of
	// another key or scope is not taken from the cache. Both are kept only as a hash.
	Key   string
	Scope func(name string) string
	// Offline asks nobody.
	Offline bool
	// Now is the clock.
	Now func() time.Time
	// Deadline bounds one question, Interval is the time between two; zero means
	// DefaultDeadline and DefaultInterval.
	Deadline, Interval time.Duration
}

// Found are the sources, those first that are believed first, and those that
// cannot be asked as things are.
type Found struct {
	Sources []deploy.Source
	Idle    []gitops.SourceState
}

// Feed is what the sources say, kept. It is safe for concurrent use.
type Feed struct {
	opts Options
	// life ends with Close; what is asked is asked in it, since others may wait
	// for the same answer when one gives up waiting.
	life context.Context
	end  context.CancelFunc

	restore sync.Once

	// disk is held while the cache is written.
	disk sync.Mutex

	mu      sync.Mutex
	lines   []*line
	idle    []gitops.SourceState
	notices []gitops.Notice
	// unkept says why the entries of sources, by name, could not be written.
	unkept  map[string]string
	shown   []gitops.Hash
	version uint64
	// changed is closed at every change, and then another one.
	changed chan struct{}
	// finding is closed when the search for sources is over; nil before the
	// first. found says that one has come to an end.
	finding chan struct{}
	found   bool
	// sought is how long the last search took, unheard how long somebody waited in
	// vain for the one under way.
	sought, unheard time.Duration
	// calls are the questions that have not returned, each closed when it does.
	calls map[chan struct{}]bool
}

// View is what is known at one moment. It is not changed any more.
type View struct {
	// Version goes up with every change, for Wait.
	Version uint64
	// Lists are the rows of each source, in the order in which they are believed,
	// newest first each. Commits may be zero: see deploy.Resolve.
	Lists [][]gitops.Deployment
	// States has one state a source, those that cannot be asked last.
	States []gitops.SourceState
	// Notices are of the cache.
	Notices []gitops.Notice
}

// Rows counts those of all sources.
func (v View) Rows() int {
	n := 0
	for _, list := range v.Lists {
		n += len(list)
	}
	return n
}

// New makes a feed; nothing is read or asked yet.
func New(o Options) *Feed {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Deadline <= 0 {
		o.Deadline = DefaultDeadline
	}
	if o.Interval <= 0 {
		o.Interval = DefaultInterval
	}
	// A reading that counts by the machine's uptime stands still while a laptop
	// sleeps: what was told yesterday would pass for fresh.
	clock := o.Now
	o.Now = func() time.Time { return clock().Round(0) }
	f := &Feed{opts: o, idle: o.Idle, changed: make(chan struct{}), calls: make(map[chan struct{}]bool), unkept: make(map[string]string)}
	f.life, f.end = context.WithCancel(context.Background())
	return f
}

// parting is how long Close waits: a little longer than a program may take to
// clean up. It waits in short steps, of which a machine that stood still takes one:
// what was told to end may need the processor, too.
const (
	parting     = 1500 * time.Millisecond
	partingStep = parting / 15
)

// Close ends what is being asked, and waits until that has ended, so that no
// program which a source runs outlives us. One that does not listen is left to
// itself after a moment, and what it says is thrown away.
func (f *Feed) Close() {
	f.mu.Lock()
	f.end()
	under := slices.Collect(maps.Keys(f.calls))
	f.mu.Unlock()
	left := parting
	for _, returned := range under {
		for ended := false; !ended; {
			select {
			case <-returned:
				ended = true
			case <-time.After(partingStep):
				if left -= partingStep; left <= 0 {
					return
				}
			}
		}
	}
}

// View gives what is known now. The first one reads the disk, no other does
// anything that takes time.
func (f *Feed) View() View {
	f.load()
	f.mu.Lock()
	defer f.mu.Unlock()
	v := View{Version: f.version, Notices: slices.Clone(f.notices)}
	for _, why := range slices.Compact(slices.Sorted(maps.Values(f.unkept))) {
		v.Notices = append(v.Notices, gitops.Notice{Code: "source-cache", Text: "deployments are not kept for offline use: " + why})
	}
	for _, l := range f.lines {
		if l.silent() {
			continue
		}
		v.Lists = append(v.Lists, l.rows)
		v.States = append(v.States, l.state(f.opts))
	}
	v.States = append(v.States, f.idle...)
	return v
}

// load takes over the rows of earlier runs.
func (f *Feed) load() {
	f.restore.Do(func() {
		kept, notices := readCache(f.opts.GitDir, f.key, f.opts.Now())
		f.mu.Lock()
		defer f.mu.Unlock()
		f.lines, f.notices = kept, notices
	})
}

// Wait returns when the version is another one than seen, with that version. Its
// error is that of ctx.
func (f *Feed) Wait(ctx context.Context, seen uint64) (uint64, error) {
	for {
		f.mu.Lock()
		version, changed := f.version, f.changed
		f.mu.Unlock()
		if version != seen {
			return version, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return version, ctx.Err()
		case <-f.life.Done():
			// Nothing will change any more.
			<-ctx.Done()
			return version, ctx.Err()
		}
	}
}

// touch tells those who wait of a change; mu is held.
func (f *Feed) touch() {
	f.version++
	close(f.changed)
	f.changed = make(chan struct{})
}

// Show says which commits are on the screen, from the top: details of their rows
// are asked for first, with the next question.
func (f *Feed) Show(commits []gitops.Hash) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shown = slices.Clone(commits)
}

// Due is when the next source wants to be asked; zero where none does, as before
// the first Refresh. It is in the past while nobody asks.
func (f *Feed) Due() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	var first time.Time
	if f.opts.Offline {
		return first
	}
	for _, l := range f.lines {
		if l.source == nil || l.asking != nil {
			continue
		}
		due := l.due(f.opts, false)
		if l.stuck() {
			// It is not asked before it comes back; looking whether it has is enough now
			// and then.
			due = f.opts.Now().Add(firstRetry)
		}
		if first.IsZero() || due.Before(first) {
			first = due
		}
	}
	return first
}

// Refresh asks the sources that are due and waits until they have answered or
// failed, each bounded by its deadline; what is being asked already is waited
// for, not asked twice. An urgent question, one that a person asks for, goes
// before our own intervals, never before a moment that a source named. Its error
// is that of ctx: a source's trouble is in its state.
func (f *Feed) Refresh(ctx context.Context, urgent bool) error {
	f.load()
	if f.opts.Offline {
		return ctx.Err()
	}
	select {
	case <-f.find(urgent):
	case <-ctx.Done():
		return ctx.Err()
	}
	for _, w := range f.askDue(urgent) {
		select {
		case <-w.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// waiting is a question under way: done is closed at its end, patience is how
// long an answer is worth waiting for.
type waiting struct {
	line     *line
	done     chan struct{}
	patience time.Duration
}

// askDue starts a question to every source that is due, and gives what to wait
// for.
func (f *Feed) askDue(urgent bool) []waiting {
	f.mu.Lock()
	defer f.mu.Unlock()
	var waits []waiting
	now, started := f.opts.Now(), false
	for _, l := range f.lines {
		if l.source == nil {
			continue
		}
		if l.asking == nil && !l.stuck() && !l.due(f.opts, urgent).After(now) && f.life.Err() == nil {
			l.asking, started = make(chan struct{}), true
			go f.ask(l, l.asking)
		}
		if l.asking != nil {
			waits = append(waits, waiting{l, l.asking, l.patience(f.opts, f.sought)})
		}
	}
	if started {
		f.touch()
	}
	return waits
}
