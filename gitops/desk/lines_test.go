package desk

import (
	"context"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/gittest"
)

// twoLines is a repository that keeps 1.x alive beside 2.x; 1.x is merged up.
func twoLines(t *testing.T) *gittest.Repo {
	t.Helper()
	r := gittest.New(t)
	r.Commit("Start", map[string]string{"a": "1\n"})
	r.AnnotatedTag("v1.0.0")
	r.Git("branch", "1.x")
	r.Commit("Rewrite", map[string]string{"new": "1\n"})
	r.AnnotatedTag("v2.0.0")
	r.Commit("Second fix", map[string]string{"new": "2\n"})
	r.Git("checkout", "-q", "1.x")
	r.Commit("First fix", map[string]string{"old": "1\n"})
	r.AnnotatedTag("v1.0.1")
	r.Git("checkout", "-q", "main")
	r.Git("merge", "-q", "--no-edit", "1.x")
	r.AnnotatedTag("v2.0.1")
	r.WithRemote()
	return r
}

func TestAReleaseFollowsTheOneOfItsLine(t *testing.T) {
	d := open(t, twoLines(t))
	s := look(t, d)
	want := map[string]string{"v2.0.1": "v2.0.0", "v1.0.1": "v1.0.0", "v2.0.0": "v1.0.0", "v1.0.0": ""}
	for _, b := range s.Batches {
		if name := b.Deployment.Name(); b.Previous != want[name] {
			t.Errorf("%s follows %q, want %q", name, b.Previous, want[name])
		}
	}
	newest, _ := s.BatchByName("v2.0.1")
	whole, _, err := d.Batch(context.Background(), s, newest)
	if err != nil || len(whole.Commits) != 3 {
		t.Errorf("%d commits, %v; want both fixes and the merge", len(whole.Commits), err)
	}
}

// TestASourceKnowsTheOrder: production itself went back a line, and was seen to.
func TestASourceKnowsTheOrder(t *testing.T) {
	r := twoLines(t)
	var seen []gitops.Deployment
	for i, tag := range []string{"v2.0.1", "v1.0.1", "v2.0.0"} {
		seen = append(seen, gitops.Deployment{
			Source: "pipeline", Environment: "production", Commit: r.Rev(tag + "^{commit}"), Tag: tag,
			Status: gitops.StatusSuperseded, StartedAt: r.Now().Add(time.Duration(10-i) * time.Hour),
		})
	}
	s := told(t, open(t, r, func(o *Options) { o.Sources = []deploy.Source{runs(seen)} }))
	if b, _ := s.BatchByName("v2.0.1"); b.Previous != "v1.0.1" {
		t.Errorf("v2.0.1 was deployed after %q, want v1.0.1", b.Previous)
	}
}

// runs is a source that saw several deployments.
type runs []gitops.Deployment

func (runs) Name() string { return "pipeline" }

func (r runs) Deployments(context.Context) ([]gitops.Deployment, error) { return r, nil }
