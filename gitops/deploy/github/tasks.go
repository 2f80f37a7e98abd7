package github

import (
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/told"
)

// usualTask is the task of a deployment that names none.
const usualTask = "deploy"

const (
	// sameMoment is how far apart GitHub writes a success and what it makes of the
	// ones before.
	sameMoment = time.Minute
	// fewCauses bounds the questions about why one is inactive.
	fewCauses = 3
)

// acrossTasks weighs deployments of one environment that have several tasks.
//
// A success of any task makes those before it in its environment inactive
// (auto_inactive, "Create a deployment status"), though a migration takes no
// deployment's place: what became inactive at the moment when another task
// arrived is as much in force as before.
//
// Where all tasks are read, an environment that has deployments proper is told by
// them alone: the commit of a migration is not what runs there. The list decides
// on that: a status that moves a deployment elsewhere must make no row come or go.
func (w *weighed) acrossTasks(records []record, all bool) {
	w.beside = make([]bool, len(w.facts))
	proper := make(map[string]bool)
	for i, r := range records {
		proper[r.Environment] = proper[r.Environment] || w.facts[i].Task == usualTask && !r.Blank
	}
	for i, r := range records {
		f := &w.facts[i]
		w.beside[i] = all && proper[r.Environment] && f.Task != usualTask
		if !f.Ended || !f.Reached {
			continue
		}
		for _, other := range w.facts {
			if other.Environment == f.Environment && other.Task != f.Task && other.Reached && !other.Arrived.IsZero() &&
				other.Arrived.After(f.Arrived) && w.words[i].Changed.Sub(other.Arrived).Abs() <= sameMoment {
				f.Status, f.Ended = gitops.StatusLive, false
			}
		}
	}
}

// causes are the deployments of other tasks that may be why those that are wanted
// are inactive without anything in their place; their statuses tell.
func (s *Source) causes(records []record, wanted map[string]bool) []record {
	w := s.facts(records)
	statuses := told.Settle(w.facts)
	asked := make(map[int64]bool)
	var ask []record
	for i, r := range records {
		if f := w.facts[i]; !wanted[r.key()] || !f.Ended || !f.Reached || statuses[i] != gitops.StatusUnknown {
			continue
		}
		few := fewCauses
		for j, other := range records {
			if few > 0 && other.ID != 0 && !asked[other.ID] && w.words[j] == nil && w.facts[j].Environment == w.facts[i].Environment &&
				w.facts[j].Task != w.facts[i].Task && !other.Created.After(w.words[i].Changed) {
				asked[other.ID], ask, few = true, append(ask, other), few-1
			}
		}
	}
	return ask
}
