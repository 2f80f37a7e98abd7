package told

import (
	"slices"

	"ahead/gitops/deploy"
)

// Spellings are the names by which one environment may be known to a server that
// finds only the exact one: as it is given, and those of production where it is
// that.
func Spellings(environment string) []string {
	all := []string{environment}
	for _, name := range []string{deploy.Production, "prod", "Production", "prd"} {
		if deploy.SameEnvironment(environment, name) && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
