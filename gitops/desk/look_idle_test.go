package desk_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"ahead/gitops/desk"
	"ahead/gitops/gittest"
)

// liveHeap is what is still reachable, in bytes. The second collection frees
// what finalizers and pools held on to.
func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// openFiles counts descriptors, and mapped packs and indexes, below dir; ok is
// false where the system does not tell.
func openFiles(dir string) (files, mapped int, ok bool) {
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0, 0, false
	}
	for _, fd := range fds {
		if target, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(target, dir) {
			files++
		}
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return 0, 0, false
	}
	return files, strings.Count(string(maps), dir), true
}

func openIdle(t *testing.T, dir string) *desk.Desk {
	t.Helper()
	frozen := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	d, err := desk.Open(context.Background(), desk.Options{Dir: dir, Now: func() time.Time { return frozen }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func snapshot(t *testing.T, d *desk.Desk) {
	t.Helper()
	s, err := d.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Commits) == 0 || len(s.Batches) == 0 {
		t.Fatalf("%d commits, %d batches", len(s.Commits), len(s.Batches))
	}
}

// TestAnHourOfIdleLooksDoesNotGrow looks as often as a screen does that is left
// open: every ten seconds, and nothing happens.
func TestAnHourOfIdleLooksDoesNotGrow(t *testing.T) {
	const warm, looks = 40, 360
	dir := generated(t, 1000, tagEvery)
	d := openIdle(t, dir)
	for range warm {
		snapshot(t, d)
	}
	before := liveHeap()
	files, mapped, known := openFiles(dir)
	for range looks {
		snapshot(t, d)
	}
	// A kilobyte a look would be 360; what the runtime keeps varies by less.
	if grown := liveHeap() - before; grown > 200<<10 {
		t.Errorf("%d bytes more are reachable after %d looks", grown, looks)
	}
	if !known {
		return
	}
	if f, m, _ := openFiles(dir); f != files || m != mapped {
		t.Errorf("%d descriptors and %d mappings, before %d and %d", f, m, files, mapped)
	}
}

// TestRepacksDoNotPileUp: every repack brings a new pack and deletes the old
// one, which must not stay mapped for ever.
func TestRepacksDoNotPileUp(t *testing.T) {
	r := gittest.New(t)
	r.Commit("one", map[string]string{"a": "0\n"})
	r.Tag("v1.0.0")
	r.Git("repack", "-adq")
	d := openIdle(t, r.Dir)
	for i := range 30 {
		r.Commit(fmt.Sprintf("change %d", i), map[string]string{"a": fmt.Sprintf("%d\n", i+1)})
		r.Git("repack", "-adq")
		snapshot(t, d)
	}
	files, mapped, known := openFiles(r.Dir)
	if !known {
		t.Skip("this system does not tell what is open")
	}
	if files > 0 || mapped > 24 {
		t.Errorf("%d descriptors and %d mappings after 30 repacks", files, mapped)
	}
}
