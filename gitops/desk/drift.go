package desk

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/history"
)

// missing reports whether what is deployed is a commit that is not in this
// clone. A tag's commit came with the tag.
func (d *Desk) missing(deployed *gitops.Deployment) bool {
	if deployed == nil || deployed.Source == gitops.SourceTags {
		return false
	}
	_, err := d.repo.Objects().Commit(deployed.Commit)
	return errors.Is(err, gitops.ErrMissing)
}

// addDrift says how far what is deployed is from the tip and from the latest
// release, and whether production went back. What the walk of a look told
// already costs nothing; where only tags are known, nothing is left to count.
func (l *looking) addDrift(ctx context.Context, s *gitops.Snapshot, rows, tags []gitops.Deployment, branch deploy.Branch) error {
	s.Drift.Ahead = s.Ahead
	if l.tellMissing(s) || s.Deployed == nil {
		return nil
	}
	deployed := s.Deployed.Commit
	var err error
	if !branch.Contains(deployed) {
		if s.Drift.Aside, err = l.count(ctx, s.Tip, deployed); err != nil {
			return err
		}
	}
	latest := deploy.Current(tags, branch)
	for _, t := range tags {
		// A release that runs and is newer than what the branch takes for the latest
		// one is the latest: a hotfix beside it.
		if latest != nil && t.Commit == deployed && t.At().After(latest.At()) {
			latest = &t
		}
	}
	if latest != nil {
		s.Drift.Tag = latest.Tag
		if latest.Commit != deployed {
			if s.Drift.TagAhead, err = l.count(ctx, deployed, latest.Commit); err != nil {
				return err
			}
			if s.Drift.TagAside, err = l.count(ctx, latest.Commit, deployed); err != nil {
				return err
			}
		}
	}
	return l.addRollback(ctx, s, rows)
}

// count is history.Count, 0 where history ends before the answer: in a shallow
// clone what is here is all that can be said, and of two commits whose histories
// do not meet here nobody knows which has what of the other.
func (l *looking) count(ctx context.Context, exclude, include gitops.Hash) (int, error) {
	if l.repo.Shallow() {
		base, err := history.MergeBase(ctx, l.repo.CommitGraph(), exclude, include)
		if errors.Is(err, gitops.ErrMissing) || err == nil && base.IsZero() {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
	}
	n, err := history.Count(ctx, l.repo.CommitGraph(), exclude, include)
	if errors.Is(err, gitops.ErrMissing) {
		return 0, nil
	}
	return n, err
}

// tellMissing tells of a production that runs what is not in this clone.
func (l *looking) tellMissing(s *gitops.Snapshot) bool {
	row, lost := l.told.lostLive(s.Deployed)
	if !lost {
		if !l.absent {
			return false
		}
		row = *s.Deployed
	}
	s.Drift.Missing, s.Drift.Fetch = true, fetchOf(l.remote, row, s.Shallow)
	what := deploy.Called(row)
	if what == "" {
		what = "a commit that it does not name"
	}
	text := fmt.Sprintf("%s says that %s runs %s, which is not in this clone", row.Source, s.Environment, what)
	if s.Drift.Fetch != "" {
		text += ": `" + s.Drift.Fetch + "` brings it"
	}
	s.Notices = append(s.Notices, gitops.Notice{Code: "deployed-missing", Text: text})
	return true
}

// fetchOf is the command that brings what a row is of; empty without a remote.
// People copy it into a shell, and the names in it are a source's text. A shallow
// clone gets all of its history with it: else that of the branch would not reach
// back to what is fetched, and nothing could be counted still.
func fetchOf(remote string, d gitops.Deployment, shallow bool) string {
	fetch := "git fetch "
	if shallow {
		fetch += "--unshallow "
	}
	switch {
	case remote == "":
		return ""
	case !d.Commit.IsZero():
		return fetch + shellWord(remote) + " " + d.Commit.String()
	case d.Tag != "" && safeWord.MatchString(d.Tag):
		return fetch + shellWord(remote) + " tag " + d.Tag
	}
	return fetch + "--tags " + shellWord(remote)
}

var safeWord = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._/+@-]*$`)

func shellWord(s string) string {
	if safeWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// withoutFailed are the rows that can have brought commits. A deployment that
// failed never arrived, and what it carried came with the next one.
func withoutFailed(rows []gitops.Deployment) []gitops.Deployment {
	if !slices.ContainsFunc(rows, failed) {
		return rows
	}
	return slices.DeleteFunc(slices.Clone(rows), failed)
}

func failed(d gitops.Deployment) bool { return d.Status == gitops.StatusFailed }

// withFailed puts the failed ones back in their places, without commits.
func withFailed(batches []gitops.Batch, rows []gitops.Deployment) []gitops.Batch {
	if len(batches) == len(rows) {
		return batches
	}
	out := make([]gitops.Batch, 0, len(rows))
	for _, row := range rows {
		switch {
		case failed(row):
			out = append(out, gitops.Batch{Deployment: row})
		case len(batches) > 0:
			out = append(out, batches[0])
			batches = batches[1:]
		}
	}
	return out
}
