package timeline_test

import (
	"fmt"
	"time"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/theme"
	"ahead/ui/timeline"
)

var noon = time.Date(2024, 5, 6, 14, 31, 0, 0, time.UTC)

func hash(n int) gitops.Hash {
	return gitops.HashObject(gitops.KindBlob, fmt.Appendf(nil, "commit %d", n))
}

func commit(n int, author, subject string, ago time.Duration) gitops.Commit {
	who := gitops.Signature{Name: author, Email: author + "@shop.example", When: noon.Add(-ago)}
	return gitops.Commit{Hash: hash(n), Parents: []gitops.Hash{hash(n + 1)}, Author: who, Committer: who, Message: subject + "\n"}
}

func deployment(n int, tag string, s gitops.Status, ago time.Duration) gitops.Deployment {
	return gitops.Deployment{Source: gitops.SourceDrill, Commit: hash(n), Tag: tag, Status: s, FinishedAt: noon.Add(-ago), Actor: "release-bot"}
}

// shop is the repository of SCREENS.md.
func shop() gitops.Snapshot {
	merge := commit(5, "Platform", "Merge 'http-client'", time.Hour)
	merge.Parents = append(merge.Parents, hash(50))
	s := gitops.Snapshot{
		Location: gitops.Location{Name: "shop"}, Branch: "main", Remote: "origin", Tip: hash(0), Ahead: 3,
		Commits: []gitops.Commit{
			commit(0, "Web", "Update banner text", 5*time.Minute),
			commit(1, "Platform", "Bump http client", 9*time.Minute),
			commit(2, "Search", "Enable new search", 12*time.Minute),
			commit(3, "Pricing", "Round totals per line", 41*time.Minute),
			commit(4, "Search", "Cache suggestions", 52*time.Minute),
			merge,
			commit(6, "Checkout", "Add orders.currency", 2*time.Hour),
			commit(7, "Pricing", "Round (undone by 3)", 3*time.Hour),
			commit(8, "Docs", "Fix a typo in the guide", 3*time.Hour),
			commit(9, "Docs", "A subject that goes on and on because its author had a lot to say about a very small change", 4*time.Hour),
			commit(10, "Web", "Older one", 25*time.Hour),
			commit(11, "Web", "Older two", 26*time.Hour),
		},
		Unreleased: gitops.Batch{Previous: "v1.42.0", Commits: []gitops.Hash{hash(0), hash(1), hash(2)}},
	}
	live := deployment(3, "v1.42.0", gitops.StatusLive, 29*time.Minute)
	s.Deployed = &live
	s.Batches = []gitops.Batch{
		{Deployment: live, Previous: "v1.41.3", Commits: []gitops.Hash{hash(3), hash(4), hash(5), hash(6), hash(7), hash(8), hash(9)}},
		{Deployment: deployment(10, "v1.41.3", gitops.StatusSuperseded, 25*time.Hour), Previous: "v1.41.2", Commits: []gitops.Hash{hash(10), hash(11)}},
		{Deployment: deployment(12, "v1.41.2", gitops.StatusFailed, 49*time.Hour), Previous: "v1.41.1"},
	}
	return s
}

// known feeds what the service would have found out.
func known(m timeline.Model) timeline.Model {
	tip := hash(0)
	for _, j := range []timeline.Judged{
		{Commit: hash(3), Judgement: gitops.Judgement{Verdict: gitops.VerdictClean}},
		{Commit: hash(4), Judgement: gitops.Judgement{Verdict: gitops.VerdictClean}},
		{Commit: hash(5), Judgement: gitops.Judgement{Verdict: gitops.VerdictConflict, Conflicts: 2}},
		{Commit: hash(6), Judgement: gitops.Judgement{Verdict: gitops.VerdictRefused, Reason: "the root commit has nothing before it"}},
		{Commit: hash(7), Judgement: gitops.Judgement{Verdict: gitops.VerdictEmpty, Reason: "already undone by 1c0aa3d"}},
	} {
		j.Tip = tip
		m, _ = m.Update(j)
	}
	m = m.Working(hash(8))
	m, _ = m.Update(timeline.Touched{Commit: hash(3), Files: []gitops.FileChange{
		{Path: "app/price/total.go", Status: gitops.Modified, Additions: 12, Deletions: 4},
		{Path: "app/price/total_test.go", Status: gitops.Added, Additions: 30},
	}})
	m, _ = m.Update(timeline.Touched{
		Commit: hash(6), Files: []gitops.FileChange{{Path: "db/migrations/0042_currency.sql", Status: gitops.Added, Additions: 3}},
		Hazards: []string{gitops.WarnMigration, gitops.WarnCIConfig, gitops.WarnLockfile},
	})
	return m
}

func plain(share bool) *theme.Theme {
	th, err := theme.New(theme.Dark, theme.Options{Share: share, Depth: term.DepthTrue})
	if err != nil {
		panic(err)
	}
	return th
}

func ready(width, height int) timeline.Model {
	return known(timeline.New(plain(false), noon).SetSize(width, height).SetSnapshot(shop()))
}
