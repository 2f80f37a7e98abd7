package preview

import (
	"fmt"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/screentest"
)

func lacking(n int) error {
	a := &gitops.Absent{Remote: "origin\x1b[2J"}
	for i := range n {
		a.Objects = append(a.Objects, gitops.HashObject(gitops.KindBlob, fmt.Appendf(nil, "%d", i)))
	}
	return &gitops.Error{Code: gitops.CodeMissingObject, What: fmt.Sprintf("%d objects are not in this partial clone", n), Err: a, Hint: "--fetch-missing"}
}

// TestMissingObjectsAreFetchedByOneKey in every window: what is missing, what f
// does, and that it was asked for once.
func TestMissingObjectsAreFetchedByOneKey(t *testing.T) {
	for _, size := range [][2]int{{200, 50}, {100, 30}, {80, 24}, {60, 16}} {
		s := story()
		want, _ := last[PlanWanted](s)
		if want.Fetch {
			t.Fatal("the first request may fetch")
		}
		s.tell(PlanReady{ID: want.ID, Err: lacking(12)})
		view := strings.Join(strings.Fields(s.sized(size[0], size[1])), " ")
		for _, say := range []string{"12 objects are not in this partial clone", "f lets git fetch them from origin", "nothing is fetched before"} {
			if !strings.Contains(view, say) {
				t.Errorf("%v: no %q in\n%s", size, say, s.m.View(size[0], size[1]))
			}
		}
		if strings.Contains(s.m.View(size[0], size[1]), "\x1b[2J") {
			t.Error("the remote's name is not cleaned")
		}
		s.act(keys.FetchMissing)
		again, _ := last[PlanWanted](s)
		if !again.Fetch || again.ID == want.ID {
			t.Fatalf("f asked %+v", again)
		}
		if view := s.sized(size[0], size[1]); !strings.Contains(view, "fetching 12 objects") {
			t.Errorf("%v: nobody says that it fetches:\n%s", size, view)
		}
		s.answer(screentest.Clean)
		if s.m.fetching != nil || s.m.err != nil {
			t.Error("it still fetches")
		}
	}
}

// TestWhatGitMissesToAgree is the second chance: the plan is there, and git
// reads more for its own merge.
func TestWhatGitMissesToAgree(t *testing.T) {
	s := story()
	s.answer(screentest.Clean)
	want, _ := last[CheckWanted](s)
	s.tell(CheckReady{ID: want.ID, Err: lacking(2)})
	if view := s.sized(100, 30); !strings.Contains(view, "git misses objects: f fetches") {
		t.Errorf("no word of it:\n%s", view)
	}
	s.act(keys.Continue)
	if _, gate := last[ConfirmWanted](s); gate || !strings.Contains(s.m.notice, "f lets it fetch them") {
		t.Errorf("the gate opened, or nobody said why not: %q", s.m.notice)
	}
	s.act(keys.FetchMissing)
	if again, _ := last[PlanWanted](s); !again.Fetch {
		t.Error("f did not ask for the fetch")
	}
}

func TestAPlanByGitSaysSo(t *testing.T) {
	s := story()
	s.answer(func(r gitops.Remedy) gitops.Plan {
		p := screentest.Clean(r)
		p.ByGit = "the merge driver newest decides on app.conf"
		return p
	})
	// The sentence is folded in the left column.
	view := s.sized(200, 50)
	if !strings.Contains(view, "git computed this plan: the merge driver newest") || !strings.Contains(view, "decides on app.conf") {
		t.Errorf("no word of it:\n%s", s.m.View(200, 50))
	}
}
