package desk_test

import (
	"context"
	"reflect"
	"testing"

	"ahead/gitops"
)

// TestRecentSnapshotIsTheSameWhereItIsLookedAt: with thousands of tags, one a
// commit, the commits, what is deployed, the next name and the newest
// deployments are those of the whole look; older ones are there by name.
func TestRecentSnapshotIsTheSameWhereItIsLookedAt(t *testing.T) {
	d := openIdle(t, generated(t, 4000, 1))
	ctx := context.Background()
	whole, err := d.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	recent, complete, err := d.RecentSnapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if complete || len(whole.Batches) < 3900 || len(recent.Batches) != len(whole.Batches) || len(recent.Tags) != len(whole.Tags) {
		t.Fatalf("%d and %d deployments", len(whole.Batches), len(recent.Batches))
	}
	undated := 0
	for i, want := range whole.Batches {
		got := recent.Batches[i]
		if got.Deployment.StartedAt.IsZero() {
			undated++
			want.Deployment.StartedAt, want.Deployment.Actor = got.Deployment.StartedAt, got.Deployment.Actor
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("deployment %d: %+v, whole %+v", i, got, want)
		}
	}
	if undated < 2000 || undated > 3500 {
		t.Errorf("%d deployments have no date", undated)
	}
	if !reflect.DeepEqual(recent.Commits, whole.Commits) || !reflect.DeepEqual(recent.Deployed, whole.Deployed) ||
		!reflect.DeepEqual(recent.Unreleased, whole.Unreleased) || recent.Ahead != whole.Ahead {
		t.Error("another look")
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
		if _, known := s.BatchByName("v1.0.5"); !known {
			t.Error("an old release is not there by its name")
		}
		if s.Deployed == nil || s.Deployed.Status != gitops.StatusReleased {
			t.Errorf("deployed: %+v", s.Deployed)
		}
	}
}
