package release

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
)

var noon = time.Date(2024, time.May, 17, 12, 0, 0, 0, time.UTC)

// series makes tags a day apart, the last of them the day before noon.
func series(names ...string) []gitops.Tag {
	tags := make([]gitops.Tag, len(names))
	for i, name := range names {
		tags[i] = gitops.Tag{
			Name:   name,
			Commit: gitops.HashObject(gitops.KindBlob, fmt.Append(nil, "commit", i)),
			Tagger: gitops.Signature{When: noon.AddDate(0, 0, i-len(names))},
		}
	}
	return tags
}

// imported takes the times away, as an import does.
func imported(tags []gitops.Tag) []gitops.Tag {
	for i := range tags {
		tags[i].Tagger.When = noon
	}
	return tags
}

func TestNext(t *testing.T) {
	for _, c := range []struct {
		name     string
		tags     string
		taken    string
		want     string
		sentence string
	}{
		{"semver", "v1.41.2 v1.41.3 v1.42.0", "", "v1.42.1", "patch after v1.42.0"},
		{"semver without v", "1.9.9 1.10.0", "", "1.10.1", "patch after 1.10.0"},
		{"numbers, not texts", "v1.9.0 v1.10.0 v1.10.9", "", "v1.10.10", "patch after v1.10.9"},
		{"a pre-release is no release", "v1.42.0 v1.43.0-rc.1", "", "v1.42.1", "patch after v1.42.0"},
		{"nor are the loose ones", "v1.42.0 v1.43.0rc1 v1.43.0.beta2 v1.43.0-SNAPSHOT", "", "v1.42.1", "patch after v1.42.0"},
		{"build metadata", "v1.4.0+b12 v1.4.1+b13", "", "v1.4.2", "patch after v1.4.1+b13"},
		{"taken", "v1.41.0 v1.42.0", "v1.42.1 v1.42.2", "v1.42.3", "patch after v1.42.0, v1.42.1 to v1.42.2 are taken"},
		{"one taken", "v1.41.0 v1.42.0", "v1.42.1", "v1.42.2", "patch after v1.42.0, v1.42.1 is taken"},
		{"a backport made later", "v1.41.0 v1.42.0 v1.41.1", "", "v1.42.1", "patch after v1.42.0"},
		{"two numbers", "v1.3 v1.4", "", "v1.5", "next after v1.4"},
		{"two and three numbers", "v1.3 v1.3.1 v1.4", "", "v1.4.1", "patch after v1.4"},
		{"four numbers", "1.2.3.4 1.2.3.5", "", "1.2.3.6", "next after 1.2.3.5"},
		{"underscores", "REL_9_6_1 REL_9_6_2", "", "REL_9_6_3", "patch after REL_9_6_2"},
		{"java", "5.3.1.RELEASE 5.3.2.RELEASE", "", "5.3.3.RELEASE", "patch after 5.3.2.RELEASE"},
		{"an environment behind it", "v1.2.3-prod v1.2.4-prod v1.2.5-rc.1", "", "v1.2.5-prod", "patch after v1.2.4-prod"},
		{"leading zeros", "v1.0.08 v1.0.09", "", "v1.0.10", "patch after v1.0.09"},
		{"only pre-releases", "v0.1.0-beta.1 v0.1.0-beta.2", "", "v0.1.0-beta.3", "next pre-release after v0.1.0-beta.2"},
		{"only pre-releases, no number", "v0.1.0-alpha", "", "v0.1.0-alpha.2", "next pre-release after v0.1.0-alpha"},
		{"a floating major", "v4.2.0 v4.2.1", "", "v4.2.2", "patch after v4.2.1"},

		{"counter", "release_1233 release_1234", "", "release_1235", "next number after release_1234"},
		{"counter of builds", "build-9 build-10", "", "build-11", "next number after build-10"},
		{"counter with a letter", "r41 r42", "", "r43", "next number after r42"},
		{"padded counter", "build-0098 build-0099", "", "build-0100", "next number after build-0099"},
		{"bare counter", "41 42", "43", "44", "next number after 42, 43 is taken"},

		{"date", "2024.05.15 2024.05.16", "", "2024.05.17", "today's date, after 2024.05.16"},
		{"date, taken", "2024.05.15 2024.05.16", "2024.05.17", "2024.05.17.1", "today's date, after 2024.05.16, 2024.05.17 is taken"},
		{"date, compact", "20240515 20240516", "20240517", "20240517-2", "today's date, after 20240516, 20240517 is taken"},
		{"date, dashes", "2024-05-15 2024-05-16", "2024-05-17", "2024-05-17-2", "today's date, after 2024-05-16, 2024-05-17 is taken"},
		{"date, unpadded", "2024.5.15 2024.5.16", "", "2024.5.17", "today's date, after 2024.5.16"},
		{"date behind a prefix", "release-2024-05-15 release-2024-05-16", "", "release-2024-05-17", "today's date, after release-2024-05-16"},
		{"sequence after the bare date", "2024.05.17 2024.05.17.1", "", "2024.05.17.2", "today's date again, after 2024.05.17.1"},
		{"sequence from two", "2024-05-16 2024-05-16-2 2024-05-17", "", "2024-05-17-2", "today's date again, after 2024-05-17"},
		{"always a sequence", "2024.05.15.1 2024.05.16.1 2024.05.16.2", "", "2024.05.17.1", "today's date, after 2024.05.16.2"},
		{"always a sequence from zero", "2024.05.15.0 2024.05.16.0 2024.05.16.1", "", "2024.05.17.0", "today's date, after 2024.05.16.1"},
		{"stamp", "release-20240515-1402 release-20240516-0900", "", "release-20240517-1200", "date and time, after release-20240516-0900"},
		{"stamp, compact", "20240515140200 20240516090000", "20240517120000", "20240517120001", "date and time, after 20240516090000, 20240517120000 is taken"},
		{"stamp, zulu", "2024-05-16T09-00-00Z", "", "2024-05-17T12-00-00Z", "date and time, after 2024-05-16T09-00-00Z"},
		{"stamp never back", "20240517-1200", "", "20240517-1201", "date and time, after 20240517-1200"},

		{"component with the newest release", "web-v3.0.0 api/v1.2.2 web-v3.0.1 api/v1.2.3", "", "api/v1.2.4", "patch after api/v1.2.3"},
		{"scoped packages", "@scope/a@1.0.0 @scope/b@2.0.0", "", "@scope/b@2.0.1", "patch after @scope/b@2.0.0"},
		{"digits in the component", "k8s/v1.2.3 api2/v0.1.0", "", "api2/v0.1.1", "patch after api2/v0.1.0"},
		{"release/", "release/1.2.2 release/1.2.3", "", "release/1.2.4", "patch after release/1.2.3"},
		{"channels", "v1.0.0 v1.0.1 nightly/20240516 nightly latest stable beta-12", "", "v1.0.2", "patch after v1.0.1"},
		{"backups", "v1.0.0 v1.0.1 backup-2024-05-16 before-migration-3", "", "v1.0.2", "patch after v1.0.1"},
		{"a stray number", "v1.0.0 v1.0.1 v1.0.2 java-17", "", "v1.0.3", "patch after v1.0.2"},
		{"a new scheme", "v1.41.0 v1.42.0 2024.05.15 2024.05.16", "", "2024.05.17", "today's date, after 2024.05.16"},
		{"a new prefix", "1.0.0 1.1.0 v1.2.0", "", "v1.2.1", "patch after v1.2.0"},
		{"counters under a new word", "release_16362 release_16363 v1 v2", "", "v3", "next number after v2"},
		{"a new separator", "release-1-2-3 v1.3.0", "", "v1.3.1", "patch after v1.3.0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, err := Infer(series(strings.Fields(c.tags)...), nil, Options{}).Next(isTaken(c.taken), noon)
			if err != nil || plan.Name != c.want || plan.Scheme != c.sentence {
				t.Errorf("got %q (%q, %v), want %q (%q)", plan.Name, plan.Scheme, err, c.want, c.sentence)
			}
		})
	}
}

func isTaken(names string) func(string) bool {
	return func(name string) bool { return strings.Contains(" "+names+" ", " "+name+" ") }
}

// YYYY.MM.MICRO and dates look alike; when the tags were made tells them
// apart.
func TestYears(t *testing.T) {
	day := func(m time.Month, d int) time.Time { return time.Date(2024, m, d, 9, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name  string
		names []string
		times []time.Time
		want  string
	}{
		{"micro", []string{"2024.04.1", "2024.05.1", "2024.05.2"}, []time.Time{day(4, 20), day(5, 10), day(5, 13)}, "2024.05.3"},
		{"micro in a new month", []string{"2024.04.1", "2024.04.2"}, []time.Time{day(4, 20), day(4, 25)}, "2024.05.1"},
		{"micro from zero", []string{"2024.3.0", "2024.4.0", "2024.4.1"}, []time.Time{day(3, 9), day(4, 20), day(4, 25)}, "2024.5.0"},
		{"micro beyond days", []string{"2024.05.44", "2024.05.45"}, []time.Time{{}, {}}, "2024.05.46"},
		{"month", []string{"2024.03", "2024.04"}, []time.Time{day(3, 9), day(4, 20)}, "2024.05"},
		{"month again", []string{"2024.04", "2024.05"}, []time.Time{day(4, 9), day(5, 2)}, "2024.05.1"},
		{"year and version", []string{"2024.1", "2024.2"}, []time.Time{day(3, 9), day(5, 2)}, "2024.3"},
		{"year and patch", []string{"2023.3.7", "2024.1.1", "2024.1.2"}, []time.Time{day(3, 9), day(5, 2), day(5, 9)}, "2024.1.3"},
		{"days without times", []string{"2024.05.14", "2024.05.15"}, []time.Time{{}, {}}, "2024.05.17"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tags := series(c.names...)
			for i := range tags {
				tags[i].Tagger.When = c.times[i]
			}
			plan, err := Infer(tags, nil, Options{}).Next(nil, noon)
			if err != nil || plan.Name != c.want {
				t.Errorf("got %q (%q, %v), want %q", plan.Name, plan.Scheme, err, c.want)
			}
		})
	}
}

func TestDatesAreInTheZoneOfTheTeam(t *testing.T) {
	auckland := time.FixedZone("", 12*3600)
	// 21:00 UTC is the next day in Auckland.
	tags := series("2024.05.16", "2024.05.17")
	tags[0].Tagger.When = time.Date(2024, 5, 16, 9, 0, 0, 0, auckland)
	tags[1].Tagger.When = time.Date(2024, 5, 17, 9, 0, 0, 0, auckland)
	now := time.Date(2024, 5, 17, 21, 0, 0, 0, time.UTC)
	if plan, err := Infer(tags, nil, Options{}).Next(nil, now); err != nil || plan.Name != "2024.05.18" {
		t.Errorf("a team in Auckland gets %q, %v", plan.Name, err)
	}
	// The same names made by a pipeline that thinks in UTC.
	for i := range tags {
		tags[i].Tagger.When = tags[i].Tagger.When.AddDate(0, 0, 1)
	}
	if plan, err := Infer(tags, nil, Options{}).Next(nil, now.In(auckland)); err != nil || plan.Name != "2024.05.17.1" {
		t.Errorf("a pipeline in UTC gets %q, %v", plan.Name, err)
	}
}

func TestAClockThatIsBehindNeverGoesBack(t *testing.T) {
	for name, want := range map[string]string{
		"2024.05.16": "2024.05.16.1", "20240516-1200": "20240516-1201", "deploy-1715860800": "deploy-1715860801",
	} {
		plan, err := Infer(series(name), nil, Options{}).Next(nil, noon.AddDate(0, 0, -5))
		if err != nil || plan.Name != want {
			t.Errorf("after %s: got %q, %v", name, plan.Name, err)
		}
	}
}

func TestSecondsSinceTheEpoch(t *testing.T) {
	tags := series("deploy-1715774400", "deploy-1715860800")
	plan, err := Infer(tags, nil, Options{}).Next(nil, noon)
	if err != nil || plan.Name != fmt.Sprintf("deploy-%d", noon.Unix()) {
		t.Errorf("got %q, %v", plan.Name, err)
	}
}

func TestComponentAsked(t *testing.T) {
	tags := series("api/v1.2.3", "web-v3.0.0", "nightly/20240516", "v9.0.0")
	for asked, want := range map[string]string{
		"api": "api/v1.2.4", "web": "web-v3.0.1", "web-": "web-v3.0.1", "api/v": "api/v1.2.4", "nightly": "nightly/20240517", "": "v9.0.1", "none": "",
	} {
		plan, err := Infer(tags, nil, Options{Component: asked}).Next(nil, noon)
		if err != nil || plan.Name != want {
			t.Errorf("component %q: got %q, %v, want %q", asked, plan.Name, err, want)
		}
	}
}

func TestOnlyWhatIsReachableDecides(t *testing.T) {
	tags := series("v1.41.0", "v1.41.1", "v2.0.0")
	main := func(tag gitops.Tag) bool { return tag.Name != "v2.0.0" }
	plan, err := Infer(tags, main, Options{}).Next(nil, noon)
	if err != nil || plan.Name != "v1.41.2" || plan.After != "v1.41.1" {
		t.Errorf("got %q after %q, %v", plan.Name, plan.After, err)
	}
}

// What can be reached is a walk through history for each tag.
func TestFewTagsAreAskedAbout(t *testing.T) {
	names := make([]string, 5000)
	for i := range names {
		names[i] = fmt.Sprint([]string{"v1.", "build-1"}[i%2], i)
	}
	tags := series(names...)
	asked := 0
	s := Infer(tags, func(tag gitops.Tag) bool { asked++; return strings.HasPrefix(tag.Name, "v") }, Options{})
	if s.Last != "v1.4998" || asked > enough+2 {
		t.Errorf("last %q after %d questions", s.Last, asked)
	}
	asked = 0
	s = Infer(tags, func(gitops.Tag) bool { asked++; return false }, Options{})
	if s.Found() || asked > patience {
		t.Errorf("last %q after %d questions", s.Last, asked)
	}
}

func TestReleasesOfAFormerSchemeNeedNotBeReached(t *testing.T) {
	s := Infer(series("2023-01-02", "v1.0.0", "v1.0.1"), func(tag gitops.Tag) bool { return tag.Name == "v1.0.1" }, Options{})
	if !s.WasRelease("2023-01-02") {
		t.Error("the date was a release once")
	}
}

func TestNoScheme(t *testing.T) {
	for _, names := range []string{"", "latest stable nightly", "nightly/20240516 beta-1"} {
		s := Infer(series(strings.Fields(names)...), nil, Options{})
		plan, err := s.Next(nil, noon)
		if s.Found() || err != nil || plan.Name != "" || plan.Scheme != "no release tags here: name one with --tag, or ship without" {
			t.Errorf("%q: %+v, %v", names, plan, err)
		}
		if s.IsRelease("v1.0.0") || s.WasRelease("v1.0.0") || s.Less("v2", "v1") || !s.Less("v9", "v10") {
			t.Errorf("%q: the empty scheme claims to know releases", names)
		}
	}
}

func TestAllTaken(t *testing.T) {
	_, err := Infer(series("v1.0.0"), nil, Options{}).Next(func(string) bool { return true }, noon)
	if gitops.CodeOf(err) != gitops.CodeNoTag {
		t.Errorf("got %v", err)
	}
}

func TestIsRelease(t *testing.T) {
	tags := series("2023-01-02", "v4.2.0", "v4.2.1", "web-v1.0.0", "v4.3.0-rc.1", "v4.2.2")
	floating := tags[5]
	floating.Name = "v4"
	minor := tags[5]
	minor.Name = "v4.2"
	s := Infer(append(tags, floating, minor), nil, Options{})
	for name, want := range map[string]bool{
		"v4.2.0": true, "v4.2.2": true, "v5.0.0": true, "4.1.0": true, "release-4.0.0": true, "v4.2.2+b1": true,
		"v4": false, "v4.2": false, "v4.3.0-rc.1": false, "web-v1.0.0": false, "latest": false, "2023-01-02": false, "": false,
	} {
		if s.IsRelease(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
	if !s.WasRelease("2023-01-02") || s.WasRelease("v4") || s.WasRelease("v4.2.0") {
		t.Error("only the date was a release of a former scheme")
	}
}

func TestImportedTagsOrderByVersion(t *testing.T) {
	s := Infer(imported(series("v1.10.0", "v1.9.0", "v1.2.0")), nil, Options{})
	if s.Last != "v1.10.0" {
		t.Errorf("last is %q", s.Last)
	}
}

func TestHabits(t *testing.T) {
	mark := func(i int, tags []gitops.Tag, annotated, signed bool, message string) {
		tags[i].Annotated, tags[i].Signed, tags[i].Message = annotated, signed, message
	}
	for _, c := range []struct{ last, want string }{
		{"v1.42.0\n", "v1.42.1"},
		{"Release v1.42.0", "Release v1.42.1"},
		{"Release 1.42.0\n", "Release 1.42.1"},
		{"v1.42.0 released\n\n* many\n* notes", "v1.42.1 released"},
		{"Release v1.42.0: round totals per line", "v1.42.1"},
		{"Round totals per line", "v1.42.1"},
		{"", "v1.42.1"},
	} {
		tags := series("v1.40.0", "v1.41.0", "v1.42.0")
		mark(1, tags, true, true, "v1.41.0")
		mark(2, tags, true, true, c.last)
		plan, err := Infer(tags, nil, Options{}).Next(nil, noon)
		if err != nil || plan.Message != c.want || !plan.Annotated || !plan.Signed {
			t.Errorf("%q: got %+v, %v", c.last, plan, err)
		}
	}
	tags := series("v1.40.0", "v1.41.0", "v1.42.0")
	mark(0, tags, true, true, "v1.40.0")
	if plan, err := Infer(tags, nil, Options{}).Next(nil, noon); err != nil || plan.Annotated || plan.Signed || plan.Message != "" {
		t.Errorf("one of three was annotated: %+v, %v", plan, err)
	}
}

// A count that was begun anew goes on from where it is now.
func TestRenumbered(t *testing.T) {
	tags := series("v11.0.0", "v12.0.0", "v0.15.0", "v0.15.1", "v0.14.9")
	for i := range 2 {
		tags[i].Tagger.When = tags[i].Tagger.When.AddDate(-3, 0, 0)
	}
	if plan, err := Infer(tags, nil, Options{}).Next(nil, noon); err != nil || plan.Name != "v0.15.2" {
		t.Errorf("got %q, %v", plan.Name, err)
	}
}
