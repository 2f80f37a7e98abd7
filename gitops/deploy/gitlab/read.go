package gitlab

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/told"
)

var errNoDeployments = errors.New("none of its entries is a deployment")

// record is what is kept of a deployment in the list.
type record struct {
	ID          int64       `json:"id,omitempty"`
	SHA         gitops.Hash `json:"sha"`
	Ref         string      `json:"ref,omitempty"`
	Environment string      `json:"environment,omitempty"`
	Actor       string      `json:"actor,omitempty"`
	Status      string      `json:"status,omitempty"`
	URL         string      `json:"url,omitempty"`
	Created     time.Time   `json:"created"`
	Started     time.Time   `json:"started"`
	Finished    time.Time   `json:"finished"`
	// Tag and Branch say what the ref is, where GitLab does.
	Tag    bool `json:"tag,omitempty"`
	Branch bool `json:"branch,omitempty"`
	// Blank is one that names no commit or no environment.
	Blank bool `json:"blank,omitempty"`
}

// read reads GET …/deployments.
func (s *Source) read(body []byte) ([]record, error) {
	items, err := told.List(body, told.PageSize)
	if err != nil {
		return nil, s.client.Nonsense(err)
	}
	records := make([]record, len(items))
	blank := 0
	for i, item := range items {
		if records[i] = s.record(item); records[i].Blank {
			blank++
		}
	}
	if blank > 0 && blank == len(items) {
		return nil, s.client.Nonsense(errNoDeployments)
	}
	return records, nil
}

func (s *Source) record(item told.Object) record {
	now, clean := s.opts.Now(), s.client.Clean
	job := item.Object("deployable")
	r := record{
		ID: item.ID("id"), SHA: item.Commit("sha"), Ref: clean(item.Text("ref")), Status: clean(item.Text("status")),
		Environment: clean(item.Object("environment").Text("name")), Actor: clean(item.Object("user").Text("username")),
		Created: item.Moment("created_at", now), Started: job.Moment("started_at", now), Finished: job.Moment("finished_at", now),
	}
	if r.SHA.IsZero() || r.Environment == "" {
		return record{Blank: true}
	}
	if tag, known := job.Flag("tag"); known {
		r.Tag, r.Branch = tag, !tag
	}
	r.URL = clean(cmp.Or(job.Page("web_url"), job.Object("pipeline").Page("web_url"), item.Object("environment").Page("external_url")))
	return r
}

// status is GitLab's word, as far as one deployment alone can tell.
func (r record) status() gitops.Status {
	switch r.Status {
	case "success":
		return gitops.StatusLive
	case "failed", "canceled":
		return gitops.StatusFailed
	case "created", "running", "blocked":
		return gitops.StatusPending
	}
	return gitops.StatusUnknown
}

func (r record) fact() told.Fact {
	f := told.Fact{Environment: r.Environment, Status: r.status(), Blank: r.Blank}
	if f.Status == gitops.StatusLive {
		f.Reached, f.Arrived = true, r.Finished
	}
	return f
}

func (s *Source) row(r record, status gitops.Status) gitops.Deployment {
	d := gitops.Deployment{
		Source: s.opts.Label, Environment: r.Environment, Commit: r.SHA, Status: status, StartedAt: r.Started,
		FinishedAt: r.Finished, Actor: r.Actor, URL: r.URL,
	}
	if d.StartedAt.IsZero() {
		d.StartedAt = r.Created
	}
	if status == gitops.StatusPending {
		d.FinishedAt = time.Time{}
	}
	if r.ID != 0 {
		d.ID = strconv.FormatInt(r.ID, 10)
	}
	switch {
	case r.Ref == "", strings.HasPrefix(r.Ref, "refs/"):
		// A merge request's pipeline has a full name.
		d.Ref, d.Tag = told.Ref(r.Ref, r.SHA, nil)
	case r.Tag:
		d.Ref, d.Tag = "refs/tags/"+r.Ref, r.Ref
	case r.Branch:
		d.Ref = "refs/heads/" + r.Ref
	default:
		d.Ref, d.Tag = told.Ref(r.Ref, r.SHA, s.opts.Tag)
	}
	return d
}
