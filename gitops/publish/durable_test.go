package publish

import (
	"os"
	"strings"
	"testing"
)

// TestWritesAreDurable: every command of a publication that adds an object or
// moves a ref is told to fsync it, whatever the repository's own setting.
func TestWritesAreDurable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Git("config", "core.fsync", "none")
	trace := w.mine.Path("..", "seen")
	script := w.mine.Path("..", "git")
	write(t, script, "#!/bin/sh\necho \"$1 $(git config core.fsync)\" >> "+trace+"\nexec git \"$@\"\n", 0o755)
	g := w.git(w.mine, func(o *Options) { o.Program = script })
	w.ship(g, w.plan(w.bad))
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		command, fsync, _ := strings.Cut(line, " ")
		if writing[command] {
			seen[command] = true
			if fsync != "committed,reference" {
				t.Errorf("git %s runs with core.fsync %q", command, fsync)
			}
		}
	}
	for _, command := range []string{"unpack-objects", "commit-tree", "tag", "fetch", "push", "update-ref"} {
		if !seen[command] {
			t.Errorf("git %s was not run\n%s", command, text)
		}
	}
}
