package repo_test

import (
	"reflect"
	"testing"

	"ahead/gitops"
	"ahead/gitops/repo"
)

// sameOrigins compares the quick reading of all tags with the whole one.
func sameOrigins(t *testing.T, opened *repo.Repository) int {
	t.Helper()
	refs, err := opened.RefsUnpeeled(ctx)
	if err != nil {
		t.Fatal(err)
	}
	quick, quickNotices, err := opened.TagOrigins(ctx, refs.Tags)
	if err != nil {
		t.Fatal(err)
	}
	whole, notices, err := opened.AllTagDetails(ctx, refs.Tags)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(quickNotices, notices) {
		t.Errorf("notices %v, whole %v", quickNotices, notices)
	}
	for i, want := range whole {
		got := quick[i]
		same := got.Tagger.Name == want.Tagger.Name && got.Tagger.Email == want.Tagger.Email && got.Tagger.When.Equal(want.Tagger.When)
		_, a := got.Tagger.When.Zone()
		_, b := want.Tagger.When.Zone()
		if got.Name != want.Name || got.Object != want.Object || got.Commit != want.Commit || got.Annotated != want.Annotated || !same || a != b {
			t.Errorf("%+v, whole %+v", got, want)
		}
	}
	return len(whole)
}

func TestTagOriginsAreThoseOfTheWholeTags(t *testing.T) {
	r, _ := project(t)
	r.Tag("another-light")
	r.AnnotatedTag("another-annotated")
	r.Git("tag", "-a", "-m", "tag of a tag", "another-nested", "another-annotated")
	r.Git("tag", "another-tree", "HEAD^{tree}")
	r.Git("tag", "-a", "-m", "annotated tree", "annotated-tree", "HEAD^{tree}")
	if n := sameOrigins(t, open(t, r.Dir)); n < 5 {
		t.Fatalf("%d tags", n)
	}
	r.Git("pack-refs", "--all")
	r.Git("repack", "-adq")
	sameOrigins(t, open(t, r.Dir))
}

// TestRealTagOrigins is the same on a real repository.
func TestRealTagOrigins(t *testing.T) {
	if *realRepo == "" {
		t.Skip("no -repo given")
	}
	t.Logf("compared %d tags", sameOrigins(t, open(t, *realRepo)))
}

// TestReplacementsAreLeftAsideWhereGitLeavesThem.
func TestReplacementsAreLeftAsideWhereGitLeavesThem(t *testing.T) {
	r, _ := project(t)
	head, other := r.Head(), r.Commit("other\n", map[string]string{"other": "1"})
	r.Git("replace", head.String(), other.String())
	subject := func(env map[string]string) string {
		t.Helper()
		opened, err := repo.OpenWith(ctx, r.Dir, repo.Environment{UID: -1, Lookup: func(name string) (string, bool) {
			v, ok := env[name]
			return v, ok
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		c, err := opened.Objects().Commit(head)
		if err != nil {
			t.Fatal(err)
		}
		links, err := opened.Graph().Links(head)
		if err != nil || !reflect.DeepEqual(links, gitops.Links{Parents: c.Parents, When: c.Committer.When.Unix()}) {
			t.Errorf("links %+v of %+v, %v", links, c, err)
		}
		return c.Subject()
	}
	own := "other"
	if got := subject(nil); got != own {
		t.Errorf("replaced: %q", got)
	}
	if got := subject(map[string]string{"GIT_NO_REPLACE_OBJECTS": "1"}); got == own {
		t.Error("replaced in spite of GIT_NO_REPLACE_OBJECTS")
	}
	r.Git("config", "core.useReplaceRefs", "false")
	if got := subject(nil); got == own {
		t.Error("replaced in spite of core.useReplaceRefs")
	}
}
