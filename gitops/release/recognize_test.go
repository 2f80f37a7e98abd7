package release

import (
	"fmt"
	"testing"
	"time"

	"ahead/gitops"

	"pgregory.net/rapid"
)

// drawYears makes tags whose names begin like years, more of them than decide on
// what they mean.
func drawYears(t *rapid.T) []gitops.Tag {
	prefix := rapid.SampledFrom([]string{"", "v", "api/"}).Draw(t, "prefix")
	name := rapid.StringMatching(`202[34]\.(0?[1-9]|1[0-3])(\.[1-3]?[0-9]){0,2}`)
	names := rapid.SliceOfNDistinct(name, 1, 40, rapid.ID[string]).Draw(t, "years")
	tags := make([]gitops.Tag, len(names))
	for i, n := range names {
		tags[i] = gitops.Tag{Name: prefix + n, Commit: gitops.HashObject(gitops.KindBlob, fmt.Append(nil, i))}
		hours := rapid.IntRange(-9000, 9000).Draw(t, "hours")
		tags[i].Tagger.When = noon.Add(time.Duration(hours) * time.Hour)
	}
	return tags
}

// Whatever the tags are and whichever can be reached: what Recognize says of the
// tags is what Infer says of them.
func TestRecognizeIsInferOfTheTagsThatExist(t *testing.T) {
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		tags := rapid.OneOf(rapid.Custom(drawNames), rapid.Custom(drawYears)).Draw(t, "tags")
		below := rapid.Uint64().Draw(t, "reachable")
		reachable := func(tag gitops.Tag) bool { return below>>(tag.Commit[0]%64)&1 == 1 }
		if rapid.IntRange(0, 3).Draw(t, "all") == 0 {
			reachable = nil
		}
		catalog := Read(tags)
		whole, quick := catalog.Infer(reachable, Options{}), catalog.Recognize(reachable, Options{})
		if quick.Found() != whole.Found() || quick.Kind != whole.Kind || quick.Prefix != whole.Prefix || quick.Component != whole.Component {
			t.Fatalf("%+v, inferred %+v", quick, whole)
		}
		for _, tag := range tags {
			if quick.IsRelease(tag.Name) != whole.IsRelease(tag.Name) || quick.WasRelease(tag.Name) != whole.WasRelease(tag.Name) {
				t.Fatalf("%q: %v %v, inferred %v %v", tag.Name, quick.IsRelease(tag.Name), quick.WasRelease(tag.Name), whole.IsRelease(tag.Name), whole.WasRelease(tag.Name))
			}
		}
		ours, theirs := catalog.Releases(quick), catalog.Releases(whole)
		if len(ours) != len(theirs) {
			t.Fatalf("%d releases, inferred %d", len(ours), len(theirs))
		}
		for i := range ours {
			if ours[i] != theirs[i] {
				t.Fatalf("release %d is %q, inferred %q", i, ours[i].Name, theirs[i].Name)
			}
		}
		if whole.Found() {
			found++
		}
	})
	if found < 20 {
		t.Errorf("only %d repositories had releases", found)
	}
}

// Recognize asks about the newest release and those that are newer, and no other.
func TestRecognizeAsksLittle(t *testing.T) {
	var tags []gitops.Tag
	for i := range 60 {
		tags = append(tags, gitops.Tag{
			Name: fmt.Sprintf("v1.%d.0", i), Commit: gitops.HashObject(gitops.KindBlob, fmt.Append(nil, i)),
			Tagger: gitops.Signature{When: noon.Add(time.Duration(i) * time.Hour)},
		})
	}
	asked := 0
	s := Read(tags).Recognize(func(tag gitops.Tag) bool { asked++; return tag.Name <= "v1.56.0" }, Options{})
	if !s.IsRelease("v1.3.0") || s.Prefix != "v" || asked != 4 {
		t.Errorf("prefix %q after %d questions", s.Prefix, asked)
	}
}
