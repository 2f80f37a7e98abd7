package feed

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/forge"
)

// Intervals. None has chance in it: one person's program does not come in herds.
const (
	DefaultDeadline = 25 * time.Second
	DefaultInterval = 30 * time.Second
	// floor is the time between two questions that a person asks for.
	floor = 2 * time.Second
	// The first retry comes after firstRetry, each later one after double, up to
	// longestRetry; what only a person can mend (a token) waits that long at once.
	firstRetry   = 15 * time.Second
	longestRetry = 10 * time.Minute
	// limitPause is the pause after a limit of rate that names no moment.
	limitPause = time.Minute
	// longestWait is the longest one that is believed of a source.
	longestWait = 24 * time.Hour
	// freshFor is how long an answer is fresh when nobody asks again: a little longer
	// than any source spares its server.
	freshFor = 7 * time.Minute
)

// line is one source with what it said. The feed's mu guards it.
type line struct {
	name, place string
	// order is its place among those that are believed.
	order int
	// source is nil for rows of the cache whose source was not looked for yet.
	source deploy.Source
	rows   []gitops.Deployment
	// answeredAt is when rows were told, ours that this was in this process.
	answeredAt time.Time
	ours       bool
	// state is what a Cacheable wants kept, until it has it back.
	kept []byte
	// asking is closed at the end of the question under way; nil for none.
	asking chan struct{}
	// last is a call that was given up and may not have returned yet.
	last <-chan struct{}
	// askedAt is when the last question of this process ended. took is how long the
	// last answer took, the search for sources included, and triedAt when that was;
	// where the last question came to nothing, took is 0, and triedAt when the first
	// one did so in a row.
	askedAt, triedAt time.Time
	took             time.Duration
	// unheard is how long somebody waited in vain for the question under way.
	unheard  time.Duration
	failures int
	trouble  trouble
}

// silent is what has nothing to show: it is kept from an earlier run, and nothing
// came of that.
func (l *line) silent() bool {
	return l.source == nil && l.answeredAt.IsZero() && l.trouble.text == "" && l.unheard == 0
}

// toldAt is when the rows that were just given were told, which a source that
// spares its server knows.
func (l *line) toldAt(now time.Time) time.Time {
	if d, ok := l.source.(deploy.Dated); ok {
		if at := d.ToldAt(); !at.IsZero() && at.Before(now) {
			return at
		}
	}
	return now
}

// deadline is how long a question may take.
func (l *line) deadline(o Options) time.Duration {
	if t, ok := l.source.(deploy.Timed); ok && t.Timeout() > 0 {
		return t.Timeout()
	}
	return o.Deadline
}

// trouble is what went wrong last.
type trouble struct {
	text, hint string
	// until is the moment that the source named for the next question.
	until time.Time
	// lasting is what does not go away by itself.
	lasting bool
}

// take puts a source in its place, and hands it what an earlier one or an earlier
// run kept: what has been asked counts on. What it does not take costs a full
// answer.
func (l *line) take(s deploy.Source) {
	if before, ok := l.source.(deploy.Cacheable); ok {
		l.kept = safely(context.Background(), 0, func(context.Context) []byte { return before.State() }).value
	}
	l.source = s
	if c, ok := l.source.(deploy.Cacheable); ok && len(l.kept) > 0 {
		kept := l.kept
		safely(context.Background(), 0, func(context.Context) error { return c.Restore(kept) })
	}
	l.kept = nil
}

// stuck reports whether a call that was given up has not returned.
func (l *line) stuck() bool {
	if l.last == nil {
		return false
	}
	select {
	case <-l.last:
		l.last = nil
		return false
	default:
		return true
	}
}

// due is when the source may be asked next.
func (l *line) due(o Options, urgent bool) time.Time {
	var due time.Time
	switch {
	case l.askedAt.IsZero(), l.askedAt.After(o.Now()): // the clock was set back
	case urgent:
		due = l.askedAt.Add(min(floor, o.Interval))
	case l.failures == 0:
		due = l.askedAt.Add(o.Interval)
	default:
		due = l.askedAt.Add(retryAfter(l.failures, l.trouble.lasting))
	}
	if l.trouble.until.After(due) {
		return l.trouble.until
	}
	return due
}

func retryAfter(failures int, lasting bool) time.Duration {
	if lasting {
		return longestRetry
	}
	wait := firstRetry
	for range failures - 1 {
		if wait *= 2; wait >= longestRetry {
			return longestRetry
		}
	}
	return wait
}

func (l *line) state(o Options) gitops.SourceState {
	s := gitops.SourceState{
		Name: l.name, Place: l.place, Rows: len(l.rows), AnsweredAt: l.answeredAt,
		Trouble: l.trouble.text, Hint: l.trouble.hint,
	}
	// What an earlier run was told not to ask before counts as failed.
	failed := l.failures > 0 || !l.trouble.until.IsZero()
	switch {
	case l.asking != nil, l.unheard > 0:
		s.Condition = gitops.SourceAsking
	case failed && l.answeredAt.IsZero():
		s.Condition = gitops.SourceFailed
	case l.ours && !failed && o.Now().Sub(l.answeredAt) <= max(freshFor, 2*o.Interval):
		s.Condition = gitops.SourceFresh
	case l.answeredAt.IsZero():
		s.Condition = gitops.SourceAsking
	default:
		s.Condition = gitops.SourceOld
	}
	if failed && !o.Offline {
		s.RetryAt = l.due(o, false)
		s.Held = s.RetryAt.Equal(l.trouble.until)
	}
	if l.unheard > 0 {
		s.Trouble, s.Hint = noAnswer(l.unheard), ""
	}
	return s
}

func noAnswer(wait time.Duration) string { return fmt.Sprintf("no answer within %s", wait) }

// saidLimit bounds, in bytes, what is kept of a sentence about trouble.
const saidLimit = 400

// troubleOf puts an error of a question that had so long into words.
func troubleOf(err error, deadline time.Duration, now time.Time) trouble {
	var t trouble
	var said *gitops.Error
	var wire *forge.Trouble
	var retry deploy.Retrier
	switch {
	case errors.As(err, &said):
		t.text, t.hint = said.Error(), said.Hint
		t.lasting = said.Code == gitops.CodeUsage
	case errors.As(err, &wire):
		t.text, t.hint = wire.Error(), hintOf(wire)
	case errors.Is(err, context.DeadlineExceeded):
		t.text = noAnswer(deadline)
	default:
		t.text = err.Error()
	}
	if errors.As(err, &wire) {
		t.until, t.lasting = wire.Until, lasting(wire.Kind)
		if wire.Kind == forge.Limited && t.until.IsZero() {
			t.until = now.Add(limitPause)
		}
	}
	if errors.As(err, &retry) {
		if until := retry.RetryAt(); !until.IsZero() {
			t.until = until
		}
	}
	if t.until.After(now.Add(longestWait)) {
		t.until = now.Add(longestWait)
	}
	t.text, t.hint = sentence(t.text), sentence(t.hint)
	if t.text == "" {
		t.text = "it does not say what is wrong"
	}
	return t
}

func sentence(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if len(s) > saidLimit {
		s = strings.ToValidUTF8(s[:saidLimit], "") + "…"
	}
	return s
}

func lasting(k forge.TroubleKind) bool {
	switch k {
	case forge.NotAccepted, forge.Forbidden, forge.NotFound, forge.Invalid:
		return true
	}
	return false
}

func hintOf(t *forge.Trouble) string {
	switch t.Kind {
	case forge.NotAccepted:
		if t.Source == "" {
			return "give it a token"
		}
		return "renew the token of " + t.Source
	case forge.Forbidden:
		return "give the token leave to read deployments"
	case forge.NotFound:
		return "check the name, and that the token may see it"
	case forge.Unreached:
		return "check the network"
	}
	// A limit and a fault of the server end by themselves: when it is asked again
	// stands beside it.
	return ""
}
