package gitlab

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"ahead/gitops/forge"
)

// Levels of access, as GitLab counts them.
const (
	levelNone       = 0
	levelDeveloper  = 30
	levelMaintainer = 40
	levelOwner      = 50
	levelAdmin      = 60
)

// facts are what the API tells, each part with the error that kept it away.
type facts struct {
	project  project
	branch   branch
	branches []protected
	tags     []protected
	user     struct {
		ID int64 `json:"id"`
	}

	projectErr, branchErr, branchesErr, tagsErr, userErr error
}

type project struct {
	Archived    bool `json:"archived"`
	Permissions *struct {
		Project *access `json:"project_access"`
		Group   *access `json:"group_access"`
	} `json:"permissions"`
}

type access struct {
	Level int `json:"access_level"`
}

// level is the token's user's, -1 where it is not told.
func (p project) level() int {
	if p.Permissions == nil {
		return -1
	}
	level := -1
	for _, a := range []*access{p.Permissions.Project, p.Permissions.Group} {
		if a != nil {
			level = max(level, a.Level)
		}
	}
	return level
}

// branch is a branch as the token's user sees it.
type branch struct {
	Protected bool  `json:"protected"`
	CanPush   *bool `json:"can_push"`
}

// protected is a protected name, which may have * in it.
type protected struct {
	Name   string  `json:"name"`
	Push   []grant `json:"push_access_levels"`
	Create []grant `json:"create_access_levels"`
}

// grant is one of those who may.
type grant struct {
	Level       int    `json:"access_level"`
	User        int64  `json:"user_id"`
	Group       int64  `json:"group_id"`
	Key         int64  `json:"deploy_key_id"`
	Description string `json:"access_level_description"`
}

// Rules implements forge.Client.
func (c *Client) Rules(ctx context.Context, branch, tag string) (forge.Rules, error) {
	f := c.ask(ctx, branch, tag)
	if f.project.Archived {
		closed := forge.Ruling{Verdict: forge.Refused, Why: c.place.Path + " is archived and takes no pushes"}
		return forge.Rules{Branch: closed, Tag: closed}, nil
	}
	rules := forge.Rules{Branch: judgeBranch(branch, f)}
	if tag != "" {
		rules.Tag = judgeTag(tag, f)
	}
	return rules, cmp.Or(f.projectErr, f.branchErr, f.branchesErr, f.tagsErr, f.userErr)
}

// ask asks for everything at once: a person waits for it.
func (c *Client) ask(ctx context.Context, branch, tag string) facts {
	var f facts
	var wait sync.WaitGroup
	wait.Go(func() { _, f.projectErr = c.do(ctx, http.MethodGet, c.project(), nil, &f.project) })
	wait.Go(func() {
		_, f.branchErr = c.do(ctx, http.MethodGet, c.project()+"/repository/branches/"+api.PathEscape(branch), nil, &f.branch)
	})
	wait.Go(func() { f.branches, f.branchesErr = list[protected](ctx, c, c.project()+"/protected_branches") })
	if tag != "" {
		wait.Go(func() { f.tags, f.tagsErr = list[protected](ctx, c, c.project()+"/protected_tags") })
		wait.Go(func() { _, f.userErr = c.do(ctx, http.MethodGet, "user", nil, &f.user) })
	}
	wait.Wait()
	return f
}

// judgeBranch takes the server's own word: can_push is about this user and this
// branch, whatever rules there are.
func judgeBranch(name string, f facts) forge.Ruling {
	if f.branchErr != nil {
		return forge.Ruling{Why: f.branchErr.Error()}
	}
	if f.branch.CanPush == nil {
		return forge.Ruling{Why: "the server does not say whether you may push to " + name}
	}
	if *f.branch.CanPush {
		return forge.Ruling{Verdict: forge.Allowed}
	}
	who := grants(covering(f.branches, name), func(p protected) []grant { return p.Push })
	switch {
	case f.branch.Protected && len(who) > 0:
		return forge.Ruling{Verdict: forge.ByRequest, Why: name + " is protected: " + whoMay(who, "push to it") + you(f.project.level())}
	case f.branch.Protected:
		return forge.Ruling{Verdict: forge.ByRequest, Why: name + " is protected, and you may not push to it" + you(f.project.level())}
	}
	// Not a rule but a lack of rights; git may have other credentials.
	return forge.Ruling{Why: "the token's user may not push to this project" + you(f.project.level())}
}

// judgeTag finds the protected names that cover a tag. Where several do, GitLab
// lets pass whom any of them lets pass.
func judgeTag(name string, f facts) forge.Ruling {
	if f.tagsErr != nil {
		return forge.Ruling{Why: f.tagsErr.Error()}
	}
	level := f.project.level()
	rules := covering(f.tags, name)
	if len(rules) == 0 {
		if level >= levelDeveloper {
			return forge.Ruling{Verdict: forge.Allowed}
		}
		return forge.Ruling{Why: "whether you may make tags is not known" + you(level)}
	}
	who := grants(rules, func(p protected) []grant { return p.Create })
	pattern := "tags named " + rules[0].Name + " are protected: "
	var open bool
	for _, g := range who {
		switch {
		case g.User != 0 && f.userErr == nil && g.User == f.user.ID, g.personal() && g.Level > levelNone && level >= g.Level:
			return forge.Ruling{Verdict: forge.Allowed}
		case g.Group != 0, g.User != 0 && f.userErr != nil, g.personal() && g.Level > levelNone && level < 0:
			open = true
		}
	}
	if open {
		return forge.Ruling{Why: pattern + whoMay(who, "make them") + ", and whether you do is not known"}
	}
	return forge.Ruling{Verdict: forge.Refused, Why: pattern + whoMay(who, "make them") + you(level)}
}

// MayCreate implements forge.Client. A new branch whose name is protected can
// be pushed by those who may push to it.
func (c *Client) MayCreate(ctx context.Context, name string) (forge.Ruling, error) {
	rules, err := list[protected](ctx, c, c.project()+"/protected_branches")
	if err != nil {
		return forge.Ruling{Why: err.Error()}, err
	}
	rules = covering(rules, name)
	if len(rules) == 0 {
		return forge.Ruling{Verdict: forge.Allowed}, nil
	}
	var p project
	if _, err := c.do(ctx, http.MethodGet, c.project(), nil, &p); err != nil {
		return forge.Ruling{Why: err.Error()}, err
	}
	who := grants(rules, func(p protected) []grant { return p.Push })
	for _, g := range who {
		if g.personal() && g.Level > levelNone && p.level() >= g.Level {
			return forge.Ruling{Verdict: forge.Allowed}, nil
		}
	}
	why := "branches named " + rules[0].Name + " are protected: " + whoMay(who, "push to them") + you(p.level())
	if slices.ContainsFunc(who, func(g grant) bool { return !g.personal() }) || p.level() < 0 {
		return forge.Ruling{Why: why}, nil
	}
	return forge.Ruling{Verdict: forge.Refused, Why: why}, nil
}

// personal reports whether the grant is by level and not to somebody named.
func (g grant) personal() bool { return g.User == 0 && g.Group == 0 && g.Key == 0 }

func covering(all []protected, name string) []protected {
	return slices.DeleteFunc(slices.Clone(all), func(p protected) bool { return !covers(p.Name, name) })
}

// covers holds a name against a protected one, where * stands for anything
// (documentation of protected branches, "wildcards").
func covers(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(name) < len(first)+len(last) || !strings.HasPrefix(name, first) || !strings.HasSuffix(name, last) {
		return false
	}
	name = name[len(first) : len(name)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, ok := strings.Cut(name, part)
		if !ok {
			return false
		}
		name = after
	}
	return true
}

func grants(rules []protected, of func(protected) []grant) []grant {
	var out []grant
	for _, r := range rules {
		out = append(out, of(r)...)
	}
	return out
}

// whoMay says who may, in the server's own words for them.
func whoMay(who []grant, act string) string {
	var names []string
	for _, g := range who {
		name := g.Description
		switch {
		case g.personal() && g.Level == levelNone:
			continue
		case g.personal():
			name = levelName(g.Level) + "s"
		case name == "":
			name = "somebody named"
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "nobody may " + act
	}
	return "only " + forge.Together(names) + " may " + act
}

func levelName(level int) string {
	switch {
	case level >= levelAdmin:
		return "administrator"
	case level >= levelOwner:
		return "owner"
	case level >= levelMaintainer:
		return "maintainer"
	case level >= levelDeveloper:
		return "developer"
	}
	return "reporter"
}

// you adds what the token's user is, where that is known.
func you(level int) string {
	if level <= levelNone {
		return ""
	}
	name := levelName(level)
	article := "a"
	if strings.ContainsRune("ao", rune(name[0])) {
		article = "an"
	}
	return fmt.Sprintf(" (you are %s %s)", article, name)
}
