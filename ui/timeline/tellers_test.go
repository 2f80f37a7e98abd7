package timeline_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/timeline"
)

func drawn(snap gitops.Snapshot, width, height int, actions ...keys.Action) string {
	m := known(timeline.New(plain(false), noon).SetSize(width, height).SetSnapshot(snap))
	return ansi.Strip(act(m, actions...).View(width, height))
}

// TestWhoToldARowIsRead: without a key, at every width, a person reads who told the
// rows and how fresh that is.
func TestWhoToldARowIsRead(t *testing.T) {
	for _, size := range rooms {
		frame := drawn(disputed(), size[0], size[1])
		for _, want := range []string{"github", "just now", "argocd"} {
			if !strings.Contains(frame, want) {
				t.Errorf("no %q at %d×%d:\n%s", want, size[0], size[1], frame)
			}
		}
	}
	m := rankedBy(known(timeline.New(plain(false), noon).SetSize(70, 12).SetSnapshot(disputed())), decided())
	if frame := ansi.Strip(act(m, keys.Right, keys.Right).View(70, 12)); !strings.Contains(frame, "github just now ≠ argocd   sort: suspects") {
		t.Errorf("it runs into the order:\n%s", frame)
	}
	// On narrow screens it goes with the tab.
	if frame := drawn(disputed(), 60, 12, keys.Right, keys.Right); !strings.Contains(frame, "file 2 h ago, old ") {
		t.Errorf("no word of an old row:\n%s", frame)
	}
}

// TestMoreSourcesThanRoom: those whose rows are listed are named, the others by
// their marks and by where they are told.
func TestMoreSourcesThanRoom(t *testing.T) {
	s := disputed()
	s.Sources = append([]gitops.SourceState{
		{Name: "spinnaker", Condition: gitops.SourceFailed, Trouble: "down"}, {Name: "heroku", Condition: gitops.SourceAsking},
	}, s.Sources...)
	frame := drawn(s, 80, 20)
	for _, want := range []string{" gh github  just now", " ar argocd  3 min ago", " fi sp he", "+3: ? "} {
		if !strings.Contains(frame, want) {
			t.Errorf("no %q:\n%s", want, frame)
		}
	}
}

// TestATagAmongSources: a row of which only the tag tells is marked, and the mark
// is explained as the others are.
func TestATagAmongSources(t *testing.T) {
	s := disputed()
	s.Batches[2].Deployment.Source, s.Batches[2].Deployment.Status = gitops.SourceTags, gitops.StatusReleased
	s.Claims = s.Claims[:4]
	if frame := drawn(s, 100, 26); !strings.Contains(frame, "tg tags    released only") {
		t.Errorf("no word of the tags:\n%s", frame)
	}
	if frame := drawn(s, 60, 12, keys.Right, keys.Right); !strings.Contains(frame, "its tag only ") {
		t.Errorf("no word of the tag:\n%s", frame)
	}
	if frame := drawn(shop(), 100, 26); strings.Contains(frame, "released only") {
		t.Errorf("a legend of nothing:\n%s", frame)
	}
}

// TestTheFootTakesNoRowAway: with more deployments than fit, a page steps by what
// is seen, and the last row is reached.
func TestTheFootTakesNoRowAway(t *testing.T) {
	s := disputed()
	for i := range 40 {
		d := deployment(100+i, "v1.0."+string(rune('A'+i)), gitops.StatusSuperseded, 900)
		d.Source = gitops.SourceGitHub
		s.Batches = append(s.Batches, gitops.Batch{Deployment: d})
	}
	last := s.Batches[len(s.Batches)-1].Deployment.Tag
	frame := drawn(s, 100, 26, keys.Left, keys.Bottom)
	if !strings.Contains(frame, "▶ "+last) || !strings.Contains(frame, "gh github") {
		t.Errorf("%s is not seen:\n%s", last, frame)
	}
	if frame := drawn(s, 100, 26, keys.Left, keys.PageDown); !strings.Contains(frame, "▶ ") {
		t.Errorf("nothing is chosen:\n%s", frame)
	}
}

// TestAFailedDeploymentSaysWhereItsCommitsAre: it brought nothing, but not since
// there was nothing to bring.
func TestAFailedDeploymentSaysWhereItsCommitsAre(t *testing.T) {
	s := disputed()
	if frame := drawn(s, 100, 26, keys.Left, keys.Down, keys.Down); !strings.Contains(frame, "the deployment of v1.41.2 failed, says file") || !strings.Contains(frame, "came with v1.41.3") {
		t.Errorf("an older one:\n%s", frame)
	}
	if frame := drawn(s, 100, 26, keys.Left, keys.Down, keys.Down); strings.Contains(frame, "D reverts") {
		t.Errorf("a revert of nothing is offered:\n%s", frame)
	}
	s.Batches[0].Deployment.Status, s.Batches[0].Commits, s.Deployed = gitops.StatusFailed, nil, nil
	if frame := drawn(s, 100, 26, keys.Left, keys.Top, keys.Down); !strings.Contains(frame, "is listed as unreleased") {
		t.Errorf("the newest:\n%s", frame)
	}
}
