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

// disputed is the shop with four sources: two disagree, one has old rows, one is
// not asked.
func disputed() gitops.Snapshot {
	s := shop()
	s.Sources = []gitops.SourceState{
		{Name: gitops.SourceGitHub, Place: "github.com/acme/shop", Condition: gitops.SourceFresh, Rows: 2, AnsweredAt: noon.Add(-20 * time.Second)},
		{Name: gitops.SourceArgo, Place: "deploy.acme.example/shop", Condition: gitops.SourceFresh, Rows: 1, AnsweredAt: noon.Add(-3 * time.Minute)},
		{
			Name: gitops.SourceFile, Place: "deploys.jsonl", Condition: gitops.SourceOld, Rows: 1, AnsweredAt: noon.Add(-2 * time.Hour),
			Trouble: "line 7 is no JSON", RetryAt: noon.Add(40 * time.Second),
		},
		{Name: gitops.SourceNewRelic, Condition: gitops.SourceIdle, Hint: "NEW_RELIC_API_KEY brings it"},
	}
	claim := func(source string, of gitops.Deployment, status gitops.Status) gitops.Deployment {
		of.Source, of.Status = source, status
		return of
	}
	s.Batches[0].Deployment.Source, s.Batches[1].Deployment.Source, s.Batches[2].Deployment.Source = gitops.SourceGitHub, gitops.SourceGitHub, gitops.SourceFile
	first, second, third := s.Batches[0].Deployment, s.Batches[1].Deployment, s.Batches[2].Deployment
	first.URL = "https://github.com/acme/shop/deployments/77"
	s.Batches[0].Deployment = first
	s.Deployed = &first
	s.Claims = []gitops.Deployment{
		first, claim(gitops.SourceArgo, first, gitops.StatusFailed), second,
		claim(gitops.SourceFile, second, gitops.StatusSuperseded), third,
	}
	return s
}

func suspect(n, rank int, in string, reasons ...string) gitops.Suspicion {
	s := gitops.Suspicion{Commit: hash(n), Rank: rank, Deployment: in}
	for _, r := range reasons {
		s.Reasons = append(s.Reasons, gitops.Reason{Kind: gitops.ReasonPath, Text: r})
	}
	return s
}

// decided is an order that a trace gives.
func decided() gitops.Suspects {
	return gitops.Suspects{
		Ranked: []gitops.Suspicion{
			suspect(6, 1, "v1.42.0", "changed app/price/total.go:41, the line that fails, in v1.42.0", "2 words of the error are in its message: currency, total"),
			suspect(3, 2, "v1.42.0", "changed app/price/total.go, which the trace names"),
			suspect(5, 3, "v1.42.0", "changed app/price/round.go, beside a file that the trace names"),
			suspect(4, 4, "v1.42.0", "newest of v1.42.0"), suspect(7, 5, "v1.42.0", "2nd newest of v1.42.0"),
			suspect(10, 6, "v1.41.3", "newest of v1.41.3, before the suspect deployment"), suspect(99, 7, "v1.40.0", "older"),
		},
		Deployed: hash(3), Why: "github says that v1.42.0 is live", Suspect: "v1.42.0", Frames: 3, Unplaced: 2,
	}
}

// undecided is one that it does not, with a question.
func undecided() gitops.Suspects {
	s := decided()
	s.Undecided, s.Frames, s.Unplaced = true, 0, 0
	s.Try = gitops.Halving{Commit: hash(10), Name: "v1.41.3", Good: 3, Bad: 4}
	s.Notices = []gitops.Notice{{Code: "not-deployed", Text: "3 commits of main are no suspects: production does not contain them"}}
	return s
}

func rankedBy(m timeline.Model, s gitops.Suspects) timeline.Model {
	m, _ = m.Ranking(noon, "").Update(timeline.Ranked{Suspects: s, Commits: []gitops.Commit{commit(99, "Ops", "An old one", 700*time.Hour)}, Anew: true})
	return m
}
