package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"

	"pgregory.net/rapid"
)

// The document of `ahead list --json`, as encoding/json would write it: what the
// command writes is held against it.
type (
	listDocument struct {
		Repo        string               `json:"repo"`
		Branch      string               `json:"branch"`
		Remote      string               `json:"remote"`
		Tip         string               `json:"tip"`
		Deployed    *deploymentDocument  `json:"deployed"`
		Drift       driftDocument        `json:"drift"`
		Deployments []deploymentDocument `json:"deployments"`
		// What came later stands behind.
		Environment  string            `json:"environment"`
		Environments []string          `json:"environments"`
		Sources      []sourceDocument  `json:"sources"`
		Rollback     *rollbackDocument `json:"rollback"`
	}
	driftDocument struct {
		Ahead    int              `json:"ahead"`
		Commits  []commitDocument `json:"commits"`
		Aside    int              `json:"aside"`
		Tag      string           `json:"tag"`
		TagAhead int              `json:"tagAhead"`
		TagAside int              `json:"tagAside"`
		Missing  bool             `json:"missing"`
		Fetch    string           `json:"fetch"`
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
		// Claims is there where a source told of this commit.
		Claims []claimDocument `json:"claims,omitempty"`
	}
	// claimDocument is a deployment as one source told it.
	claimDocument struct {
		Source      string     `json:"source"`
		Environment string     `json:"environment"`
		Commit      string     `json:"commit"`
		Tag         string     `json:"tag"`
		Status      string     `json:"status"`
		StartedAt   *time.Time `json:"startedAt"`
		FinishedAt  *time.Time `json:"finishedAt"`
		Actor       string     `json:"actor"`
		URL         string     `json:"url"`
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
		Drift: driftDocument{
			Ahead: s.Ahead, Commits: commits(s.Unreleased.Commits), Aside: s.Drift.Aside, Tag: s.Drift.Tag,
			TagAhead: s.Drift.TagAhead, TagAside: s.Drift.TagAside, Missing: s.Drift.Missing, Fetch: s.Drift.Fetch,
		},
		Deployments: make([]deploymentDocument, 0, len(s.Batches)),
		Environment: s.Environment, Environments: append([]string{}, s.Environments...),
		Sources: newSourceDocuments(s.Sources), Rollback: newRollbackDocument(s.Rollback),
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
		for _, c := range s.Claims {
			if c.Commit == b.Deployment.Commit && deploy.SameEnvironment(c.Environment, s.Environment) {
				d.Claims = append(d.Claims, claimDocument{
					Source: c.Source, Environment: c.Environment, Commit: c.Commit.String(), Tag: c.Tag, Status: string(c.Status),
					StartedAt: moment(c.StartedAt), FinishedAt: moment(c.FinishedAt), Actor: c.Actor, URL: c.URL,
				})
			}
		}
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

func drawSignature(t *rapid.T) gitops.Signature {
	seconds := rapid.Int64Range(-62135596800, 253402300799).Draw(t, "seconds")
	zone := time.FixedZone("", 60*rapid.IntRange(-720, 720).Draw(t, "zone"))
	when := time.Unix(seconds, 0).In(zone)
	if rapid.Bool().Draw(t, "no time") {
		when = time.Time{}
	}
	return gitops.Signature{Name: drawText(t), Email: drawText(t), When: when}
}

// drawText makes what repositories hold: any bytes at all.
func drawText(t *rapid.T) string {
	return rapid.OneOf(
		rapid.StringMatching(`[ -~]{0,20}`), rapid.String(),
		rapid.SampledFrom([]string{"<b>&\u2028\u2029\x7f", "\xff\xc3(", "a\tb\r\nc\x00\x1f", `\"`, "Zoë Ω 日本"}),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 12), func(b []byte) string { return string(b) }),
	).Draw(t, "text")
}

func drawHash(t *rapid.T) gitops.Hash {
	return gitops.HashObject(gitops.KindBlob, fmt.Append(nil, rapid.IntRange(0, 12).Draw(t, "hash")))
}

func drawBatch(t *rapid.T) gitops.Batch {
	started, finished := drawSignature(t), drawSignature(t)
	return gitops.Batch{
		Deployment: gitops.Deployment{
			Source: drawText(t), Environment: drawText(t), Commit: drawHash(t), Tag: drawText(t), Status: gitops.Status(drawText(t)),
			StartedAt: started.When, FinishedAt: finished.When, Actor: drawText(t), URL: drawText(t),
		},
		Commits:   rapid.SliceOfN(rapid.Custom(drawHash), 0, 4).Draw(t, "commits"),
		Truncated: rapid.Bool().Draw(t, "truncated"),
	}
}

// TestListIsWrittenAsEncodingJSONWould, whatever a repository holds.
func TestListIsWrittenAsEncodingJSONWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gitops.Snapshot{
			Location: gitops.Location{Name: drawText(t)}, Branch: drawText(t), Remote: drawText(t), Tip: drawHash(t),
			Ahead: rapid.IntRange(0, 2000).Draw(t, "ahead"), Unreleased: drawBatch(t),
			Batches: rapid.SliceOfN(rapid.Custom(drawBatch), 0, 3).Draw(t, "batches"),
		}
		for i := range rapid.IntRange(0, 6).Draw(t, "commits") {
			s.Commits = append(s.Commits, gitops.Commit{
				Hash: gitops.HashObject(gitops.KindBlob, fmt.Append(nil, i)), Author: drawSignature(t), Committer: drawSignature(t),
				Message: drawText(t), Parents: rapid.SliceOfN(rapid.Custom(drawHash), 0, 3).Draw(t, "parents"),
			})
		}
		var v verdicts
		if rapid.Bool().Draw(t, "verdicts") {
			v = verdicts{drawHash(t): {Verdict: gitops.VerdictConflict}, drawHash(t): {}}
		}
		s.Environment = rapid.SampledFrom([]string{"production", drawText(t)}).Draw(t, "environment")
		for range rapid.IntRange(0, 4).Draw(t, "claims") {
			c := drawBatch(t).Deployment
			c.Environment = rapid.SampledFrom([]string{s.Environment, "", "elsewhere"}).Draw(t, "place")
			s.Claims = append(s.Claims, c)
		}
		s.Environments = rapid.SliceOfN(rapid.Custom(drawText), 0, 3).Draw(t, "environments")
		s.Drift = gitops.Drift{Aside: 3, Tag: drawText(t), TagAhead: 4, TagAside: 5, Missing: rapid.Bool().Draw(t, "missing"), Fetch: drawText(t)}
		if rapid.Bool().Draw(t, "sources") {
			s.Sources = []gitops.SourceState{{Name: drawText(t), Place: drawText(t), Condition: gitops.SourceOld, AnsweredAt: drawSignature(t).When, Trouble: drawText(t), Hint: drawText(t)}}
			s.Rollback = &gitops.Rollback{Left: drawBatch(t).Deployment, Lost: 3, Pending: 2, Reverted: 1}
		}
		if rapid.Bool().Draw(t, "deployed") {
			d := drawBatch(t).Deployment
			s.Deployed = &d
		}
		var want bytes.Buffer
		printJSON(&want, newListDocument(s, v))
		if got := appendList(nil, s, v); !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("%s\nencoding/json: %s", got, want.Bytes())
		}
		if !json.Valid(want.Bytes()) {
			t.Fatal("no JSON")
		}
	})
}
