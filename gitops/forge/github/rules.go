package github

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"ahead/gitops/forge"
)

// facts are what the API tells, each part with the error that kept it away.
type facts struct {
	repository repository
	rules      []branchRule
	branch     branch
	tags       []ruleset

	repositoryErr, rulesErr, branchErr, tagsErr error
}

type repository struct {
	Archived    bool `json:"archived"`
	Disabled    bool `json:"disabled"`
	Permissions *struct {
		Push  bool `json:"push"`
		Admin bool `json:"admin"`
	} `json:"permissions"`
}

// mayPush is false only where the server says so.
func (r repository) mayPush() bool { return r.Permissions == nil || r.Permissions.Push }

// Rules implements forge.Client.
func (c *Client) Rules(ctx context.Context, branch, tag string) (forge.Rules, error) {
	f := c.ask(ctx, branch, tag)
	if f.repository.Archived || f.repository.Disabled {
		closed := forge.Ruling{Verdict: forge.Refused, Why: c.place.Path + " is archived and takes no pushes"}
		return forge.Rules{Branch: closed, Tag: closed}, nil
	}
	var rules forge.Rules
	rules.Branch = c.judgeBranch(ctx, branch, f)
	if tag != "" {
		rules.Tag = c.judgeTag(tag, f)
	}
	if !f.repository.mayPush() {
		rules.Branch, rules.Tag = asReader(rules.Branch), asReader(rules.Tag)
	}
	return rules, cmp.Or(f.repositoryErr, f.rulesErr, f.branchErr, f.tagsErr)
}

// asReader: the token's user may not push, while git, with credentials of its
// own, may. What that user may bypass says nothing then.
func asReader(r forge.Ruling) forge.Ruling {
	if r.Bypass || r.Verdict == forge.Allowed {
		return forge.Ruling{Needs: r.Needs, Why: "the token's user may only read, so what you may push is not known"}
	}
	return r
}

// ask asks for everything at once: a person waits for it.
func (c *Client) ask(ctx context.Context, branch, tag string) facts {
	var f facts
	var wait sync.WaitGroup
	wait.Go(func() { _, f.repositoryErr = c.get(ctx, "", &f.repository) })
	wait.Go(func() { f.rules, f.rulesErr = c.branchRules(ctx, branch) })
	wait.Go(func() { _, f.branchErr = c.get(ctx, "/branches/"+url.PathEscape(branch), &f.branch) })
	if tag != "" {
		wait.Go(func() { f.tags, f.tagsErr = c.tagRulesets(ctx) })
	}
	wait.Wait()
	return f
}

// branchRule is an active rule of a ruleset, as GET …/rules/branches/{branch}
// gives it.
type branchRule struct {
	Type          string     `json:"type"`
	RulesetSource string     `json:"ruleset_source"`
	RulesetID     int64      `json:"ruleset_id"`
	Parameters    parameters `json:"parameters"`
}

// parameters are those that a sentence about a rule needs, of all kinds.
type parameters struct {
	Reviews int `json:"required_approving_review_count"`
	Checks  []struct {
		Context string `json:"context"`
	} `json:"required_status_checks"`
	Environments []string `json:"required_deployment_environments"`
	Operator     string   `json:"operator"`
	Pattern      string   `json:"pattern"`
	Negate       bool     `json:"negate"`
}

func (c *Client) branchRules(ctx context.Context, branch string) ([]branchRule, error) {
	var all []branchRule
	for page := 1; page <= pagesMax; page++ {
		var some []branchRule
		resp, err := c.get(ctx, fmt.Sprintf("/rules/branches/%s?per_page=%d&page=%d", url.PathEscape(branch), pageSize, page), &some)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if resp.NextPage == 0 {
			break
		}
	}
	return all, nil
}

// blocks says what a rule keeps a direct push of a new commit from; empty where
// it does not. Rules on deleting, forcing and linear history are none: we do
// neither, and our commits have one parent.
func (r branchRule) blocks(branch string) string {
	switch r.Type {
	case "pull_request":
		if r.Parameters.Reviews > 0 {
			return fmt.Sprintf("changes to %s must come by a pull request with %s", branch, count(r.Parameters.Reviews, "approval"))
		}
		return "changes to " + branch + " must come by a pull request"
	case "merge_queue":
		return "changes to " + branch + " must go through the merge queue"
	case "required_status_checks":
		var names []string
		for _, check := range r.Parameters.Checks {
			names = append(names, check.Context)
		}
		return strings.TrimSuffix("status checks must pass before "+branch+" changes: "+forge.Together(names), ": ")
	case "required_deployments":
		return strings.TrimSuffix("a commit must be deployed before "+branch+" takes it: "+forge.Together(r.Parameters.Environments), ": ")
	case "workflows":
		return "required workflows must pass before " + branch + " changes"
	case "code_scanning":
		return "code scanning must pass before " + branch + " changes"
	case "update":
		return "only those who may bypass the rule update " + branch
	}
	return ""
}

// needs says what a rule asks of each commit that is pushed.
func (r branchRule) needs() string {
	switch r.Type {
	case "required_signatures":
		return "commits must be signed"
	case "commit_message_pattern":
		return "the commit message " + r.Parameters.must()
	case "commit_author_email_pattern":
		return "the author's address " + r.Parameters.must()
	case "committer_email_pattern":
		return "the committer's address " + r.Parameters.must()
	}
	return ""
}

func (p parameters) must() string {
	verb := "must "
	if p.Negate {
		verb = "must not "
	}
	how := map[string]string{"starts_with": "start with", "ends_with": "end with", "contains": "contain", "regex": "match"}[p.Operator]
	if how == "" {
		how = "fit"
	}
	return fmt.Sprintf("%s%s %q", verb, how, p.Pattern)
}

// judgeBranch weighs rulesets and the older branch protection; both hold where
// both are there.
func (c *Client) judgeBranch(ctx context.Context, branch string, f facts) forge.Ruling {
	if f.rulesErr != nil && f.branchErr != nil {
		return forge.Ruling{Why: f.rulesErr.Error()}
	}
	modern := c.judgeRulesets(ctx, branch, f.rules)
	classic := c.judgeProtection(ctx, branch, f)
	return stricter(modern, classic)
}

// MayCreate implements forge.Client.
func (c *Client) MayCreate(ctx context.Context, branch string) (forge.Ruling, error) {
	rules, err := c.branchRules(ctx, branch)
	if err != nil {
		return forge.Ruling{Why: err.Error()}, err
	}
	out := c.judge(ctx, rules, func(r branchRule) string {
		switch r.Type {
		case "creation":
			return "a branch named " + branch + " may not be made"
		case "branch_name_pattern":
			if fits, known := r.Parameters.fits(branch); known && !fits {
				return "a branch's name " + r.Parameters.must()
			}
			return ""
		}
		return r.blocks(branch)
	})
	if out.Verdict == forge.ByRequest {
		out.Verdict = forge.Refused
	}
	return out, nil
}

// judgeRulesets weighs what keeps a push from a branch that is there.
func (c *Client) judgeRulesets(ctx context.Context, branch string, rules []branchRule) forge.Ruling {
	return c.judge(ctx, rules, func(r branchRule) string { return r.blocks(branch) })
}

// judge groups the rules by ruleset, since bypassing is granted by
// ruleset. why says what a rule stands against; empty for nothing.
func (c *Client) judge(ctx context.Context, rules []branchRule, blocks func(branchRule) string) forge.Ruling {
	out := forge.Ruling{Verdict: forge.Allowed}
	var order []int64
	reasons := map[int64]string{}
	source := map[int64]string{}
	needs := map[int64][]string{}
	for _, r := range rules {
		if need := r.needs(); need != "" {
			needs[r.RulesetID] = append(needs[r.RulesetID], need)
		}
		why := blocks(r)
		// A pull request is the sentence that tells what to do; the others only
		// add to it.
		if why != "" && (reasons[r.RulesetID] == "" || r.Type == "pull_request") {
			reasons[r.RulesetID] = why
		}
		if !slices.Contains(order, r.RulesetID) {
			order, source[r.RulesetID] = append(order, r.RulesetID), r.RulesetSource
		}
	}
	var blocked, passed []string
	for _, id := range order {
		if reasons[id] == "" && len(needs[id]) == 0 {
			continue
		}
		set := c.ruleset(ctx, id, source[id])
		for _, need := range needs[id] {
			if !set.bypass {
				out.Needs = append(out.Needs, need+" ("+set.name+")")
			}
		}
		switch {
		case reasons[id] == "":
		case set.bypass:
			passed = append(passed, reasons[id]+" ("+set.name+")")
		default:
			blocked = append(blocked, reasons[id]+" ("+set.name+")")
		}
	}
	if len(blocked) > 0 {
		out.Verdict, out.Why = forge.ByRequest, forge.Together(blocked)
	} else if len(passed) > 0 {
		out.Bypass, out.Why = true, forge.Together(passed)
	}
	return out
}

// stricter joins two rulings that both hold.
func stricter(a, b forge.Ruling) forge.Ruling {
	rank := func(r forge.Ruling) int {
		switch {
		case r.Verdict == forge.Refused:
			return 4
		case r.Verdict == forge.ByRequest:
			return 3
		case r.Verdict == forge.Unknown:
			return 2
		case r.Bypass:
			return 1
		}
		return 0
	}
	if rank(b) > rank(a) {
		a, b = b, a
	}
	a.Needs = append(a.Needs, b.Needs...)
	return a
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
