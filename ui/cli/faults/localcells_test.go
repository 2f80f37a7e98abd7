package faults

import (
	"os"
	"path/filepath"
)

// inGit is a path inside the person's git directory.
func (w *world) inGit(path string) string {
	return filepath.Join(w.mine.GitDir(), filepath.FromSlash(path))
}

// lockFile is the lock of another git, held all the while.
func lockFile(path string) (set, mend func(*world)) {
	return func(w *world) { w.write(w.inGit(path), "") },
		func(w *world) { w.must(os.Remove(w.inGit(path))); w.untouched = w.checkout() }
}

// localCells are what can be wrong in the person's own repository and machine.
func localCells() []cell {
	shipped := func(says ...string) want { return want{exit: 0, says: append(says, "shipped "+release), remote: both} }
	var cells []cell
	for _, path := range []string{"index.lock", "packed-refs.lock", "HEAD.lock", "config.lock", "shallow.lock"} {
		set, mend := lockFile(path)
		cells = append(cells, cell{fault: path + " of another git", step: "always", want: shipped(), next: finished, set: set, mend: mend})
	}
	tracking, free := lockFile("refs/remotes/origin/main.lock")
	tag, tagFree := lockFile("refs/tags/v1.1.1.lock")
	late := shipped()
	late.localLate = true
	cells = append(
		cells,
		cell{fault: "the remote-tracking branch is locked", step: "local", want: shipped(), next: finished, set: tracking, mend: free},
		cell{fault: "the tag is locked", step: "local", fast: true, want: late, next: finished, set: tag, mend: tagFree},
		cell{fault: "a repack runs meanwhile", step: "push", want: shipped(), next: finished, set: func(w *world) {
			w.may = []string{".git/refs", ".git/info"}
			w.mine.Hook("pre-push", "unset GIT_DIR; git repack -q -a -d -f && git pack-refs --all --prune")
		}},
		cell{fault: "the new objects are pruned before the push", step: "push", want: want{exit: 6, says: []string{"nothing was pushed"}, remote: nothing}, next: ships, set: ownHook("pre-push", "unset GIT_DIR; git prune --expire=now"), mend: mendHooksAnew},
		cell{fault: "a full disk", step: "preflight", fast: true, want: want{exit: 1, says: []string{"nothing"}, remote: nothing}, next: ships, set: func(w *world) { w.wrap = limited("0") }, mend: func(w *world) { w.wrap = nil }},
		cell{fault: "no git on the machine", step: "look", want: want{exit: 1, says: []string{"git was not found", "install git"}, remote: nothing}, next: ships, play: func(w *world) result {
			w.extra = append(w.extra, "PATH="+w.room("empty"))
			r := w.ahead(w.revert("--yes")...)
			w.extra = nil
			return r
		}},
		cell{fault: "no identity", step: "preflight", want: want{exit: 1, says: []string{"git does not know who you are"}, remote: nothing}, next: ships, set: func(w *world) {
			w.extra = append(w.extra, "GIT_AUTHOR_NAME=", "GIT_COMMITTER_NAME=", "GIT_AUTHOR_EMAIL=", "GIT_COMMITTER_EMAIL=")
			w.ownSetting("user.useConfigOnly", "true")
		}, mend: func(w *world) { w.extra = nil }},
		readOnlyObjects(),
		cell{fault: "another run of ours is under way", step: "preflight", fast: true, want: want{exit: 1, says: []string{"has been publishing", "wait until it is done"}, remote: nothing, open: "under-way"}, next: finished, set: func(w *world) {
			w.gate = w.newGate()
			w.origin.Hook("pre-receive", w.gate.stop())
			w.run = w.start(w.revert("--yes")...)
			w.gate.reached()
		}, mend: func(w *world) {
			w.gate.open()
			if r := w.run.wait(); r.exit != 0 {
				w.t.Errorf("the first run: exit %d\n%s", r.exit, r.said())
			}
		}},
	)
	for i := range cells {
		cells[i].over = overFile
		if cells[i].mend == nil {
			cells[i].mend = mendHooksAnew
		}
	}
	return cells
}

// limited starts the program where no file can grow beyond some blocks, as on a
// full disk.
func limited(blocks string) func([]string) []string {
	return func(argv []string) []string {
		return append([]string{"sh", "-c", "trap '' XFSZ; ulimit -f " + blocks + `; exec "$@"`, "sh"}, argv...)
	}
}

// readOnlyObjects is a repository whose objects cannot be added to.
func readOnlyObjects() cell {
	return cell{
		fault: "objects that cannot be written", step: "objects", want: want{exit: 1, says: []string{"nothing was pushed"}, remote: nothing}, next: ships,
		set: func(w *world) {
			w.modes(w.inGit("objects"), 0o555)
			w.t.Cleanup(func() { w.modes(w.inGit("objects"), 0o755) })
			w.wrap = w.heedingModes
		},
		mend: func(w *world) { w.modes(w.inGit("objects"), 0o755); w.wrap = nil },
	}
}
