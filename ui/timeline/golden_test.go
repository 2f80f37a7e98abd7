package timeline_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/term"
	"ahead/ui/timeline"

	"github.com/charmbracelet/x/ansi"
)

var update = flag.Bool("update", false, "rewrite the golden frames")

func golden(t *testing.T, name string, m timeline.Model, width, height int) {
	t.Helper()
	frame := m.View(width, height)
	if err := term.CheckFrame(frame, width, height); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	got := ansi.Strip(frame) + "\n"
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from its golden frame (-update rewrites it):\n%s", name, got)
	}
}

func TestGoldenFrames(t *testing.T) {
	for _, size := range [][2]int{{60, 12}, {80, 20}, {100, 26}, {200, 46}} {
		w, h := size[0], size[1]
		golden(t, fmt.Sprintf("timeline-%dx%d", w, h), ready(w, h), w, h)
	}
	m, _ := ready(100, 26).Act(keys.Filter)
	golden(t, "filtering", typed(m, "rnd"), 100, 26)
	golden(t, "filtered", typed(m, "round"), 100, 26)
	m, _ = ready(100, 26).Act(keys.Select)
	m, _ = m.Act(keys.Select)
	m, _ = m.Act(keys.Down)
	m, _ = m.Act(keys.Left)
	golden(t, "selected", m, 100, 26)

	bare := shop()
	bare.Batches, bare.Deployed = nil, nil
	golden(t, "no-tags", timeline.New(plain(false), noon).SetSize(100, 26).SetSnapshot(bare), 100, 26)
	golden(t, "reading", timeline.New(plain(false), noon), 60, 6)
	golden(t, "failed", timeline.New(plain(false), noon).SetFailed(&gitops.Error{
		Code: gitops.CodeEmptyRepository, What: "origin/main has no commits", Hint: "push a first commit",
	}), 60, 6)
	golden(t, "share", known(timeline.New(plain(true), noon).SetSize(100, 26).SetSnapshot(shop())), 100, 26)
}

// Room below a head of two to four lines, at the four sizes that are promised.
var rooms = [][2]int{{60, 12}, {80, 20}, {100, 26}, {200, 46}}

func TestGoldenSources(t *testing.T) {
	for _, size := range rooms {
		w, h := size[0], size[1]
		m := known(timeline.New(plain(false), noon).SetSize(w, h).SetSnapshot(disputed()))
		if w >= 80 {
			m = act(m, keys.Left)
		}
		golden(t, fmt.Sprintf("disputed-%dx%d", w, h), m, w, h)
	}
	m := known(timeline.New(plain(false), noon).SetSize(100, 26).SetSnapshot(disputed()))
	gone := disputed()
	gone.Batches[0].Commits, gone.Batches[0].Truncated = nil, true
	gone.Drift = gitops.Drift{Missing: true, Fetch: "git fetch origin " + hash(3).String()}
	golden(t, "missing", timeline.New(plain(false), noon).SetSize(100, 26).SetSnapshot(gone), 100, 26)
	golden(t, "disputed-older", act(m, keys.Left, keys.Down), 100, 26)
}

func TestGoldenSuspects(t *testing.T) {
	for _, size := range rooms {
		w, h := size[0], size[1]
		golden(t, fmt.Sprintf("ranked-%dx%d", w, h), rankedBy(ready(w, h), decided()), w, h)
		golden(t, fmt.Sprintf("undecided-%dx%d", w, h), rankedBy(ready(w, h), undecided()), w, h)
	}
	m := rankedBy(ready(100, 26), undecided())
	golden(t, "ranked-basis", act(m, keys.Left), 100, 26)
	golden(t, "ranked-deployment", act(m, keys.Left, keys.Down, keys.Down, keys.Right), 100, 26)
	golden(t, "ranked-by-time", act(m, keys.Down, keys.Sort), 100, 26)
	golden(t, "ranking", ready(100, 26).Ranking(noon.Add(-2*time.Second), ""), 100, 26)
}
