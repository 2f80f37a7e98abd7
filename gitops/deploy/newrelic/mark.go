package newrelic

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/forge"
)

// Mark implements deploy.Marker. It asks whether the release has a marker yet and
// writes one where it has none; New Relic needs some seconds before a new marker
// is among the answers.
func (s *Source) Mark(ctx context.Context, d gitops.Deployment) error {
	rows, err := s.markers(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(r gitops.Deployment) bool { return marks(r, d) }) {
		return nil
	}
	var data struct {
		Made *struct {
			Event *struct {
				ID string `json:"changeTrackingId"`
			} `json:"changeTrackingEvent"`
			Messages []string `json:"messages"`
		} `json:"changeTrackingCreateEvent"`
	}
	document, variables := s.marker(d)
	if err := s.ask(ctx, document, variables, &data); err != nil {
		return err
	}
	switch {
	case data.Made == nil:
		return s.explain(s.client.Trouble(forge.Nonsense, "it does not say what became of the marker"))
	case data.Made.Event == nil || data.Made.Event.ID == "":
		said := "it made no marker, and does not say why"
		if len(data.Made.Messages) > 0 {
			said = data.Made.Messages[0]
		}
		return s.explain(s.client.Trouble(forge.Invalid, said))
	}
	return nil
}

// marks reports whether a marker is of this release. Who wrote it may have named
// the version alone, or the commit by a short id.
func marks(r, d gitops.Deployment) bool {
	if d.Tag != "" && r.Tag != d.Tag {
		return false
	}
	if r.Commit.IsZero() {
		return d.Tag != "" && (r.Ref == r.Tag || len(r.Ref) >= 7 && strings.HasPrefix(d.Commit.String(), strings.ToLower(r.Ref)))
	}
	return r.Commit == d.Commit
}

// marker is the mutation that writes a release down, with its variables. They are
// plain text, so that no type of New Relic's has to be named: public code calls
// that of the event by two names.
func (s *Source) marker(d gitops.Deployment) (document string, variables map[string]any) {
	variables = map[string]any{"version": d.Name(), "search": s.entity(), "said": "production recovered with " + d.Name()}
	declared, deployment, more := "", "", ""
	optional := func(name, value string, into *string) {
		if value != "" {
			variables[name] = value
			declared += ", $" + name + ": String"
			*into += ", " + name + ": $" + name
		}
	}
	if !d.Commit.IsZero() {
		optional("commit", d.Commit.String(), &deployment)
	}
	optional("deepLink", d.URL, &deployment)
	optional("user", d.Actor, &more)
	return `mutation($version: String!, $search: String!, $said: String` + declared + `) {
  changeTrackingCreateEvent(changeTrackingEvent: {
    categoryAndTypeData: {kind: {category: "Deployment", type: "Basic"}, categoryFields: {deployment: {version: $version` + deployment + `}}},
    entitySearch: {query: $search}, shortDescription: $said` + more + `
  }) { changeTrackingEvent { changeTrackingId } messages }
}`, variables
}

// entity finds the service, and no other one of its name in another account.
func (s *Source) entity() string {
	search := s.which("id", "name")
	if s.opts.Entity == "" {
		search += fmt.Sprintf(" AND accountId = '%d'", s.account)
	}
	return search
}
