package github

import (
	"context"
	"errors"
	"net/url"

	"ahead/gitops/forge"
)

// branch is what anybody who may read is told of a branch's older protection.
type branch struct {
	Protected  bool `json:"protected"`
	Protection struct {
		Enabled bool `json:"enabled"`
		Checks  struct {
			Level    string   `json:"enforcement_level"`
			Contexts []string `json:"contexts"`
		} `json:"required_status_checks"`
	} `json:"protection"`
}

// protection is the whole of it, which only administrators may read.
type protection struct {
	Reviews *struct {
		Count int `json:"required_approving_review_count"`
	} `json:"required_pull_request_reviews"`
	Checks *struct {
		Contexts []string `json:"contexts"`
	} `json:"required_status_checks"`
	Restrictions *struct {
		Users []struct {
			Login string `json:"login"`
		} `json:"users"`
	} `json:"restrictions"`
	Admins     enabled `json:"enforce_admins"`
	Signatures enabled `json:"required_signatures"`
	Lock       enabled `json:"lock_branch"`
}

type enabled struct {
	Enabled bool `json:"enabled"`
}

// judgeProtection reads the protection that came before rulesets. A branch that
// only rulesets protect may be called protected too, so without the word
// enabled it counts only where no rule of a ruleset explains it.
func (c *Client) judgeProtection(ctx context.Context, name string, f facts) forge.Ruling {
	switch {
	case f.branchErr != nil && (f.rulesErr != nil || len(f.rules) == 0):
		return forge.Ruling{Why: f.branchErr.Error()}
	case f.branchErr != nil:
		return forge.Ruling{Verdict: forge.Allowed}
	case !f.branch.Protection.Enabled && (!f.branch.Protected || len(f.rules) > 0):
		if f.rulesErr != nil {
			return forge.Ruling{Why: f.rulesErr.Error()}
		}
		return forge.Ruling{Verdict: forge.Allowed}
	}
	var p protection
	if _, err := c.get(ctx, "/branches/"+url.PathEscape(name)+"/protection", &p); err != nil {
		return protectedSomehow(name, f, err)
	}
	return p.judge(name)
}

// protectedSomehow is for those who may not read the protection: required
// checks are told to everybody, and a commit that is pushed directly has none.
func protectedSomehow(name string, f facts, err error) forge.Ruling {
	level := f.branch.Protection.Checks.Level
	admin := f.repository.Permissions != nil && f.repository.Permissions.Admin
	if len(f.branch.Protection.Checks.Contexts) > 0 && (level == "everyone" || level == "non_admins" && !admin) {
		why := "status checks must pass before " + name + " changes: " + forge.Together(f.branch.Protection.Checks.Contexts)
		return forge.Ruling{Verdict: forge.ByRequest, Why: why + " (branch protection)"}
	}
	why := name + " is protected, and this token may not read how; the push will tell"
	var t *forge.Trouble
	if errors.As(err, &t) && t.Kind != forge.Forbidden && t.Kind != forge.NotFound {
		why = name + " is protected, and how is not known: " + t.Error()
	}
	return forge.Ruling{Why: why}
}

// judge weighs a protection that could be read, which makes the token's user an
// administrator.
func (p protection) judge(name string) forge.Ruling {
	out := forge.Ruling{Verdict: forge.Allowed}
	if p.Signatures.Enabled && p.Admins.Enabled {
		out.Needs = []string{"commits must be signed (branch protection)"}
	}
	switch {
	case p.Lock.Enabled:
		out.Verdict, out.Why = forge.Refused, name+" is locked (branch protection)"
	case p.Reviews != nil && p.Reviews.Count > 0:
		out.Why = "changes to " + name + " must come by a pull request with " + count(p.Reviews.Count, "approval") + " (branch protection)"
	case p.Reviews != nil:
		out.Why = "changes to " + name + " must come by a pull request (branch protection)"
	case p.Checks != nil && len(p.Checks.Contexts) > 0:
		out.Why = "status checks must pass before " + name + " changes: " + forge.Together(p.Checks.Contexts) + " (branch protection)"
	case p.Restrictions != nil:
		// Who is asking is not known without one more question; the push tells.
		return forge.Ruling{Needs: out.Needs, Why: "only some may push to " + name + " (branch protection); the push will tell whether you may"}
	default:
		return out
	}
	if p.Admins.Enabled {
		if out.Verdict == forge.Allowed {
			out.Verdict = forge.ByRequest
		}
		return out
	}
	out.Verdict, out.Bypass = forge.Allowed, true
	return out
}
