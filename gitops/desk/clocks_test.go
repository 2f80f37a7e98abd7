package desk

import (
	"strings"
	"testing"
	"time"

	"ahead/gitops"
)

func TestAheadOfClock(t *testing.T) {
	now := time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)
	row := func(source string, at time.Time) gitops.Deployment {
		return gitops.Deployment{Source: source, StartedAt: at}
	}
	got := aheadOfClock([]gitops.Deployment{
		row("ci", now.Add(9*time.Minute)), row("argo", now.AddDate(73, 0, 0)), row("ci", now.Add(-time.Hour)),
		row("argo", now.Add(time.Hour)),
		{Source: "none"},
	}, now)
	if len(got) != 1 || !strings.HasPrefix(got[0].Text, "argo dates a deployment 2099-11-23 12:00 UTC") {
		t.Errorf("%+v", got)
	}
}
