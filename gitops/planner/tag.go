package planner

import (
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/gitops/hazard"
	"ahead/gitops/release"
)

// addTag names the release.
func (d *draft) addTag() error {
	taken := make(map[string]bool, len(d.snap.Tags))
	for _, t := range d.snap.Tags {
		taken[t.Name] = true
	}
	scheme, why, err := d.schemeOf(d.plan)
	if err != nil {
		return err
	}
	tag, warnings, err := d.NameRelease(d.plan.Remedy, scheme, why, func(name string) bool { return taken[name] })
	d.plan.Tag = tag
	d.plan.Warnings = append(d.plan.Warnings, warnings...)
	return err
}

// schemeOf is the scheme of the component that a plan releases, and in words why
// it is that one, where there was a choice.
func (p *Planner) schemeOf(plan gitops.Plan) (release.Scheme, string, error) {
	if p.SchemeFor == nil || len(plan.Files) == 0 || plan.Remedy.NoTag {
		return p.Scheme, "", nil
	}
	return p.SchemeFor(Paths(plan))
}

// Paths are the paths that a plan touches, under their old names too.
func Paths(plan gitops.Plan) []string {
	paths := make([]string, 0, len(plan.Files))
	for _, f := range plan.Files {
		paths = append(paths, f.Path)
		if f.OldPath != "" && f.OldPath != f.Path {
			paths = append(paths, f.OldPath)
		}
	}
	return paths
}

// NameRelease names the release that follows by scheme, as the remedy wants it:
// the first name for which taken is false. why is added to the words that say
// how it came about.
func (p *Planner) NameRelease(remedy gitops.Remedy, scheme release.Scheme, why string, taken func(string) bool) (gitops.TagPlan, []gitops.Warning, error) {
	if remedy.NoTag {
		return gitops.TagPlan{Scheme: "no tag, as asked"}, nil, nil
	}
	tag, err := scheme.Next(taken, p.Now())
	if err != nil {
		return gitops.TagPlan{}, nil, err
	}
	if why != "" && tag.Name != "" {
		tag.Scheme += "; " + why
	}
	var warnings []gitops.Warning
	if tag.Signed && !p.Signing {
		tag.Signed = false
		warnings = append(warnings, gitops.Warning{
			Code: gitops.WarnUnsigned,
			Text: fmt.Sprintf("%s was signed and this tag will not be: no user.signingKey is set here", tag.After),
		})
	}
	if own := remedy.Tag; own != "" {
		if tag, err = ownTag(tag, own, taken(own)); err != nil {
			return tag, warnings, err
		}
	}
	// Pipelines that are started by a tag read its message for markers, too.
	tag.Message = hazard.NeutraliseSkipCI(tag.Message)
	return tag, warnings, nil
}

// ownTag puts a person's own name for the release into the plan.
func ownTag(tag gitops.TagPlan, name string, taken bool) (gitops.TagPlan, error) {
	if err := release.CheckName(name); err != nil {
		return gitops.TagPlan{}, &gitops.Error{
			Code: gitops.CodeBadTag, What: fmt.Sprintf("%q cannot be a tag's name", name),
			Hint: "choose a name like the tags before it", Err: err,
		}
	}
	if taken {
		return gitops.TagPlan{}, &gitops.Error{
			Code: gitops.CodeTagTaken, What: fmt.Sprintf("the tag %s exists already", name),
			Hint: "choose another name: a tag is never used again",
		}
	}
	if strings.TrimSpace(tag.Message) == "" || strings.Contains(tag.Message, tag.Name) && tag.Name != "" {
		tag.Message = strings.ReplaceAll(tag.Message, tag.Name, name)
	}
	if tag.Message == "" {
		tag.Message = name
	}
	tag.Name = name
	tag.Scheme = "as you named it"
	return tag, nil
}
