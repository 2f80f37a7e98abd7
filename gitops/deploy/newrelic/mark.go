package newrelic

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/forge"
)

const mutation = `mutation($event: ChangeTrackingCreateEventInput!) {
  changeTrackingCreateEvent(changeTrackingEvent: $event) { changeTrackingEvent { changeTrackingId } messages }
}`

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
	if err := s.ask(ctx, mutation, map[string]any{"event": s.marker(d)}, &data); err != nil {
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

// marker is a release as ChangeTrackingCreateEventInput wants it.
func (s *Source) marker(d gitops.Deployment) map[string]any {
	deployment := map[string]any{"version": d.Name()}
	if !d.Commit.IsZero() {
		deployment["commit"] = d.Commit.String()
	}
	if d.URL != "" {
		deployment["deepLink"] = d.URL
	}
	event := map[string]any{
		"categoryAndTypeData": map[string]any{
			"kind":           map[string]any{"category": "Deployment", "type": "Basic"},
			"categoryFields": map[string]any{"deployment": deployment},
		},
		"entitySearch":     map[string]any{"query": s.entity()},
		"shortDescription": "production recovered with " + d.Name(),
	}
	if d.Actor != "" {
		event["user"] = d.Actor
	}
	return event
}

// entity finds the service, and no other one of its name in another account.
func (s *Source) entity() string {
	search := s.which("id", "name")
	if s.opts.Entity == "" {
		search += fmt.Sprintf(" AND accountId = '%d'", s.account)
	}
	return search
}
