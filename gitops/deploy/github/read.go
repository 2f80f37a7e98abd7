package github

import (
	"cmp"
	"errors"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/told"
)

var (
	errNoDeployments = errors.New("none of its entries is a deployment")
	errNoStatuses    = errors.New("none of its entries is a status")
)

// record is what is kept of a deployment in the list.
type record struct {
	ID          int64       `json:"id,omitempty"`
	SHA         gitops.Hash `json:"sha"`
	Ref         string      `json:"ref,omitempty"`
	Task        string      `json:"task,omitempty"`
	Environment string      `json:"environment,omitempty"`
	Actor       string      `json:"actor,omitempty"`
	Created     time.Time   `json:"created"`
	// Blank is one that names no commit or no environment.
	Blank bool `json:"blank,omitempty"`
}

// readDeployments reads GET …/deployments.
func (s *Source) readDeployments(body []byte) ([]record, error) {
	items, err := told.List(body, told.PageSize)
	if err != nil {
		return nil, s.client.Nonsense(err)
	}
	now := s.opts.Now()
	records := make([]record, len(items))
	blank := 0
	for i, item := range items {
		r := record{
			ID: item.ID("id"), SHA: item.Commit("sha"), Ref: s.client.Clean(item.Text("ref")), Task: s.client.Clean(item.Text("task")),
			Environment: s.client.Clean(item.Text("environment")), Actor: s.client.Clean(item.Object("creator").Text("login")),
			Created: item.Moment("created_at", now),
		}
		if r.SHA.IsZero() || r.Environment == "" {
			r = record{Blank: true}
			blank++
		}
		records[i] = r
	}
	if blank > 0 && blank == len(items) {
		return nil, s.client.Nonsense(errNoDeployments)
	}
	return records, nil
}

// inactive is the word for what is in force no longer.
const inactive = "inactive"

// words are what the statuses of one deployment say together.
type words struct {
	// State is that of the newest status; empty where there is none.
	State string `json:"state,omitempty"`
	// Changed is when the newest was given, Arrived when the last success was,
	// Failed when the last failure was.
	Changed time.Time `json:"changed"`
	Arrived time.Time `json:"arrived"`
	Failed  time.Time `json:"failed"`
	// Reached says that there is a success; Broke that the last word before any
	// inactive is a failure.
	Reached     bool   `json:"reached,omitempty"`
	Broke       bool   `json:"broke,omitempty"`
	Environment string `json:"environment,omitempty"`
	URL         string `json:"url,omitempty"`
}

// readStatuses reads GET …/deployments/{id}/statuses, which come newest first.
func (s *Source) readStatuses(body []byte) (words, error) {
	items, err := told.List(body, told.PageSize)
	if err != nil {
		return words{}, s.client.Nonsense(err)
	}
	now := s.opts.Now()
	var w words
	var page, place string
	decided, stated := false, false
	for i, item := range items {
		state, at := s.client.Clean(item.Text("state")), item.Moment("created_at", now)
		if i == 0 {
			w.State, w.Changed = state, at
		}
		if w.Environment == "" {
			w.Environment = s.client.Clean(item.Text("environment"))
		}
		if page == "" {
			page = cmp.Or(item.Page("log_url"), item.Page("target_url"))
		}
		if place == "" {
			place = item.Page("environment_url")
		}
		success, failure := state == "success", state == "failure" || state == "error"
		if success && !w.Reached {
			w.Reached, w.Arrived = true, at
		}
		if !decided && failure {
			w.Broke, w.Failed = true, at
		}
		decided = decided || state != inactive
		stated = stated || state != ""
	}
	if len(items) > 0 && !stated {
		return words{}, s.client.Nonsense(errNoStatuses)
	}
	w.URL = s.client.Clean(cmp.Or(page, place))
	return w, nil
}

// status is the last word, as far as one deployment alone can tell.
func (w words) status() gitops.Status {
	switch w.State {
	case "success":
		return gitops.StatusLive
	case inactive:
		if w.Broke {
			return gitops.StatusFailed
		}
		return gitops.StatusSuperseded
	case "failure", "error":
		return gitops.StatusFailed
	case "pending", "queued", "in_progress", "waiting":
		return gitops.StatusPending
	}
	return gitops.StatusUnknown
}

// tell adds what the statuses say to a row.
func (w words) tell(row *gitops.Deployment, status gitops.Status) {
	row.Status, row.FinishedAt = status, time.Time{}
	switch {
	case status == gitops.StatusFailed:
		row.FinishedAt = w.Failed
	case w.Reached && status != gitops.StatusPending:
		row.FinishedAt = w.Arrived
	}
	if w.Environment != "" {
		row.Environment = w.Environment
	}
	row.URL = w.URL
}
