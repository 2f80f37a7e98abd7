package wording

import (
	"fmt"

	"ahead/gitops"
	"ahead/ui/term"
)

// Route says how a plan gets to the production branch, and why not by the
// ordinary way; empty where it does go by that.
func Route(p gitops.Plan) string {
	way, hooks := wayTo(p), Hooks(p)
	switch {
	case way == "" && hooks != "":
		return "straight to " + term.Clean(p.Branch) + ", " + hooks
	case way != "" && hooks != "":
		return way + "; " + hooks
	}
	return way
}

// Hooks says which checks of this repository a plan goes past; empty where it
// goes past none.
func Hooks(p gitops.Plan) string {
	switch {
	case !p.Passage.NoVerify:
		return ""
	case p.Passage.Skips == "":
		return "without hooks (--no-verify), of which none stands here"
	}
	return "without hooks (--no-verify): it skips " + term.Clean(p.Passage.Skips) + ", so nothing is checked here"
}

func wayTo(p gitops.Plan) string {
	way := p.Passage
	var how string
	switch {
	case way.ByPullRequest() && way.Forge != "":
		how = fmt.Sprintf("by a pull request from %s, opened on %s", term.Clean(way.Via), term.Clean(way.Forge))
	case way.ByPullRequest():
		how = fmt.Sprintf("by a pull request from %s, which you open", term.Clean(way.Via))
	case way.Apart:
		// The reason says how.
		if way.Why != "" {
			return term.Clean(way.Why)
		}
		return "the branch goes first, then the tag"
	default:
		return ""
	}
	if way.Why == "" {
		return how
	}
	return how + ": " + term.Clean(way.Why)
}

// Waits reports whether a receipt is of a pull request that is not merged yet:
// one that was carried on to its end has brought the local refs along.
func Waits(r gitops.Receipt) bool {
	if r.Route != gitops.RoutePullRequest {
		return false
	}
	for _, s := range r.Steps {
		if s.Name == (gitops.LocalStep{}).Name() {
			return false
		}
	}
	return true
}

// Merge says what is left to do about a pull request, and how it goes on from
// there; by names what sees it through.
func Merge(p gitops.Plan, r gitops.Receipt, by string) string {
	then := "sees it through"
	if p.Tag.Name != "" {
		then = "tags it " + term.Clean(p.Tag.Name)
	}
	after := fmt.Sprintf("; once it is merged, %s %s", by, then)
	if r.URL == "" {
		return fmt.Sprintf("open a pull request from %s into %s and have it merged", term.Clean(p.Passage.Via), term.Clean(p.Branch)) + after
	}
	return "have it merged: " + term.Clean(r.URL) + after
}

// Forward says after a release that there is no way back but a further one.
func Forward() string {
	return "it is released, so the only way is forward: b reverts this revert, too, as a new commit and a new tag"
}

// RunName is what people call a run: its release, or its branch.
func RunName(run gitops.Run) string {
	if name := run.Receipt.Tag.Name; name != "" {
		return term.Clean(name)
	}
	if run.Plan.Tag.Name != "" {
		return term.Clean(run.Plan.Tag.Name)
	}
	return "a commit to " + term.Clean(run.Plan.Branch)
}

// RunState says where an open run stands, in a few words.
func RunState(run gitops.Run) string {
	switch run.State {
	case gitops.RunUnderWay:
		return fmt.Sprintf("under way, by %s on %s", term.Clean(run.By.User), term.Clean(run.By.Host))
	case gitops.RunWaiting:
		return "waits for its pull request to be merged"
	case gitops.RunEnded:
		return "is over"
	}
	if n := len(run.Receipt.Steps); n > 0 {
		return fmt.Sprintf("broken off at the step %s", term.Clean(run.Receipt.Steps[n-1].Name))
	}
	return "broken off before its first step"
}
