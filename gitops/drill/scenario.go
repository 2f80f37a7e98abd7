package drill

import (
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/gitops/drill/story"
)

// Scenario is one kind of incident; see story.Scenario.
type Scenario = story.Scenario

// Scenarios lists every scenario, the easiest first.
func Scenarios() []Scenario { return story.Scenarios() }

// ScenarioByName finds a scenario. An unknown name gives a *gitops.Error with
// CodeUsage that lists the known ones.
func ScenarioByName(name string) (Scenario, error) {
	var known []string
	for _, s := range story.Scenarios() {
		if s.Name == name {
			return s, nil
		}
		known = append(known, s.Name)
	}
	return Scenario{}, &gitops.Error{
		Code: gitops.CodeUsage,
		What: fmt.Sprintf("there is no drill scenario %q", name),
		Hint: "choose one of " + strings.Join(known, ", "),
	}
}

// ScenarioForSeed is the scenario that a drill without a named one plays.
func ScenarioForSeed(seed uint64) Scenario { return story.ForSeed(seed) }
