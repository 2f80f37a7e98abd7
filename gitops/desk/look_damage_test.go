package desk_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"ahead/gitops/gittest"
	"ahead/gitops/repo"
)

// TestADamagedTagIsToldThoughItsBeginningIsWhole: dates come from the beginnings
// of tags, but a tag that is shown is read whole.
func TestADamagedTagIsToldThoughItsBeginningIsWhole(t *testing.T) {
	r := gittest.New(t)
	r.Commit("one", map[string]string{"a": "1\n"})
	tag := r.AnnotatedTag("v1.0.0")
	r.Git("repack", "-adq")
	packs, err := filepath.Glob(r.Path(".git", "objects", "pack", "*.pack"))
	if err != nil || len(packs) != 1 {
		t.Fatal(packs, err)
	}
	data, err := os.ReadFile(packs[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(r.Git("verify-pack", "-v", packs[0]), "\n") {
		f := strings.Fields(line)
		if len(f) < 5 || f[0] != r.Rev("v1.0.0").String() || f[1] != "tag" {
			continue
		}
		size, _ := strconv.Atoi(f[3])
		offset, _ := strconv.Atoi(f[4])
		data[offset+size-1] ^= 0xff // the end of the checksum
	}
	if err := os.Remove(packs[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(packs[0], data, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := openIdle(t, r.Dir).Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range s.Notices {
		if n.Code == repo.NoticeTagUnreadable {
			return
		}
	}
	t.Errorf("nothing is said of the damaged tag %s: %+v", tag, s.Notices)
}
