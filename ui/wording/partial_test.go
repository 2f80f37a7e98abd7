package wording_test

import (
	"testing"

	"ahead/gitops"
	"ahead/ui/wording"
)

func TestLeavesOutSaysAsMuchAsFits(t *testing.T) {
	both := []gitops.LeftOut{{Path: "app/price/total.go", Hunks: 2, Of: 5}, {Path: "docs/x.md"}}
	for _, c := range []struct {
		left []gitops.LeftOut
		room int
		want string
	}{
		{nil, 80, ""},
		{both, 0, "leaves out app/price/total.go (2 of 5 hunks), docs/x.md"},
		{both, 55, "leaves out app/price/total.go (2 of 5 hunks), docs/x.md"},
		{both, 54, "leaves out total.go (2 of 5 hunks), x.md"},
		{both, 39, "leaves out 1 file and parts of 1"},
		{both[:1], 20, "leaves out parts of 1 file"},
		{[]gitops.LeftOut{{Path: "a"}, {Path: "b\x1b[2J"}}, 13, "leaves out 2 files"},
		{[]gitops.LeftOut{{Path: "a", Hunks: 1}}, 0, "leaves out a (1 hunk)"},
	} {
		if got := wording.LeavesOut(c.left, c.room); got != c.want {
			t.Errorf("%+v in %d cells: %q, want %q", c.left, c.room, got, c.want)
		}
	}
	if got := wording.LeavesOut([]gitops.LeftOut{{Path: "b\x1b[2J"}}, 0); got != "leaves out b<1b>[2J" && got != "leaves out b<ESC>[2J" {
		t.Errorf("a hostile path reads %q", got)
	}
}

func TestAMessageByHandThatHidesTheRestIsTold(t *testing.T) {
	p := gitops.Plan{LeftOut: []gitops.LeftOut{{Path: "app/price/total.go"}}}
	for message, want := range map[string]bool{
		"": false, "Undo it": true, "Undo it, but for total.go": false, "Undo it\n\nwithout app/price/total.go": false,
	} {
		p.Remedy.Message, p.Message = message, message
		if got := wording.UntoldParts(p); got != want {
			t.Errorf("%q: %v", message, got)
		}
	}
	if p.LeftOut = nil; wording.UntoldParts(p) {
		t.Error("a whole revert hides nothing")
	}
}
