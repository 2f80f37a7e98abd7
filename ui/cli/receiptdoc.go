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
