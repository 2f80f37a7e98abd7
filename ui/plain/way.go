package plain

import (
	"strings"

	"ahead/gitops"
)

// The answers at the gate that change the way. A release of that name is
// shipped by it all the same: the name is looked at first.
const (
	sayRequest = "r"
	sayHooks   = "x"
)

// waysOf offers the other ways of a plan that was rehearsed.
func waysOf(p gitops.Plan) string {
	var ways []string
	switch {
	case mustRequest(p):
	case p.Passage.ByPullRequest():
		ways = append(ways, sayRequest+" sends it straight")
	default:
		ways = append(ways, sayRequest+" sends it by a pull request")
	}
	if p.Passage.NoVerify {
		ways = append(ways, sayHooks+" has the hooks run")
	} else {
		ways = append(ways, sayHooks+" goes without hooks")
	}
	return strings.Join(ways, ", ") + ". "
}

// otherWay reads an answer that changes the way; ok is false for any other.
func otherWay(p gitops.Plan, answer string) (w gitops.Wishes, ok bool) {
	w = p.Remedy.Wishes
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case sayRequest:
		if mustRequest(p) {
			return w, false
		}
		w.PullRequest = !w.PullRequest
	case sayHooks:
		w.NoVerify = !w.NoVerify
	default:
		return w, false
	}
	return w, true
}

// mustRequest reports whether a rule, and not the person, has it go by a pull
// request.
func mustRequest(p gitops.Plan) bool {
	return p.Passage.ByPullRequest() && !p.Remedy.Wishes.PullRequest
}
