package cli

import (
	"time"

	"ahead/gitops"
)

// The documents of `ahead revert --json`.
type (
	receiptDocument struct {
		ID     string         `json:"id"`
		Commit string         `json:"commit"`
		Tag    tagDocument    `json:"tag"`
		Refs   []refDocument  `json:"refs"`
		Route  string         `json:"route"`
		URL    string         `json:"url"`
		Steps  []stepDocument `json:"steps"`
	}
	tagDocument struct {
		Name   string `json:"name"`
		Object string `json:"object"`
	}
	refDocument struct {
		Ref      string `json:"ref"`
		Old      string `json:"old"`
		New      string `json:"new"`
		Status   string `json:"status"`
		Evidence string `json:"evidence"`
	}
	stepDocument struct {
		Name   string    `json:"name"`
		State  string    `json:"state"`
		At     time.Time `json:"at"`
		Detail string    `json:"detail"`
	}
)

func newReceiptDocument(r gitops.Receipt) receiptDocument {
	doc := receiptDocument{
		ID: r.ID, Commit: hexOrEmpty(r.Commit),
		Tag:   tagDocument{Name: r.Tag.Name, Object: hexOrEmpty(r.Tag.Object)},
		Refs:  make([]refDocument, 0, len(r.Refs)),
		Route: string(r.Route), URL: r.URL,
		Steps: make([]stepDocument, 0, len(r.Steps)),
	}
	for _, u := range r.Refs {
		doc.Refs = append(doc.Refs, refDocument{
			Ref: u.Ref, Old: hexOrEmpty(u.Old), New: hexOrEmpty(u.New),
			Status: u.Status, Evidence: u.Evidence,
		})
	}
	for _, s := range r.Steps {
		doc.Steps = append(doc.Steps, newStepDocument(s))
	}
	return doc
}

func newStepDocument(s gitops.StepResult) stepDocument {
	return stepDocument{Name: s.Name, State: string(s.State), At: s.At.UTC(), Detail: s.Detail}
}

// runDocument is one run of `ahead resume --list --json`.
type runDocument struct {
	ID        string    `json:"id"`
	State     string    `json:"state"`
	Remote    string    `json:"remote"`
	Branch    string    `json:"branch"`
	Tag       string    `json:"tag"`
	Commit    string    `json:"commit"`
	Route     string    `json:"route"`
	URL       string    `json:"url"`
	StartedAt time.Time `json:"startedAt"`
	User      string    `json:"user"`
	Host      string    `json:"host"`
	PID       int       `json:"pid"`

	Steps []stepDocument `json:"steps"`
}

func newRunDocument(r gitops.Run) runDocument {
	doc := runDocument{
		ID: r.ID, State: string(r.State), Remote: r.Plan.Remote, Branch: r.Plan.Branch, Tag: r.Plan.Tag.Name,
		Commit: hexOrEmpty(r.Receipt.Commit), Route: string(r.Receipt.Route), URL: r.Receipt.URL,
		StartedAt: r.Receipt.StartedAt.UTC(), User: r.By.User, Host: r.By.Host, PID: r.By.PID,
		Steps: make([]stepDocument, 0, len(r.Receipt.Steps)),
	}
	for _, s := range r.Receipt.Steps {
		doc.Steps = append(doc.Steps, newStepDocument(s))
	}
	return doc
}
