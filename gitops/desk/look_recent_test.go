package desk_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// TestRecentSnapshotIsTheSameWhereItIsLookedAt: with thousands of tags, one a
// commit, the commits, what is deployed, the next name and the newest
// deployments are those of the whole look; older ones are there as tags.
func TestRecentSnapshotIsTheSameWhereItIsLookedAt(t *testing.T) {
	d := openIdle(t, generated(t, 4000, 1))
	ctx := context.Background()
	whole, err := d.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	plan := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{whole.Tip}}
	next, err := d.Plan(ctx, whole, plan)
	if err != nil {
		t.Fatal(err)
	}
	recent, complete, err := d.RecentSnapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := d.Plan(ctx, recent, plan); err != nil || got.Tag != next.Tag {
		t.Errorf("the next release is %+v, %v; by the whole look %+v", got.Tag, err, next.Tag)
	}
	if n := len(recent.Batches); complete || len(whole.Batches) < 3900 || n < 400 || n > 1000 || len(recent.Tags) != len(whole.Tags) {
		t.Fatalf("%d and %d deployments", len(whole.Batches), len(recent.Batches))
	}
	if !reflect.DeepEqual(recent.Batches, whole.Batches[:len(recent.Batches)]) {
		t.Error("other deployments")
	}
	if !reflect.DeepEqual(recent.Commits, whole.Commits) || !reflect.DeepEqual(recent.Deployed, whole.Deployed) ||
		!reflect.DeepEqual(recent.Unreleased, whole.Unreleased) || recent.Ahead != whole.Ahead || !reflect.DeepEqual(recent.Notices, whole.Notices) {
		t.Error("another look")
	}
	// Where the deployments end, the commits of the last one do not go on.
	last := recent.Batches[len(recent.Batches)-1]
	_, want, err := d.Batch(ctx, whole, last)
	if err != nil {
		t.Fatal(err)
	}
	if _, got, err := d.Batch(ctx, recent, last); err != nil || !reflect.DeepEqual(got, want) || len(got) == 0 {
		t.Errorf("%s brought %d commits, by the whole look %d: %v", last.Deployment.Name(), len(got), len(want), err)
	}
}

// TestRecentSnapshotGoesBackAsFarAsItsCommits: thirty components are released
// with each commit, so the listed commits have more deployments than have dates.
func TestRecentSnapshotGoesBackAsFarAsItsCommits(t *testing.T) {
	r := gittest.New(t)
	var refs strings.Builder
	for i := range 80 {
		h := r.Commit(fmt.Sprint("change ", i), map[string]string{"a": fmt.Sprint(i)})
		for k := range 30 {
			fmt.Fprintf(&refs, "create refs/tags/v1.%d.%d %s\n", i, k, h)
		}
	}
	if out, err := r.GitInput(refs.String(), "update-ref", "--stdin"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	r.Git("pack-refs", "--all")
	d := openIdle(t, r.Dir)
	whole, err := d.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	recent, complete, err := d.RecentSnapshot(context.Background())
	if err != nil || !complete {
		t.Fatalf("complete %v: %v", complete, err)
	}
	if len(recent.Batches) != len(whole.Batches) || len(whole.Batches) < 2000 {
		t.Errorf("%d and %d deployments", len(recent.Batches), len(whole.Batches))
	}
	if !reflect.DeepEqual(recent.Batches, whole.Batches) {
		t.Error("other deployments")
	}
}

// TestALateReleaseOfAnOldLineIsFound, packed or not.
func TestALateReleaseOfAnOldLineIsFound(t *testing.T) {
	dir := generated(t, 2500, 1)
	for _, packed := range []bool{false, true} {
		r := lateRelease(t, dir, packed)
		s, _, err := openIdle(t, r).RecentSnapshot(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, b := range s.Batches[:2] {
			names = append(names, b.Deployment.Name())
		}
		if names[0] != "v3.4.99" {
			t.Errorf("packed %v: the newest are %q", packed, names)
		}
		if !slices.ContainsFunc(s.Tags, func(tag gitops.Tag) bool { return tag.Name == "v1.0.5" }) {
			t.Error("an old release is not there by its name")
		}
		if s.Deployed == nil || s.Deployed.Status != gitops.StatusReleased {
			t.Errorf("deployed: %+v", s.Deployed)
		}
	}
}
