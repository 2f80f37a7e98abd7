package preview

import (
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/screentest"
)

// TestKeysThatLeadNowhereAreNoOffers: what the key bar shows is what a person
// can do here.
func TestKeysThatLeadNowhereAreNoOffers(t *testing.T) {
	ship := []keys.Action{keys.Continue, keys.EditMessage, keys.EditTag}
	choose := []keys.Action{keys.NextHunk, keys.NextFile, keys.LeaveOut}
	fetch := []keys.Action{keys.FetchMissing}
	always := []keys.Action{keys.Back, keys.Remedy1, keys.EditReason, keys.Help, keys.Quit}
	lacks := func(s *stage) {
		want, _ := last[PlanWanted](s)
		s.tell(PlanReady{ID: want.ID, Err: lacking(2)})
	}
	for name, c := range map[string]struct {
		play                func(*stage)
		ship, choose, fetch bool
	}{
		"working":  {play: func(*stage) {}, ship: true, choose: true},
		"clean":    {play: func(s *stage) { s.answer(screentest.Clean); s.agree() }, ship: true, choose: true},
		"conflict": {play: func(s *stage) { s.answer(screentest.Conflicted) }, choose: true},
		"empty":    {play: func(s *stage) { s.answer(screentest.Empty) }},
		"refused":  {play: func(s *stage) { s.answer(screentest.Refused) }},
		"missing":  {play: lacks, fetch: true},
		"fetching": {play: func(s *stage) { lacks(s); s.act(keys.FetchMissing) }, ship: true, choose: true},
		"git misses objects": {play: func(s *stage) {
			s.answer(screentest.Clean)
			want, _ := last[CheckWanted](s)
			s.tell(CheckReady{ID: want.ID, Err: lacking(1)})
		}, ship: true, choose: true, fetch: true},
		"git disagrees": {play: func(s *stage) {
			s.answer(screentest.Clean)
			want, _ := last[CheckWanted](s)
			s.tell(CheckReady{ID: want.ID, Err: disagreement})
		}},
	} {
		s := story()
		c.play(s)
		for _, group := range []struct {
			actions []keys.Action
			want    bool
		}{{ship, c.ship}, {choose, c.choose}, {fetch, c.fetch}, {always, true}} {
			for _, a := range group.actions {
				if got := s.m.Means(a); got != group.want {
					t.Errorf("%s: action %d leads somewhere: %v, want %v", name, a, got, group.want)
				}
			}
		}
	}
}

// TestTakeBackIsOfferedOnceSomethingIsLeftOut, and no longer than that.
func TestTakeBackIsOfferedOnceSomethingIsLeftOut(t *testing.T) {
	s := clean()
	if s.m.Means(keys.TakeBack) {
		t.Error("nothing is left out, and X offers to take it back in")
	}
	s.act(keys.LeaveOut)
	if !s.m.Means(keys.TakeBack) {
		t.Error("X takes back in what is left out, and nothing says so")
	}
	s.act(keys.TakeBack)
	if s.m.Means(keys.TakeBack) {
		t.Error("X took all back in, and offers to do it again")
	}
}

// TestNarrowHeadsAreSaidInShort, not cut: half a word tells nobody how many.
func TestNarrowHeadsAreSaidInShort(t *testing.T) {
	merge := screentest.Snapshot().Commits[0]
	for _, c := range screentest.Snapshot().Commits {
		if c.IsMerge() {
			merge = c
		}
	}
	if !merge.IsMerge() {
		t.Fatal("the story has no merge")
	}
	s := open(screentest.Mono(), screentest.Snapshot(), gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{merge.Hash}})
	s.answer(func(r gitops.Remedy) gitops.Plan {
		p := screentest.Clean(r)
		p.Later = p.Collateral
		return p
	})
	s.agree()
	frame := screentest.Plain(s.sized(80, 40))
	for _, say := range []string{"SHIPS ALONG  3 commits ", "LATER ON THESE PATHS  3 ", "MERGE  against parent 1 ", "1 stays  ", "2 goes   "} {
		if !strings.Contains(frame, say) {
			t.Errorf("no %q in\n%s", say, frame)
		}
	}
	if frame = screentest.Plain(s.sized(140, 40)); !strings.Contains(frame, "MERGE  reverted against parent 1") || !strings.Contains(frame, "SHIPS ALONG  3 unreleased commits") {
		t.Errorf("there is room for more than\n%s", frame)
	}
}
