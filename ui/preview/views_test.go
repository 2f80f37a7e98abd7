package preview

import (
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/screentest"
)

func TestTheViewKeyStaysInSight(t *testing.T) {
	snap := screentest.Snapshot()
	for _, width := range []int{80, 99, 100, 120} {
		for _, a := range []keys.Action{keys.Remedy1, keys.Remedy2, keys.Remedy3, keys.Remedy4} {
			s := open(screentest.Mono(), snap, screentest.Remedy())
			s.answer(screentest.Conflicted)
			s.act(a)
			s.answer(screentest.Clean)
			for range views {
				if row := screentest.Plain(s.sized(width, 24)); !strings.Contains(row, "v view: ") {
					t.Errorf("%d wide, remedy %d, view %d:\n%s", width, a, s.m.view, row)
				}
				s.act(keys.ChangeView)
			}
		}
	}
	s := story()
	s.answer(screentest.Clean)
	if row := screentest.Plain(s.sized(60, 16)); !strings.Contains(row, "v view") {
		t.Errorf("60 wide:\n%s", row)
	}
}

func TestAViewThatLooksTheSameIsPassedOver(t *testing.T) {
	s := story()
	short := func(f gitops.FileChange) gitops.FileDiff {
		d := screentest.Diff(f)
		d.Hunks = d.Hunks[:1]
		return d
	}
	s.answer(screentest.Clean)
	want, _ := last[DiffWanted](s)
	s.m.diffs = map[gitops.FileChange]answer{}
	s.tell(DiffReady{ID: want.ID, File: want.File, Diff: short(want.File)})
	before := ""
	seen := map[view]bool{}
	for range 2 * views {
		s.act(keys.ChangeView)
		frame := s.sized(100, 30)
		if frame == before {
			t.Errorf("view %d looks like the one before", s.m.view)
		}
		before, seen[s.m.view] = frame, true
	}
	if seen[viewWrapped] || len(seen) != int(views)-1 {
		t.Errorf("seen %v", seen)
	}
	s = story()
	s.answer(screentest.Clean)
	s.sized(60, 16)
	for range views {
		s.act(keys.ChangeView)
		seen[s.m.view] = true
	}
	if !seen[viewWrapped] {
		t.Error("long lines cannot be folded")
	}
	s = story()
	s.answer(screentest.Refused)
	s.act(keys.ChangeView)
	if s.m.view != viewSplit || s.m.notice == "" {
		t.Error("a sentence has several views")
	}
}

// TestAlongIsSaidWithItsDoubt: a release goes to production, whatever
// environment was looked at.
func TestAlongIsSaidWithItsDoubt(t *testing.T) {
	snap := screentest.Snapshot()
	snap.Environment, snap.Environments = "staging", []string{"production", "staging"}
	for _, some := range []bool{true, false} {
		s := open(screentest.Mono(), snap, screentest.Remedy())
		p := screentest.Clean(screentest.Remedy())
		if !some {
			p.Collateral = nil
		}
		s.m.plan = p
		section := s.m.along(40)
		if section.n != len(p.Collateral)+1 || !strings.Contains(screentest.Plain(section.row(0)), "by what staging runs") {
			t.Errorf("%d rows, the first %q", section.n, section.row(0))
		}
		if some && !strings.Contains(screentest.Plain(section.row(1)), p.Collateral[0].Short()) {
			t.Errorf("the first commit is %q", section.row(1))
		}
	}
}
