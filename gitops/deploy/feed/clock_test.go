package feed

import (
	"testing"
	"time"

	"ahead/gitops"
)

func TestTheClockOfTheWallCounts(t *testing.T) {
	// The machine's own reading stands still while it sleeps.
	f, _ := open(t, Options{Now: time.Now}, says("s", row(1)))
	at := stateOf(t, refresh(t, f, false), "s").AnsweredAt
	if at != at.Round(0) {
		t.Errorf("%s counts by the machine's uptime", at)
	}
}

func TestAClockThatWasSetBackKeepsNobodyWaiting(t *testing.T) {
	s := says("s", row(1))
	f, c := open(t, Options{}, s)
	refresh(t, f, false)
	c.pass(-5 * time.Hour)
	if due := f.Due(); due.After(c.Now()) {
		t.Errorf("due %s", due)
	}
	if refresh(t, f, false); s.count() != 2 {
		t.Errorf("asked %d times", s.count())
	}
}

// dated is a source that was told its rows a while ago.
type dated struct {
	*fake
	at time.Time
}

func (d *dated) ToldAt() time.Time { return d.at }

func TestRowsAreAsOldAsTheyAre(t *testing.T) {
	s := &dated{fake: says("s", row(1))}
	f, c := open(t, Options{}, s)
	for _, told := range []time.Time{noon.Add(-4 * time.Minute), noon.Add(-time.Hour), {}, noon.Add(time.Hour)} {
		s.at = told
		want, condition := told, gitops.SourceFresh
		switch {
		case told.IsZero(), told.After(c.Now()):
			want = c.Now()
		case c.Now().Sub(told) > freshFor:
			condition = gitops.SourceOld
		}
		if got := stateOf(t, refresh(t, f, false), "s"); !got.AnsweredAt.Equal(want) || got.Condition != condition {
			t.Errorf("told at %s: %+v", told, got)
		}
		c.pass(time.Minute)
	}
}
