package faults

import (
	"os"
	"path/filepath"
	"strings"
)

// setting changes the server's configuration, and mending takes it back.
func setting(key, value string) (set, mend func(*world)) {
	return func(w *world) { w.origin.Git("config", key, value) },
		func(w *world) { w.origin.Git("config", "--unset", key) }
}

// serverCells are servers that are set up, or broken, in some way.
func serverCells() []cell {
	shipped := want{exit: 0, says: []string{"shipped " + release}, remote: both}
	var cells []cell
	for key, value := range map[string]string{
		"receive.denyNonFastForwards": "true", "receive.denyDeletes": "true", "receive.fsckObjects": "true",
		"transfer.advertiseSID": "true", "receive.unpackLimit": "1", "protocol.version": "0",
	} {
		set, mend := setting(key, value)
		cells = append(cells, cell{fault: key + "=" + value, step: "always", over: overFile, want: shipped, next: finished, set: set, mend: mend})
	}
	tooLarge, allowed := setting("receive.maxInputSize", "10")
	hidden, seen := setting("receive.hideRefs", "refs/tags")
	cells = append(
		cells,
		cell{fault: "a pack that is too large", step: "take", over: overFile, want: want{exit: 6, says: []string{"maximum allowed size"}, remote: nothing}, next: ships, set: tooLarge, mend: allowed},
		cell{fault: "tags are hidden from pushes", step: "take", over: overFile, want: want{exit: 7, says: []string{"took one of two", "ahead resume"}, remote: branchOnly, open: "interrupted", localLate: true}, next: resumes, set: hidden, mend: seen},
		cell{
			fault: "the branch is checked out there", step: "take", over: overFile, want: want{exit: 6, says: []string{"rejected the push"}, remote: nothing}, next: ships,
			set: func(w *world) { w.origin.Git("config", "core.bare", "false") }, mend: func(w *world) { w.origin.Git("config", "core.bare", "true") },
		},
		unwritable(overGit), fullDisk(), lockedRef(), brokenServer(),
	)
	for _, over := range []string{overFile, overHTTP, overSSH} {
		set, mend := setting("receive.advertiseAtomic", "false")
		cells = append(cells, cell{
			fault: "no atomic push: branch first, then the tag", step: "always", over: over, fast: over == overFile,
			want: want{exit: 0, says: []string{"shipped " + release}, remote: both}, next: finished, set: set, mend: mend,
		})
	}
	set, mend := setting("receive.advertiseAtomic", "false")
	return append(cells, cell{
		fault: "no atomic push, and the tag is refused", step: "take", over: overFile,
		want: want{exit: 6, says: []string{"holds the commit", "the tag " + release + " is lacking", "ahead resume"}, remote: branchOnly, open: "interrupted"}, next: resumes,
		set: func(w *world) {
			set(w)
			w.origin.Hook("update", "case $1 in refs/tags/*) echo no tags today >&2; exit 1;; esac")
		},
		mend: func(w *world) { mend(w); mendHooksAnew(w) },
	})
}

// unwritable is a server that may not write into its own repository.
func unwritable(over string) cell {
	return cell{
		fault: "a repository that cannot be written", step: "take", over: over, want: want{exit: 6, says: []string{"rejected the push"}, remote: nothing}, next: ships,
		set: func(w *world) {
			w.modes(w.origin.Dir, 0o555)
			w.t.Cleanup(func() { w.modes(w.origin.Dir, 0o755) })
			heeds := w.heedingModes
			w.serverWrap.Store(&heeds)
		},
		mend: func(w *world) { w.modes(w.origin.Dir, 0o755) },
	}
}

// fullDisk is a server whose files cannot grow: writing fails as on a full
// disk, where the signal that goes with it is ignored.
func fullDisk() cell {
	return cell{
		fault: "a full disk", step: "take", over: overFile, want: want{exit: 6, remote: nothing}, next: ships,
		set: func(w *world) {
			script := w.write(w.room("receive"), "#!/bin/sh\ntrap '' XFSZ\nulimit -f 0\nexec git-receive-pack \"$@\"\n")
			w.mine.Git("config", "remote.origin.receivepack", script)
		},
		mend: func(w *world) {
			w.mine.Git("config", "--unset", "remote.origin.receivepack")
			w.untouched = w.checkout()
		},
	}
}

// lockedRef is a server on which another git holds the branch.
func lockedRef() cell {
	lock := func(w *world) string { return filepath.Join(w.origin.Dir, "refs", "heads", branch+".lock") }
	return cell{
		fault: "another git holds the branch", step: "take", over: overFile, want: want{exit: 6, says: []string{"rejected the push"}, remote: nothing}, next: ships,
		set:  func(w *world) { w.write(lock(w), "") },
		mend: func(w *world) { w.must(os.Remove(lock(w))) },
	}
}

// brokenServer has lost the objects of its own branch.
func brokenServer() cell {
	away := func(w *world) (string, string) {
		return filepath.Join(w.origin.Dir, "objects"), filepath.Join(w.origin.Dir, "objects.away")
	}
	return cell{
		fault: "a server without its objects", step: "take", over: overGit, want: want{exit: 6, says: []string{"rejected the push", "unpack"}, remote: nothing}, next: ships,
		play: func(w *world) result {
			from, to := away(w)
			w.must(os.Rename(from, to))
			w.must(os.MkdirAll(filepath.Join(from, "pack"), 0o755))
			r := w.ahead(w.revert("--yes")...)
			w.must(os.RemoveAll(from))
			w.must(os.Rename(to, from))
			if strings.Contains(r.said(), "shipped") {
				w.t.Error("it shipped to a server without objects")
			}
			return r
		},
	}
}
