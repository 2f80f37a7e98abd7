package faults

import (
	"fmt"
	"strings"
)

// place is a spot in the traffic between git and a server.
type place struct {
	step   string
	name   string
	marker string
	way    direction
	after  int
}

// The pack is what a push sends; nothing else that goes up holds its mark, and
// what comes down after it is the server's answer.
const packed = "PACK"

var (
	lookPlace   = place{"look", "in the list of refs", fetching, down, 30}
	fetchPlace  = place{"fetch", "in the list of refs", fetching, down, 30}
	reachPlace  = place{"look", "in the list of refs for a push", pushing, down, 60}
	dialPlace   = place{"push", "at its first byte", pushing, up, 0}
	listPlace   = place{"push", "in the list of refs", pushing, down, 60}
	packPlace   = place{"push", "in the pack", packed, up, 40}
	answerPlace = place{"answer", "before the answer", packed, down, 0}
	middlePlace = place{"answer", "in the answer", packed, down, 12}
)

func (p place) rule(a act, gone bool) *rule {
	return &rule{marker: p.marker, way: p.way, after: p.after, act: a, gone: gone}
}

var acts = map[act]string{cut: "line cut", reset: "line reset", truncate: "line half dead", hold: "line stands still"}

// mendLine is the next run's network.
func mendLine(w *world) { w.proxy.mend() }

// striking puts a rule in place before the program starts, or, for steps after
// the question, once it has been asked.
func striking(p place, a act, gone bool) (set func(*world), play func(*world) result) {
	put := func(w *world) { w.proxy.strike(p.rule(a, gone)) }
	if p.step == "fetch" || p.step == "push" && p.marker == pushing {
		return nil, confirmed(put)
	}
	return put, nil
}

func broken(over string, p place, a act, gone bool, w want, n next) cell {
	c := cell{fault: acts[a] + " " + p.name, step: p.step, over: over, want: w, next: n, mend: mendLine}
	if gone {
		c.fault += ", server gone"
	}
	c.set, c.play = striking(p, a, gone)
	return c
}

// brokenLines are connections that end where they should not.
func brokenLines() []cell {
	unreached := want{exit: 1, says: []string{"cannot be reached"}, remote: nothing}
	unpushed := want{exit: 1, says: []string{"cannot be pushed to"}, remote: nothing}
	brokeOff := want{exit: 1, says: []string{"the push broke off", "so far holds nothing of it", "ahead resume"}, remote: nothing, open: "interrupted"}
	unknown := want{exit: 7, says: []string{"did not end well", "cannot be asked", "ahead resume", "git ls-remote"}, remote: nothing, open: "interrupted"}
	arrived := want{exit: 0, says: []string{"it arrived although git could not tell", "shipped " + release}, remote: both}
	unknownBoth := unknown
	unknownBoth.remote, unknownBoth.localLate = both, true

	var cells []cell
	for _, over := range []string{overGit, overHTTP} {
		cells = append(
			cells,
			cell{
				fault: "server gone", step: "look", over: over, want: unreached, next: ships, mend: mendLine,
				set: func(w *world) { w.proxy.down.Store(true) },
			},
			broken(over, lookPlace, cut, false, unreached, ships),
			broken(over, lookPlace, truncate, false, unreached, ships),
			broken(over, reachPlace, cut, false, unpushed, ships),
			broken(over, fetchPlace, reset, false, unreached, ships),
			broken(over, dialPlace, cut, false, brokeOff, resumes),
			broken(over, listPlace, truncate, false, brokeOff, resumes),
			broken(over, packPlace, cut, false, brokeOff, resumes),
			broken(over, packPlace, reset, false, brokeOff, resumes),
			broken(over, packPlace, cut, true, unknown, resumes),
			broken(over, answerPlace, cut, false, arrived, finished),
			broken(over, answerPlace, reset, false, arrived, finished),
			broken(over, middlePlace, truncate, false, arrived, finished),
			broken(over, answerPlace, cut, true, unknownBoth, resumes),
			verifyLost(over),
		)
	}
	cells = append(cells, listLost())
	for i := range cells {
		c := &cells[i]
		if c.over == overHTTP && c.step == "look" && strings.HasSuffix(c.fault, "in the list of refs") {
			c.want.says = nil // git takes a list that breaks off early for an empty one
		}
		cells[i].fast = cells[i].over == overGit && (cells[i].step == "answer" || cells[i].step == "verify")
	}
	return cells
}

// verifyLost takes the server off the net after it took the push, while the
// connection of the push itself still stands.
func verifyLost(over string) cell {
	return cell{
		fault: "server gone after its answer", step: "verify", over: over, mend: mendLine, next: resumes,
		want: want{
			exit: 7, says: []string{"accepted the push and cannot be asked", "ahead resume"}, remote: both,
			open: "interrupted", localLate: true,
		},
		set: func(w *world) {
			w.gate = w.newGate()
			w.origin.Hook("post-receive", w.gate.stop())
		},
		play: func(w *world) result {
			p := w.start(w.revert("--yes")...)
			w.gate.reached()
			w.proxy.down.Store(true)
			w.gate.open()
			return p.wait()
		},
	}
}

// listLost loses the answer to the push, and then cuts every list of refs so
// short that git takes it for an empty one: that is no answer either.
func listLost() cell {
	return cell{
		fault: "no answer, and then a list of refs cut short", step: "answer", over: overHTTP, mend: mendLine, next: resumes,
		want: want{exit: 7, says: []string{"ahead resume"}, remote: both, open: "interrupted", localLate: true},
		play: func(w *world) result {
			r := w.proxy.strike(answerPlace.rule(hold, false))
			p := w.start(w.revert("--yes")...)
			r.reached(w.t)
			w.proxy.strike(lookPlace.rule(cut, false))
			r.sever()
			return p.wait()
		},
	}
}

// slowLines stand still until they are told to go on; nothing is to come of it.
func slowLines() []cell {
	shipped := want{exit: 0, says: []string{"shipped " + release}, remote: both}
	var cells []cell
	for _, over := range []string{overGit, overHTTP} {
		for _, p := range []place{lookPlace, reachPlace, packPlace, answerPlace} {
			cells = append(cells, cell{
				fault: fmt.Sprintf("%s %s, then goes on", acts[hold], p.name), step: p.step, over: over, want: shipped, next: finished,
				play: standing(p),
			})
		}
	}
	return cells
}

// standing lets a line stand still, looks what is there then, and lets it go on.
func standing(p place) func(w *world) result {
	return func(w *world) result {
		r := w.proxy.strike(p.rule(hold, false))
		running := w.start(w.revert("--yes")...)
		r.reached(w.t)
		w.quiet(p)
		r.release()
		return running.wait()
	}
}

// quiet checks that nothing of ours is on the remote while a line stands still
// before the server has all of the pack.
func (w *world) quiet(p place) {
	w.t.Helper()
	if p.step == "answer" {
		w.holds(both)
		return
	}
	w.holds(nothing)
}
