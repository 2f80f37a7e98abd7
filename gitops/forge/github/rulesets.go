package github

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"ahead/gitops/forge"
)

// rulesetsMax bounds how many rulesets are asked for one by one.
const rulesetsMax = 20

// ruleset is GET …/rulesets/{id}; a list of rulesets lacks rules and conditions.
type ruleset struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Target      string `json:"target"`
	Enforcement string `json:"enforcement"`
	// Bypass is always, exempt, pull_requests_only or never.
	Bypass     string `json:"current_user_can_bypass"`
	Conditions *struct {
		RefName *struct {
			Include []string `json:"include"`
			Exclude []string `json:"exclude"`
		} `json:"ref_name"`
	} `json:"conditions"`
	Rules []branchRule `json:"rules"`
	// err is why it could not be read whole.
	err error
}

func (r ruleset) bypassed() bool { return r.Bypass == "always" || r.Bypass == "exempt" }

// setOf is what a sentence says of a ruleset.
type setOf struct {
	name   string
	bypass bool
}

// ruleset asks for a ruleset's name and whether it may be bypassed. Where that
// cannot be known it may not.
func (c *Client) ruleset(ctx context.Context, id int64, source string) setOf {
	var r ruleset
	if _, err := c.get(ctx, fmt.Sprintf("/rulesets/%d?includes_parents=true", id), &r); err != nil || r.Name == "" {
		if source == "" {
			source = c.place.Path
		}
		return setOf{name: fmt.Sprintf("ruleset %d of %s", id, source)}
	}
	return setOf{name: "ruleset " + r.Name, bypass: r.bypassed()}
}

// tagRulesets reads the active rulesets that are about tags.
func (c *Client) tagRulesets(ctx context.Context) ([]ruleset, error) {
	var active []ruleset
	for page := 1; page <= pagesMax; page++ {
		var some []ruleset
		resp, err := c.get(ctx, fmt.Sprintf("/rulesets?includes_parents=true&targets=tag&per_page=%d&page=%d", pageSize, page), &some)
		if err != nil {
			return nil, err
		}
		for _, r := range some {
			if r.Target == "tag" && r.Enforcement == "active" {
				active = append(active, r)
			}
		}
		if resp.NextPage == 0 || len(active) >= rulesetsMax {
			break
		}
	}
	if len(active) > rulesetsMax {
		active = active[:rulesetsMax]
	}
	var wait sync.WaitGroup
	for i := range active {
		wait.Go(func() {
			r := &active[i]
			_, r.err = c.get(ctx, fmt.Sprintf("/rulesets/%d?includes_parents=true", r.ID), r)
		})
	}
	wait.Wait()
	return active, nil
}

// judgeTag weighs the rulesets that cover a new tag's name.
func (c *Client) judgeTag(tag string, f facts) forge.Ruling {
	if f.tagsErr != nil {
		return forge.Ruling{Why: f.tagsErr.Error()}
	}
	out := forge.Ruling{Verdict: forge.Allowed}
	for _, set := range f.tags {
		out = stricter(out, set.judgeTag(tag))
	}
	return out
}

func (r ruleset) judgeTag(tag string) forge.Ruling {
	if r.err != nil || r.Conditions == nil || r.Conditions.RefName == nil {
		why := fmt.Sprintf("ruleset %s is about tags, and which ones is not known", r.Name)
		return forge.Ruling{Why: why}
	}
	covers, known := r.covers("refs/tags/" + tag)
	if !known {
		return forge.Ruling{Why: fmt.Sprintf("ruleset %s names tags in a way that is not understood here", r.Name)}
	}
	out := forge.Ruling{Verdict: forge.Allowed}
	if !covers {
		return out
	}
	for _, rule := range r.Rules {
		why := rule.forbidsTag(tag)
		switch {
		case why != "" && r.bypassed():
			out.Bypass, out.Why = true, why+" (ruleset "+r.Name+")"
		case why != "":
			return forge.Ruling{Verdict: forge.Refused, Why: why + " (ruleset " + r.Name + ")"}
		case rule.Type == "required_signatures" && !r.bypassed():
			out.Needs = append(out.Needs, "the tagged commits must be signed (ruleset "+r.Name+")")
		}
	}
	return out
}

// forbidsTag says why a rule refuses to have this tag made.
func (r branchRule) forbidsTag(tag string) string {
	switch r.Type {
	case "creation":
		return "the tag " + tag + " may not be made"
	case "tag_name_pattern":
		if fits, known := r.Parameters.fits(tag); known && !fits {
			return "a tag's name " + r.Parameters.must()
		}
	case "required_status_checks", "required_deployments", "workflows":
		return "checks must pass before a tag is made"
	}
	return ""
}

// fits holds a name against a pattern; known is false where the pattern cannot
// be read. GitHub's are RE2, as Go's are.
func (p parameters) fits(name string) (fits, known bool) {
	switch p.Operator {
	case "starts_with":
		fits = strings.HasPrefix(name, p.Pattern)
	case "ends_with":
		fits = strings.HasSuffix(name, p.Pattern)
	case "contains":
		fits = strings.Contains(name, p.Pattern)
	case "regex":
		re, err := regexp.Compile(p.Pattern)
		if err != nil {
			return false, false
		}
		fits = re.MatchString(name)
	default:
		return false, false
	}
	return fits != p.Negate, true
}

// covers reports whether the conditions include a ref. known is false where one
// of them cannot be read.
func (r ruleset) covers(ref string) (covers, known bool) {
	for _, list := range []struct {
		patterns []string
		result   bool
	}{{r.Conditions.RefName.Include, true}, {r.Conditions.RefName.Exclude, false}} {
		for _, pattern := range list.patterns {
			hit, ok := matches(pattern, ref)
			if !ok {
				return false, false
			}
			if hit {
				covers = list.result
				break
			}
		}
		if !covers {
			return false, true
		}
	}
	return covers, true
}

// matches holds a ref against a condition: ~ALL, or a pattern as Ruby's fnmatch
// reads one with path names, where * stays within a part and **/ does not
// (documentation of rulesets, "Using fnmatch syntax").
func matches(pattern, ref string) (hit, known bool) {
	switch pattern {
	case "~ALL":
		return true, true
	case "~DEFAULT_BRANCH":
		return false, true
	}
	re, err := regexp.Compile(fnmatch(pattern))
	if err != nil {
		return false, false
	}
	return re.MatchString(ref), true
}

// fnmatch writes a pattern as a regular expression.
func fnmatch(pattern string) string {
	var b strings.Builder
	b.WriteString(`\A`)
	for i := 0; i < len(pattern); {
		switch rest := pattern[i:]; {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString(`(?:[^/]+/)*`)
			i += 3
		case rest[0] == '*':
			b.WriteString(`[^/]*`)
			i++
		case rest[0] == '?':
			b.WriteString(`[^/]`)
			i++
		case rest[0] == '[':
			end := strings.IndexByte(rest[1:], ']')
			if end < 1 {
				b.WriteString(`\[`)
				i++
				continue
			}
			class := rest[1 : end+1]
			if strings.HasPrefix(class, "!") {
				class = "^" + class[1:]
			}
			b.WriteString("[" + strings.ReplaceAll(class, `\`, `\\`) + "]")
			i += end + 2
		case rest[0] == '\\' && len(rest) > 1:
			b.WriteString(regexp.QuoteMeta(rest[1:2]))
			i += 2
		default:
			// Byte by byte would cut a character in two.
			n := strings.IndexAny(rest[1:], `*?[\`)
			if n < 0 {
				n = len(rest) - 1
			}
			b.WriteString(regexp.QuoteMeta(rest[:n+1]))
			i += n + 1
		}
	}
	b.WriteString(`\z`)
	return b.String()
}
