package faults

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

// cell is one square of the matrix: a fault, the step at which it strikes, and
// the road to the remote.
type cell struct {
	fault string
	// step is where it strikes: look (planning, before anybody is asked),
	// confirm, preflight, fetch, tip, check, objects, commit, push (until the
	// server has it all), take (the server at work), answer (after it took it),
	// verify, local, and always for faults that are there all the time.
	step string
	over string
	// fast cells are played by a plain go test.
	fast bool
	// set puts the fault in place.
	set func(w *world)
	// play runs the program; nil is one revert that does not ask.
	play func(w *world) result
	want want
	// mend takes the fault away, before the next run.
	mend func(w *world)
	next next
	// known says why this cell fails today; it is skipped with that, but where
	// AHEAD_FAULTS=known asks whether it still does.
	known string
}

// want is what the first run has to come to.
type want struct {
	exit int
	// says are texts that a person has to see.
	says []string
	// remote is what of ours the remote holds afterwards.
	remote held
	// open is the state of the run that the journal has open, empty for none.
	open string
	// localLate says that the local refs did not follow, and the words say so.
	localLate bool
}

// held is how much of ours the remote holds.
type held string

const (
	nothing    held = "nothing"
	both       held = "branch and tag"
	branchOnly held = "branch only"
	tagOnly    held = "tag only"
)

// next is what the run after the fault has to do.
type next string

const (
	// ships: the same command ships now.
	ships next = "ships"
	// finished: the same command says that it is reverted already.
	finished next = "finished"
	// resumes: a new run says that one has not ended, resume carries it on to
	// its end, and the remote then holds both.
	resumes next = "resumes"
	// closes: a new run says that one has not ended; resume has nothing to
	// carry on, and closes it.
	closes next = "closes"
	// stays: the fault cannot be taken away; nothing more is asked.
	stays next = "stays"
)

// The roads.
const (
	overFile = "file"
	overGit  = "git"
	overHTTP = "http"
	overSSH  = "ssh"
)

// matrix is all cells, a file for each kind of fault.
func matrix() []cell {
	var all []cell
	for _, of := range [][]cell{
		brokenLines(), slowLines(), webCells(), sshCells(), hookCells(), serverCells(), localCells(), addressCells(), colleagueCells(), suddenEnds(),
	} {
		all = append(all, of...)
	}
	return all
}

var every = flag.Bool("faults", false, "play every cell of the matrix, not only the fast ones")

func playsAll() bool { return *every || os.Getenv("AHEAD_FAULTS") == "all" }

func (c cell) name() string {
	return strings.ReplaceAll(fmt.Sprintf("%s/%s/%s", c.step, c.over, c.fault), " ", "_")
}

func TestMatrix(t *testing.T) {
	for _, c := range matrix() {
		t.Run(c.name(), func(t *testing.T) {
			switch mended := os.Getenv("AHEAD_FAULTS") == "known"; {
			case mended && c.known == "":
				t.Skip("not a cell that is known to fail")
			case mended:
			case c.known != "":
				t.Skip("known: " + c.known)
			case !c.fast && !playsAll():
				t.Skip("not one of the fast cells; AHEAD_FAULTS=all plays it")
			}
			t.Parallel()
			c.run(t)
		})
	}
}

// TestMatrixIsWhole holds the matrix to its size and its spread, and prints it.
func TestMatrixIsWhole(t *testing.T) {
	steps, roads, names := map[string]int{}, map[string]int{}, map[string]bool{}
	known := 0
	for _, c := range matrix() {
		if names[c.name()] {
			t.Errorf("two cells are called %s", c.name())
		}
		names[c.name()] = true
		if c.known != "" {
			known++
		}
		steps[c.step]++
		roads[c.over]++
	}
	if len(names)-known < 60 {
		t.Errorf("%d cells that can fail, want at least 60", len(names)-known)
	}
	for _, step := range []string{"look", "confirm", "fetch", "push", "take", "answer", "verify", "local"} {
		if steps[step] == 0 {
			t.Errorf("no cell strikes at the step %s", step)
		}
	}
	for _, road := range []string{overFile, overGit, overHTTP, overSSH} {
		if roads[road] == 0 {
			t.Errorf("no cell takes the road over %s", road)
		}
	}
	t.Logf("%d cells, %d known to fail; by step %v; by road %v", len(names), known, steps, roads)
}

// run plays a cell to its end.
func (c cell) run(t *testing.T) {
	w := newWorld(t)
	switch c.over {
	case overGit:
		w.overDaemon()
	case overHTTP:
		w.overWeb()
	case overSSH:
		w.overSSH()
	}
	w.base = refs(w.origin.Repo)
	if c.set != nil {
		c.set(w)
	}
	if w.untouched == "" {
		w.untouched = w.checkout()
	}
	var r result
	if c.play != nil {
		r = c.play(w)
	} else {
		r = w.ahead(w.revert("--yes")...)
	}
	c.check(w, r)
	if t.Failed() {
		t.Logf("exit %d (%v)\n%s", r.exit, r.by, r.said())
		return
	}
	if c.mend != nil {
		c.mend(w)
	}
	c.afterwards(w)
}

// check holds the first run to what the cell wants.
func (c cell) check(w *world, r result) {
	w.t.Helper()
	if r.exit != c.want.exit {
		w.t.Errorf("exit %d, want %d", r.exit, c.want.exit)
	}
	for _, text := range c.want.says {
		if !strings.Contains(r.said(), text) {
			w.t.Errorf("the words %q are missing", text)
		}
	}
	if r.exit > 0 && !sentence.MatchString(r.err) {
		w.t.Errorf("no sentence says what is wrong and what to do")
	}
	w.holds(c.want.remote)
	w.localHolds(c.want.remote, c.want.localLate)
	w.sound()
	w.opens(c.want.open)
}

// afterwards holds the next run to what the cell wants of it, and the remote
// to what it has then.
func (c cell) afterwards(w *world) {
	w.t.Helper()
	if c.next == stays {
		return
	}
	if c.next == resumes || c.next == closes {
		// What has arrived is reverted already, whatever is open.
		if refs(w.origin.Repo)["refs/heads/"+branch] == w.base["refs/heads/"+branch] {
			w.unfinished()
		}
		w.resume(c.next)
	}
	again := w.ahead(w.revert("--yes")...)
	switch {
	case c.next == ships || c.next == closes:
		if again.exit != 0 {
			w.t.Fatalf("the next run: exit %d\n%s", again.exit, again.said())
		}
	case again.exit != 4:
		w.t.Fatalf("the next run: exit %d, want 4, since it is reverted already\n%s", again.exit, again.said())
	}
	w.holds(both)
	w.localHolds(both, false)
	w.sound()
	w.opens("")
}
