package faults

import (
	"os"
	"strings"
)

// ownSetting puts a setting into the person's own configuration of git, which
// is a file of this world.
func (w *world) ownSetting(key, value string) {
	w.t.Helper()
	path := w.room("gitconfig")
	w.mine.Git("config", "--file", path, "--add", key, value)
	for _, kv := range w.extra {
		if strings.HasPrefix(kv, "GIT_CONFIG_GLOBAL=") {
			return
		}
	}
	if _, err := os.Stat(path); err != nil {
		w.t.Fatal(err)
	}
	w.extra = append(w.extra, "GIT_CONFIG_GLOBAL="+path)
}
