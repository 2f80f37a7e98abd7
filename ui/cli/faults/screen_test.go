package faults

import (
	"testing"
)

// TestTheLineDropsOnTheScreen cuts the line of a push and takes the server off
// the net: before anything could arrive, and after all of it did. The screen
// says that it does not know, does not know more when it is asked in vain, and
// says what is there once the server answers; the next start begins with it, and
// goes on to the same end.
func TestTheLineDropsOnTheScreen(t *testing.T) {
	for name, c := range map[string]struct {
		at       place
		cols     int
		rows     int
		holds    []string
		arrived  bool
		confirms bool
	}{
		"in the pack": {
			at: packPlace, cols: 100, rows: 30, holds: []string{"origin holds nothing of it", "c: Pushes the commit"}, confirms: true,
		},
		"before the answer": {
			at: answerPlace, cols: 60, rows: 16, holds: []string{"all that was to arrive is there", "c: Brings the local refs along"}, arrived: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.overDaemon()
			before := refs(w.origin.Repo)
			w.proxy.strike(c.at.rule(cut, true))

			d := w.show(c.cols, c.rows)
			d.ships()
			d.see("OUTCOME UNKNOWN", "it is not known whether it shipped", "r ask again")
			w.opens("interrupted")
			d.press("r")
			d.see("AN EARLIER RUN WAS BROKEN OFF", "cannot be asked")
			if now := refs(w.origin.Repo); (len(now) > len(before)) != c.arrived {
				t.Errorf("the remote holds %v", now)
			}
			w.proxy.mend()
			d.press("r")
			d.see(c.holds...)
			// Later is a choice, too; the next start begins with it.
			d.press(escape)
			d.see("broken off at the step push", "COMMITS in")
			d.leave()
			w.opens("interrupted")

			d = w.show(c.cols, c.rows)
			d.see("AN EARLIER RUN WAS BROKEN OFF")
			d.see(c.holds...)
			d.press("c")
			if c.confirms {
				d.see("CARRY ON WITH THIS?", "▸")
				d.press(release)
				d.see("✓ enter")
				d.press(enter)
			}
			d.see("SHIPPED "+release, "verify")
			d.leave()
			w.opens("")
			held := refs(w.origin.Repo)
			if len(held) != len(before)+1 || held["refs/heads/"+branch] == before["refs/heads/"+branch] || held["refs/tags/"+release] == "" {
				t.Errorf("the remote holds %v", held)
			}
			if got := w.origin.Git("rev-parse", release+"^{commit}"); got != held["refs/heads/"+branch] {
				t.Errorf("the tag is on %s", got)
			}
		})
	}
}
