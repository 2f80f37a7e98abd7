package newrelic

import (
	"context"
	"slices"

	"ahead/gitops"
	"ahead/gitops/forge"
)

const mutation = `mutation($event: ChangeTrackingEventInput!) {
  changeTrackingCreateEvent(changeTrackingEvent: $event) { changeTrackingEvent { changeTrackingId } messages }
}`

// Mark implements deploy.Marker. It asks whether the release has a marker yet and
// writes one where it has none; New Relic needs some seconds before a new marker
// is among the answers.
func (s *Source) Mark(ctx context.Context, d gitops.Deployment) error {
	rows, err := s.Deployments(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(r gitops.Deployment) bool {
		return r.Commit == d.Commit && !d.Commit.IsZero() && (r.Tag == d.Tag || d.Tag == "")
	}) {
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
		return s.client.Trouble(forge.Nonsense, "it does not say what became of the marker")
	case data.Made.Event == nil || data.Made.Event.ID == "":
		said := "it made no marker, and does not say why"
		if len(data.Made.Messages) > 0 {
			said = data.Made.Messages[0]
		}
		return s.client.Trouble(forge.Invalid, said)
	}
	return nil
}

// marker is a release as ChangeTrackingEventInput wants it.
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
		"entitySearch":     map[string]any{"query": s.which("id", "name")},
		"shortDescription": "production recovered with " + d.Name(),
	}
	if d.Actor != "" {
		event["user"] = d.Actor
	}
	return event
}
