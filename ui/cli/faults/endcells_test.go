package faults

import "syscall"

// suddenEnds are ends of the program, and of the machine, while the line to
// the server stands still at a chosen place.
func suddenEnds() []cell {
	killed := func(remote held) want {
		return want{exit: -1, remote: remote, open: "interrupted", localLate: true}
	}
	stopped := want{exit: 1, says: []string{"the push was stopped", "ahead resume"}, remote: nothing, open: "interrupted"}
	var cells []cell
	for _, over := range []string{overGit, overHTTP} {
		cells = append(
			cells,
			cell{fault: "power cut before the server has it", step: "push", over: over, fast: over == overGit, want: killed(nothing), next: resumes, play: ending(packPlace, syscall.SIGKILL)},
			cell{fault: "power cut after the server took it", step: "answer", over: over, fast: over == overGit, want: killed(both), next: resumes, play: ending(answerPlace, syscall.SIGKILL)},
			cell{fault: "SIGTERM before the server has it", step: "push", over: over, want: stopped, next: resumes, play: ending(packPlace, syscall.SIGTERM)},
		)
	}
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP} {
		cells = append(cells, cell{fault: s.String() + " before the server has it", step: "push", over: overGit, want: stopped, next: resumes, play: ending(packPlace, s)})
	}
	stoppedEarly := want{exit: 1, remote: nothing}
	took := want{exit: 0, says: []string{"shipped " + release}, remote: both}
	cells = append(
		cells,
		cell{fault: "SIGTERM after the server took it", step: "answer", over: overGit, want: took, next: finished, play: ending(answerPlace, syscall.SIGTERM)},
		cell{fault: "SIGTERM while it looks", step: "look", over: overGit, want: stoppedEarly, next: ships, play: ending(lookPlace, syscall.SIGTERM)},
		cell{fault: "kill -9 while it looks", step: "look", over: overGit, want: want{exit: -1, remote: nothing}, next: ships, play: ending(lookPlace, syscall.SIGKILL)},
		slowServerLands(), orphanLands(),
		verifying("kill -9 while it asks what arrived", killed(both), resumes, syscall.SIGKILL),
		verifying("SIGTERM while it asks what arrived", took, finished, syscall.SIGTERM),
	)
	for i := range cells {
		if cells[i].mend == nil {
			cells[i].mend = mendLine
		}
	}
	return cells
}

// ending sends the signal while the line stands still at the place. What is
// still on the line never arrives.
func ending(p place, s syscall.Signal) func(w *world) result {
	return func(w *world) result {
		r := w.proxy.strike(p.rule(hold, false))
		running := w.start(w.revert("--yes")...)
		w.run = running
		r.reached(w.t)
		running.signal(s)
		// Only then: a line that breaks first would be another cell.
		<-running.done
		r.sever()
		return running.wait()
	}
}

// slowServerLands: the person gives up while a hook of the server works, the
// remote holds nothing then, and takes it after all a moment later.
func slowServerLands() cell {
	return cell{
		fault: "SIGTERM during a slow pre-receive that then lets it in", step: "take", over: overGit,
		want: want{exit: 1, says: []string{"so far", "a slow server may still take it", "ahead resume"}, remote: nothing, open: "interrupted"},
		next: resumes,
		set:  gated("pre-receive"),
		play: func(w *world) result {
			p := w.start(w.revert("--yes")...)
			w.gate.reached()
			p.signal(syscall.SIGTERM)
			return p.wait()
		},
		mend: func(w *world) {
			after := w.newGate()
			w.origin.Hook("post-receive", after.stop())
			w.gate.open()
			after.reached()
			after.open()
			w.holds(both)
		},
	}
}

// orphanLands kills the program alone: the git that it started goes on.
func orphanLands() cell {
	return cell{
		fault: "kill -9, and git goes on without us", step: "push", over: overGit, next: resumes,
		want: want{exit: -1, remote: both, open: "interrupted", localLate: true},
		play: func(w *world) result {
			w.gate = w.newGate()
			w.origin.Hook("post-receive", w.gate.stop())
			r := w.proxy.strike(packPlace.rule(hold, false))
			running := w.start(w.revert("--yes")...)
			w.run = running
			r.reached(w.t)
			running.signal(syscall.SIGKILL)
			<-running.done
			r.release()
			w.gate.reached()
			w.gate.open()
			return running.wait()
		},
	}
}

// verifying sends the signal while the question what arrived stands still.
func verifying(fault string, wanted want, n next, s syscall.Signal) cell {
	return cell{
		fault: fault, step: "verify", over: overGit, want: wanted, next: n,
		play: func(w *world) result {
			w.gate = w.newGate()
			w.origin.Hook("post-receive", w.gate.stop())
			running := w.start(w.revert("--yes")...)
			w.run = running
			w.gate.reached()
			r := w.proxy.strike(lookPlace.rule(hold, false))
			w.gate.open()
			r.reached(w.t)
			running.signal(s)
			if s == syscall.SIGKILL {
				<-running.done
				r.sever()
				return running.wait()
			}
			r.release()
			return running.wait()
		},
	}
}
