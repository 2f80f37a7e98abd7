package desk

import (
	"context"
	"errors"
	"fmt"

	"ahead/gitops"
	"ahead/gitops/history"
	"ahead/gitops/suspect"
)

// mostAhead bounds the commits beyond production that are held to the evidence.
const mostAhead = 300

// lookAhead holds the commits that production does not contain to the evidence
// where only tags say what it runs: production is often ahead of its tags, and
// then the culprit is among the commits that are left out. They stay left out;
// what speaks against them is said.
func (w *suspectWindow) lookAhead(ctx context.Context) error {
	if w.outside == 0 || !w.evidence.Runs.IsZero() || w.snap.Deployed == nil || w.snap.Deployed.Source != gitops.SourceTags {
		return nil
	}
	ahead, err := w.ahead(ctx)
	if err != nil {
		return err
	}
	for _, hint := range []struct {
		evidence gitops.Evidence
		kind     gitops.ReasonKind
		what     string
	}{
		{gitops.Evidence{Trace: w.evidence.Trace}, gitops.ReasonLine, "a line of the trace"},
		{gitops.Evidence{Paths: w.evidence.Paths}, gitops.ReasonPath, "a path that is named"},
	} {
		if hint.evidence.IsZero() {
			continue
		}
		hits, err := w.hits(ctx, ahead, hint.evidence, hint.kind)
		if err != nil {
			return err
		}
		if len(hits) > 0 {
			more := ""
			if n := len(hits) - 1; n > 0 {
				more = fmt.Sprintf(" and %d more", n)
			}
			w.notice(gitops.NoticeAheadHit, fmt.Sprintf("%s%s, beyond %s, changed %s", hits[0].Commit.Short(), more, w.beyond(), hint.what))
			return nil
		}
	}
	w.notice(gitops.NoticeTagsOnly, "only tags say what production runs, and it is often ahead of them")
	return nil
}

// beyond names the deployment that production is taken to run.
func (w *suspectWindow) beyond() string {
	if w.tried.before != nil {
		return w.tried.before.Name()
	}
	return w.snap.Deployed.Name()
}

// ahead are the newest commits that production does not contain, without those
// from after the trouble.
func (w *suspectWindow) ahead(ctx context.Context) ([]suspect.Candidate, error) {
	commits, _, err := history.Between(ctx, w.repo.CommitGraph(), w.deployed, w.snap.Tip, mostAhead)
	if errors.Is(err, gitops.ErrMissing) {
		return nil, nil
	}
	var out []suspect.Candidate
	for _, c := range commits {
		late := !w.evidence.At.IsZero() && c.Committer.When.After(w.evidence.At)
		if !late && !w.tried.none(c.Hash) {
			out = append(out, suspect.Candidate{Commit: c})
		}
	}
	return out, err
}

// hits are the candidates against which there is evidence of one kind, the
// likeliest first. Lines are those of the tip.
func (w *suspectWindow) hits(ctx context.Context, ahead []suspect.Candidate, e gitops.Evidence, kind gitops.ReasonKind) ([]gitops.Suspicion, error) {
	found, err := suspect.Gather(ctx, w.repo.Objects(), suspect.Inquiry{
		Deployed: w.snap.Tip, Candidates: ahead, Evidence: e, Files: w.filesOf(w.snap.Tip),
	})
	if err != nil {
		return nil, err
	}
	w.keepFiles(w.snap.Tip, found.Files)
	var out []gitops.Suspicion
	for _, s := range suspect.Rank(found).Ranked {
		if s.Reasons[0].Kind == kind {
			out = append(out, s)
		}
	}
	return out, nil
}
