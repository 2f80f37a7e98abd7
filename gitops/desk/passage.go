package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"ahead/gitops"
	"ahead/gitops/forge"
	"ahead/gitops/publish"
)

// Codes of notices about the way to the production branch.
const (
	// NoticeBypass: a rule stands there, and the person may pass over it.
	NoticeBypass = "rule-bypass"
	// NoticeRule: a rule asks for something that the push may lack.
	NoticeRule = "rule"
	// NoticeRulesUnknown: the server's rules could not be read.
	NoticeRulesUnknown = "rules-unknown"
)

// rulesTimeout bounds how long a forge is asked in all; a person waits for it.
const rulesTimeout = 12 * time.Second

// passage decides the way to the production branch, by what the remote and its
// forge say. It changes nothing.
func (d *Desk) passage(ctx context.Context, plan gitops.Plan) (gitops.Passage, []gitops.Notice, error) {
	told, err := d.askTheWay(ctx, plan)
	if err != nil {
		return gitops.Passage{}, nil, err
	}
	passage, notices := d.wayOf(plan, told)
	return passage, notices, nil
}

// toldWay is what remote and forge told of the way.
type toldWay struct {
	reach publish.Reach
	rules toldRules
}

// askTheWay asks remote and forge, both at once. Of the plan only its remote,
// branch, tip and tag are asked about, so this may run while its messages are
// finished. A remote that cannot be pushed to is an error; rules that cannot be
// read are none, since the push will tell.
func (d *Desk) askTheWay(ctx context.Context, plan gitops.Plan) (toldWay, error) {
	git, err := d.system()
	if err != nil {
		return toldWay{}, err
	}
	var told toldWay
	var unreached error
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	var wait sync.WaitGroup
	wait.Go(func() {
		if told.reach, unreached = git.Reach(asking, plan.Remote, plan.Branch, plan.Onto); unreached != nil {
			// Without a way to push, no rule matters.
			cancel()
		}
	})
	wait.Go(func() { told.rules = d.rules(asking, plan) })
	wait.Wait()
	return told, unreached
}

// wayOf decides by what was told. The plan's messages must be final: the pull
// request's branch, text and link are made of them.
func (d *Desk) wayOf(plan gitops.Plan, told toldWay) (gitops.Passage, []gitops.Notice) {
	return d.route(plan, told.reach, told.rules), told.rules.notices(plan, d.signsCommits())
}

// toldRules is what a forge told.
type toldRules struct {
	at    server
	rules forge.Rules
	// via is about the branch of a pull request, where that is the way.
	via   forge.Ruling
	asked bool
	err   error
}

func (d *Desk) rules(ctx context.Context, plan gitops.Plan) toldRules {
	ctx, cancel := context.WithTimeout(ctx, rulesTimeout)
	defer cancel()
	var told toldRules
	told.at, told.err = d.server(ctx, plan.Remote)
	if told.err != nil || told.at.client == nil {
		return told
	}
	told.asked = true
	told.rules, told.err = told.at.client.Rules(ctx, plan.Branch, plan.Tag.Name)
	if d.byPullRequest(plan, told.rules) {
		// Where this is not known, the push of the branch tells.
		told.via, _ = told.at.client.MayCreate(ctx, publish.ViaName(plan, d.subjectOf(plan)))
	}
	return told
}

// byPullRequest reports whether that is the way, by wish or by rule.
func (d *Desk) byPullRequest(plan gitops.Plan, rules forge.Rules) bool {
	return d.wishes(plan).PullRequest || rules.Branch.Verdict == forge.ByRequest
}

// route weighs it all. A rule that the person may bypass leaves the ordinary
// way open: they were given that right for such hours, and it is said before
// they confirm.
func (d *Desk) route(plan gitops.Plan, reach publish.Reach, told toldRules) gitops.Passage {
	switch branch := told.rules.Branch; {
	case branch.Verdict == forge.ByRequest:
		return d.byRequest(plan, told.at, branch.Why)
	case d.byPullRequest(plan, told.rules):
		return d.byRequest(plan, told.at, "you asked for a "+told.at.place.Kind.RequestNoun())
	case plan.Tag.Name != "" && (!reach.Atomic || d.knownApart(plan.Remote)):
		return gitops.Passage{
			Route: gitops.RouteDirect, Apart: true,
			Why: plan.Remote + " cannot take branch and tag together: the branch goes first, and the tag once it is seen there",
		}
	}
	return gitops.Passage{Route: gitops.RouteDirect}
}

func (d *Desk) byRequest(plan gitops.Plan, at server, why string) gitops.Passage {
	via := publish.ViaName(plan, d.subjectOf(plan))
	title, body := publish.RequestText(plan)
	p := gitops.Passage{
		Route: gitops.RoutePullRequest, Via: via, Why: why,
		Link: at.place.Link(forge.Proposal{Head: via, Base: plan.Branch, Title: title, Body: body}),
	}
	if at.client != nil {
		p.Forge = at.place.Host
	}
	return p
}

// subjectOf is what the branch of a pull request is named after: the newest
// suspect, or the deployment that is restored.
func (d *Desk) subjectOf(plan gitops.Plan) string {
	if plan.Remedy.Kind == gitops.RestoreDeployment {
		return plan.Remedy.Deployment
	}
	if len(plan.Selection) > 0 {
		if c, err := d.Commit(plan.Selection[0]); err == nil {
			return c.Subject()
		}
	}
	return ""
}

// notices are what a person should know of the rules before confirming.
func (t toldRules) notices(plan gitops.Plan, signs bool) []gitops.Notice {
	var out []gitops.Notice
	add := func(code, format string, args ...any) {
		n := gitops.Notice{Code: code, Text: fmt.Sprintf(format, args...)}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	if t.err != nil {
		add(NoticeRulesUnknown, "%s; whether %s takes the push, only the push will tell", t.err, plan.Branch)
	}
	if !t.asked {
		return out
	}
	if t.via.Verdict == forge.Refused {
		add(NoticeRule, "%s; so the branch of the pull request may be refused, too", t.via.Why)
	}
	for _, ruling := range []forge.Ruling{t.rules.Branch, t.rules.Tag} {
		switch {
		case ruling.Bypass:
			add(NoticeBypass, "%s; you may bypass it", ruling.Why)
		case ruling.Verdict == forge.Refused:
			add(NoticeRule, "%s", ruling.Why)
		case ruling.Verdict == forge.Unknown && ruling.Why != "" && t.err == nil:
			add(NoticeRulesUnknown, "%s", ruling.Why)
		}
		for _, need := range ruling.Needs {
			if !signs || !strings.Contains(need, "must be signed") {
				add(NoticeRule, "%s", need)
			}
		}
	}
	return out
}

// signsCommits reports whether commits are signed here.
func (d *Desk) signsCommits() bool { return d.on("commit.gpgsign") }
