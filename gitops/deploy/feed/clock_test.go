package feed

import (
	"testing"
	"time"
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
