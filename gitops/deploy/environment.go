package deploy

import (
	"slices"
	"strings"
	"time"

	"ahead/gitops"
)

// SameEnvironment reports whether two names mean one environment: whatever
// their case, and prod as people write it. Who does not say where, means here.
func SameEnvironment(a, b string) bool {
	return a == b || a == "" || b == "" || canonical(a) == canonical(b)
}

func canonical(environment string) string {
	switch e := strings.ToLower(strings.TrimSpace(environment)); e {
	case "prod", "prd", Production:
		return Production
	default:
		return e
	}
}

// Environments are those that real sources tell of, production first, the
// others by their newest deployment. Of several spellings the first is taken.
func Environments(lists ...[]gitops.Deployment) []string {
	type place struct {
		name   string
		newest time.Time
	}
	var places []place
	at := map[string]int{}
	for _, list := range lists {
		for _, d := range list {
			key := canonical(d.Environment)
			if d.Source == gitops.SourceTags || key == "" {
				continue
			}
			i, known := at[key]
			if !known {
				i = len(places)
				at[key] = i
				places = append(places, place{name: d.Environment})
			}
			if d.At().After(places[i].newest) {
				places[i].newest = d.At()
			}
		}
	}
	slices.SortStableFunc(places, func(a, b place) int {
		if p, q := canonical(a.name) == Production, canonical(b.name) == Production; p != q {
			if p {
				return -1
			}
			return 1
		}
		return b.newest.Compare(a.newest)
	})
	names := make([]string, len(places))
	for i, p := range places {
		names[i] = p.name
	}
	return names
}

// ChooseEnvironment picks the one to show: the wanted one, in the spelling of
// the sources where they know it, else production, else the only one there is.
// Among several of which none is production nobody can tell: it is production
// then, of which no source knows anything.
func ChooseEnvironment(wanted string, environments []string) string {
	want := wanted
	if want == "" {
		want = Production
	}
	for _, e := range environments {
		if SameEnvironment(e, want) {
			return e
		}
	}
	if wanted == "" && len(environments) == 1 {
		return environments[0]
	}
	return want
}

// Of gives the rows of one environment, in their order.
func Of(environment string, rows []gitops.Deployment) []gitops.Deployment {
	out := make([]gitops.Deployment, 0, len(rows))
	for _, d := range rows {
		if SameEnvironment(d.Environment, environment) {
			out = append(out, d)
		}
	}
	return out
}
