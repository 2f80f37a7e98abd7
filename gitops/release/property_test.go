package release

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ahead/gitops"

	"pgregory.net/rapid"
)

// drawNames makes the tags of a repository that may have had any habits.
func drawNames(t *rapid.T) []gitops.Tag {
	version := rapid.StringMatching(`(v|)[0-9]{1,2}(\.[0-9]{1,2}){1,3}(-(rc|beta)\.?[0-9]|\+b[0-9]|)`)
	date := rapid.StringMatching(`(release-|)202[3-5]([.-]?)(0[1-9]|1[0-2])([.-]?)(0[1-9]|[12][0-9])([.-][0-9]{1,2}|-[01][0-9][0-5][0-9]|)`)
	counter := rapid.StringMatching(`(r|build-|release_|)[0-9]{1,9}`)
	odd := rapid.OneOf(
		rapid.StringMatching(`[a-z]{1,6}/(v|)[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}`),
		rapid.SampledFrom([]string{"latest", "stable", "nightly/20240517", "-", "1..2", "v", "0", "v0", "99999999999999999999", "1.99999999999999999999.1"}),
		rapid.String(),
	)
	name := rapid.OneOf(version, date, counter, odd)
	names := rapid.SliceOfNDistinct(name, 0, 12, rapid.ID[string]).Draw(t, "names")
	tags := make([]gitops.Tag, len(names))
	for i, n := range names {
		tags[i] = gitops.Tag{
			Name:      n,
			Commit:    gitops.HashObject(gitops.KindBlob, fmt.Append(nil, rapid.IntRange(0, 8).Draw(t, "commit"))),
			Annotated: rapid.Bool().Draw(t, "annotated"),
			Signed:    rapid.Bool().Draw(t, "signed"),
			Message:   rapid.OneOf(rapid.Just(n), rapid.String()).Draw(t, "message"),
		}
		if rapid.IntRange(0, 3).Draw(t, "has time") > 0 {
			tags[i].Tagger.When = noon.Add(time.Duration(rapid.IntRange(-400, 400).Draw(t, "hours")) * time.Hour)
		}
	}
	return tags
}

// Whatever the tags are: the next name is valid, free, a release of the scheme
// itself, and orders after the one it follows.
func TestNextIsAlwaysFreeValidAndLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tags := drawNames(t)
		s := Infer(tags, nil, Options{})
		taken := func(name string) bool {
			return slices.ContainsFunc(tags, func(tag gitops.Tag) bool { return tag.Name == name })
		}
		now := noon.Add(time.Duration(rapid.IntRange(-1000, 1000).Draw(t, "now")) * time.Hour)
		plan, err := s.Next(taken, now)
		if !s.Found() {
			if plan.Name != "" || err != nil {
				t.Fatalf("no scheme, yet %+v, %v", plan, err)
			}
			return
		}
		if err != nil {
			if CheckName(s.Last) == nil {
				t.Fatal(err)
			}
			return
		}
		switch {
		case taken(plan.Name):
			t.Fatalf("%q exists", plan.Name)
		case CheckName(plan.Name) != nil:
			t.Fatalf("%q: %v", plan.Name, CheckName(plan.Name))
		case !s.Less(plan.After, plan.Name) || s.Less(plan.Name, plan.After):
			t.Fatalf("%q does not order after %q", plan.Name, plan.After)
		case !s.IsRelease(plan.Name) || !s.IsRelease(plan.After):
			t.Fatalf("%q after %q: not both are releases of the scheme", plan.Name, plan.After)
		case plan.Signed && !plan.Annotated:
			t.Fatal("a lightweight tag cannot be signed")
		case plan.Annotated != (plan.Message != ""):
			t.Fatalf("annotated %v with message %q", plan.Annotated, plan.Message)
		}
	})
}

func TestNextDoesNotDependOnTheOrderOfTags(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tags := drawNames(t)
		a, errA := Infer(tags, nil, Options{}).Next(nil, noon)
		shuffled := slices.Clone(tags)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		b, errB := Infer(shuffled, nil, Options{}).Next(nil, noon)
		if a != b || (errA == nil) != (errB == nil) {
			t.Fatalf("%+v, %v; shuffled %+v, %v", a, errA, b, errB)
		}
	})
}

func TestLessIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tags := drawNames(t)
		s := Infer(tags, nil, Options{})
		for _, a := range tags {
			if s.Less(a.Name, a.Name) {
				t.Fatalf("%q before itself", a.Name)
			}
			for _, b := range tags {
				if a.Name != b.Name && s.Less(a.Name, b.Name) == s.Less(b.Name, a.Name) {
					t.Fatalf("%q and %q are not ordered", a.Name, b.Name)
				}
				for _, c := range tags {
					if s.Less(a.Name, b.Name) && s.Less(b.Name, c.Name) && !s.Less(a.Name, c.Name) {
						t.Fatalf("%q < %q < %q, but not transitively", a.Name, b.Name, c.Name)
					}
				}
			}
		}
	})
}

// The example of semver.org, clause 11.
func TestLessAsSemVer(t *testing.T) {
	order := []string{
		"v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta", "v1.0.0-beta", "v1.0.0-beta.2", "v1.0.0-beta.11",
		"v1.0.0-rc.1", "v1.0.0", "v1.0.1", "v1.2.0", "v1.10.0", "v2.0.0",
	}
	s := Infer(series("v1.0.0"), nil, Options{})
	for i := range order {
		for j := range order {
			if s.Less(order[i], order[j]) != (i < j) {
				t.Errorf("%s < %s: %v", order[i], order[j], i >= j)
			}
		}
	}
}
