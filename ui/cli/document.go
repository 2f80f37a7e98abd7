package cli

import (
	"time"

	"ahead/gitops"
)

// The documents of `ahead list --json`.
type (
	listDocument struct {
		Repo        string               `json:"repo"`
		Branch      string               `json:"branch"`
		Remote      string               `json:"remote"`
		Tip         string               `json:"tip"`
		Deployed    *deploymentDocument  `json:"deployed"`
		Drift       driftDocument        `json:"drift"`
		Deployments []deploymentDocument `json:"deployments"`
	}
	driftDocument struct {
		Ahead   int              `json:"ahead"`
		Commits []commitDocument `json:"commits"`
	}
	deploymentDocument struct {
		Source      string     `json:"source"`
		Environment string     `json:"environment"`
		Commit      string     `json:"commit"`
		Tag         string     `json:"tag"`
		Status      string     `json:"status"`
		StartedAt   *time.Time `json:"startedAt"`
		FinishedAt  *time.Time `json:"finishedAt"`
		Actor       string     `json:"actor"`
		URL         string     `json:"url"`
		// Commits is absent in listDocument.Deployed only.
		Commits *[]commitDocument `json:"commits,omitempty"`
		// Truncated is there where --limit cut the commits off.
		Truncated bool `json:"truncated,omitempty"`
	}
	commitDocument struct {
		SHA         string    `json:"sha"`
		Author      string    `json:"author"`
		Email       string    `json:"email"`
		CommittedAt time.Time `json:"committedAt"`
		Subject     string    `json:"subject"`
		Parents     []string  `json:"parents"`
		Verdict     *string   `json:"verdict"`
	}
)

// verdicts are the words asked for with --verdicts; nil for none.
type verdicts map[gitops.Hash]gitops.Judgement

func newListDocument(s gitops.Snapshot, v verdicts) listDocument {
	byHash := make(map[gitops.Hash]gitops.Commit, len(s.Commits))
	for _, c := range s.Commits {
		byHash[c.Hash] = c
	}
	commits := func(hashes []gitops.Hash) []commitDocument {
		out := make([]commitDocument, 0, len(hashes))
		for _, h := range hashes {
			if c, ok := byHash[h]; ok {
				out = append(out, newCommitDocument(c, v))
			}
		}
		return out
	}
	doc := listDocument{
		Repo: s.Location.Name, Branch: s.Branch, Remote: s.Remote, Tip: s.Tip.String(),
		Drift:       driftDocument{Ahead: s.Ahead, Commits: commits(s.Unreleased.Commits)},
		Deployments: make([]deploymentDocument, 0, len(s.Batches)),
	}
	if s.Deployed != nil {
		d := newDeploymentDocument(*s.Deployed)
		doc.Deployed = &d
	}
	for _, b := range s.Batches {
		d := newDeploymentDocument(b.Deployment)
		batch := commits(b.Commits)
		d.Commits = &batch
		d.Truncated = b.Truncated
		doc.Deployments = append(doc.Deployments, d)
	}
	return doc
}

func newDeploymentDocument(d gitops.Deployment) deploymentDocument {
	return deploymentDocument{
		Source: d.Source, Environment: d.Environment, Commit: d.Commit.String(), Tag: d.Tag,
		Status: string(d.Status), StartedAt: moment(d.StartedAt), FinishedAt: moment(d.FinishedAt),
		Actor: d.Actor, URL: d.URL,
	}
}

func newCommitDocument(c gitops.Commit, v verdicts) commitDocument {
	doc := commitDocument{
		SHA: c.Hash.String(), Author: c.Author.Name, Email: c.Author.Email,
		CommittedAt: c.Committer.When.UTC(), Subject: c.Subject(), Parents: hexes(c.Parents),
	}
	if j, ok := v[c.Hash]; ok {
		word := j.Verdict.String()
		doc.Verdict = &word
	}
	return doc
}

// moment is null in JSON where the time is not known.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	utc := t.UTC()
	return &utc
}

func hexes(hashes []gitops.Hash) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = h.String()
	}
	return out
}

// hexOrEmpty leaves out the id of nothing.
func hexOrEmpty(h gitops.Hash) string {
	if h.IsZero() {
		return ""
	}
	return h.String()
}
