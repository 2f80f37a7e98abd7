package newrelic

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/rest"
	"ahead/gitops/deploy/told"
)

// rows reads the events; what has no time or names nothing is left out.
func (s *Source) rows(events []map[string]any) []gitops.Deployment {
	rows := make([]gitops.Deployment, 0, len(events))
	for _, e := range events {
		if d := s.row(e); !d.FinishedAt.IsZero() && (!d.Commit.IsZero() || d.Ref != "") {
			rows = append(rows, d)
		}
	}
	slices.SortStableFunc(rows, func(a, b gitops.Deployment) int { return b.At().Compare(a.At()) })
	rows = once(rows)
	inForce := map[string]bool{}
	for i := range rows {
		rows[i].Status = gitops.StatusLive
		if e := strings.ToLower(rows[i].Environment); inForce[e] {
			rows[i].Status = gitops.StatusSuperseded
		} else {
			inForce[e] = true
		}
	}
	return rows
}

func (s *Source) row(e map[string]any) gitops.Deployment {
	d := gitops.Deployment{
		Source: s.opts.Label, ID: text(e, "changeTrackingId", "deploymentId"),
		Environment: cmp.Or(environment(e), s.opts.Environment),
		Actor:       text(e, "user"), URL: rest.WebAddress(text(e, "deepLink")), FinishedAt: s.moment(e["timestamp"]),
	}
	id, version := text(e, "commit"), text(e, "version")
	if h, err := gitops.ParseHash(id); err == nil {
		d.Commit = h
	} else if h, err := gitops.ParseHash(version); err == nil && id == "" {
		d.Commit, version = h, ""
	} else {
		d.Ref = cmp.Or(id, version)
	}
	d.Tag = version
	return d
}

// environment is an attribute of the team's own: New Relic's pages write it both
// as one of the event's and as one within customAttributes.
func environment(e map[string]any) string {
	custom, _ := e["customAttributes"].(map[string]any)
	if encoded, ok := e["customAttributes"].(string); ok {
		// A text that is no JSON has no environment in it.
		_ = json.Unmarshal([]byte(encoded), &custom)
	}
	return cmp.Or(text(e, "environment", "customAttributes.environment"), text(custom, "environment"))
}

// twice is how far apart the two events of one deployment are at most.
const twice = time.Minute

// once leaves one row of each deployment: for services that its agents watch,
// New Relic writes an event of the older sort beside that of the present one, and
// the older one may name nothing but the version.
func once(rows []gitops.Deployment) []gitops.Deployment {
	kept := make([]gitops.Deployment, 0, len(rows))
	for _, d := range rows {
		i := slices.IndexFunc(kept, func(k gitops.Deployment) bool {
			return deploy.SameEnvironment(k.Environment, d.Environment) && k.At().Sub(d.At()) <= twice && sameThing(k, d)
		})
		switch {
		case i < 0:
			kept = append(kept, d)
		case kept[i].Commit.IsZero():
			kept[i] = d
		}
	}
	return kept
}

// sameThing reports whether two rows are of one release, where one may know less
// of it than the other.
func sameThing(a, b gitops.Deployment) bool {
	if a.Tag != "" && b.Tag != "" && a.Tag != b.Tag {
		return false
	}
	if a.Commit.IsZero() || b.Commit.IsZero() {
		return a.Tag != "" && a.Tag == b.Tag
	}
	return a.Commit == b.Commit
}

// text is the first of these attributes that is one. A longer one than any name
// is none, since half a name is a wrong name.
func text(e map[string]any, names ...string) string {
	for _, name := range names {
		if s, ok := e[name].(string); ok && s != "" && len(s) <= told.NameLimit {
			return s
		}
	}
	return ""
}

// slack is how far in the future New Relic takes markers.
const slack = 24 * time.Hour

// moment reads milliseconds since 1970; what cannot be is not known.
func (s *Source) moment(v any) time.Time {
	ms, ok := v.(float64)
	if !ok || ms <= 0 || ms > float64(s.opts.Now().Add(slack).UnixMilli()) {
		return time.Time{}
	}
	return time.UnixMilli(int64(ms)).UTC()
}
