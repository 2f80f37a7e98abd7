package faults

import (
	"os"
	"strings"
)

// config changes the person's repository's configuration, which is a part of
// the checkout that must stay as it is from then on.
func config(args ...string) func(*world) {
	return func(w *world) {
		for i, a := range args {
			args[i] = strings.ReplaceAll(a, "ORIGIN", "file://"+w.origin.Dir)
		}
		w.mine.Git(append([]string{"config"}, args...)...)
	}
}

// addressCells are remotes with more than one address, and more than one remote.
func addressCells() []cell {
	shipped := want{exit: 0, says: []string{"shipped " + release}, remote: both}
	cells := []cell{
		{
			fault: "two push addresses", step: "preflight", fast: true, want: want{exit: 5, says: []string{"is pushed to 2 addresses", "--remote NAME"}, remote: nothing}, next: ships,
			set: func(w *world) {
				w.mine.Git("config", "--add", "remote.origin.pushurl", "file://"+w.origin.Dir)
				w.mine.Git("config", "--add", "remote.origin.pushurl", "file:///nowhere/at/all")
			},
			mend: func(w *world) {
				w.mine.Git("config", "--unset-all", "remote.origin.pushurl")
				w.untouched = w.checkout()
			},
		},
		{fault: "pushInsteadOf to the same place", step: "always", want: shipped, next: finished, set: func(w *world) {
			w.mine.Git("config", "url."+w.origin.Dir+".pushInsteadOf", "file://"+w.origin.Dir)
		}},
		{
			fault: "pushInsteadOf to nowhere", step: "look", want: want{exit: 1, says: []string{"cannot be"}, remote: nothing}, next: ships,
			set: config("url.file:///nowhere/.pushInsteadOf", "file:///"),
			mend: func(w *world) {
				w.mine.Git("config", "--remove-section", "url.file:///nowhere/")
				w.untouched = w.checkout()
			},
		},
		{fault: "pushInsteadOf to a place that is behind", step: "tip", want: want{exit: 6, says: []string{"moved on origin"}, remote: nothing}, next: stays, set: func(w *world) {
			behind := w.room("behind.git")
			w.mine.Git("clone", "-q", "--bare", w.origin.Dir, behind)
			w.mine.At(behind).Git("update-ref", "refs/heads/main", w.suspect)
			w.mine.Git("config", "url.file://"+behind+".pushInsteadOf", "file://"+w.origin.Dir)
		}},
		{
			fault: "origin is a fork, upstream is production", step: "always", fast: true, want: shipped, next: stays,
			set: func(w *world) {
				fork := w.room("fork.git")
				w.mine.Git("clone", "-q", "--bare", w.origin.Dir, fork)
				w.mine.Git("remote", "rename", "origin", "upstream")
				w.mine.Git("remote", "add", "origin", "file://"+fork)
				w.mine.Git("fetch", "-q", "origin")
				w.mine.Git("config", "remote.pushDefault", "origin")
			},
			play: func(w *world) result {
				before := refs(w.mine.At(w.room("fork.git")))
				r := w.ahead(w.revert("--yes", "--remote", "upstream")...)
				if now := refs(w.mine.At(w.room("fork.git"))); len(changed(before, now)) > 0 {
					w.t.Errorf("the fork was changed: %v", changed(before, now))
				}
				return r
			},
		},
		{fault: "a remote that mirrors", step: "always", want: shipped, next: finished, set: config("remote.origin.mirror", "true")},
		{fault: "push.followTags and tags of one's own", step: "always", want: shipped, next: finished, set: func(w *world) {
			w.mine.Git("config", "push.followTags", "true")
			w.mine.Git("tag", "-a", "-m", "mine", "wip-1", "HEAD")
			w.own = "refs/tags/wip-1"
		}},
		{fault: "unpushed commits of one's own", step: "always", want: shipped, next: finished, set: func(w *world) {
			w.mine.Commit("Half done\n", map[string]string{"app/wip.go": "wip\n"})
			w.must(os.WriteFile(w.mine.Path("README"), []byte("dirty\n"), 0o644))
		}},
		{fault: "pruning is configured", step: "always", want: shipped, next: finished, set: func(w *world) {
			w.mine.Git("config", "fetch.prune", "true")
			w.mine.Git("config", "fetch.pruneTags", "true")
		}},
	}
	for i := range cells {
		cells[i].over = overFile
	}
	return cells
}
