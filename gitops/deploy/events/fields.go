package events

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"ahead/gitops"
)

// fields are those of a JSON object.
type fields map[string]any

func (f fields) object(name string) fields {
	inner, _ := f[name].(map[string]any)
	return inner
}

// text is the first of these fields that holds a text, or a number that is one
// by nature (an id, a build).
func (f fields) text(names ...string) string {
	for _, name := range names {
		switch v := f[name].(type) {
		case string:
			if v = strings.TrimSpace(v); v != "" {
				return v
			}
		case float64:
			if v == float64(int64(v)) {
				return fmt.Sprint(int64(v))
			}
		}
	}
	return ""
}

// revision reads what was deployed; false where nothing says.
func (f fields) revision(d *gitops.Deployment) bool {
	id := f.text("commit", "sha", "revision", "commit_sha", "commitSha", "git_commit", "slug_commit")
	if inner := f.object("commit"); id == "" && inner != nil {
		id = inner.text("sha", "id", "hash")
	}
	if h, err := gitops.ParseHash(strings.ToLower(id)); err == nil {
		d.Commit = h
	} else {
		d.Ref = id
	}
	d.Tag = f.text("tag", "version", "release")
	if d.Ref == "" {
		d.Ref = f.text("ref")
	}
	if image := f.text("image"); image != "" && d.Commit.IsZero() && d.Ref == "" && d.Tag == "" {
		d.Ref = imageTag(image)
	}
	return !d.Commit.IsZero() || d.Ref != "" || d.Tag != ""
}

// imageTag is the tag of a container image, registry/name:tag@digest. A digest
// names no commit, and neither does latest.
func imageTag(image string) string {
	image, _, _ = strings.Cut(image, "@")
	name := image[strings.LastIndexByte(image, '/')+1:]
	_, tag, _ := strings.Cut(name, ":")
	if tag == "latest" {
		return ""
	}
	return tag
}

var cdType = regexp.MustCompile(`^dev\.cdevents\.([a-z]+)\.([a-z]+)\.\d`)

// cdEvent reads a CDEvent (https://cdevents.dev, continuous deployment events).
// After a rollback the artifact is the one that runs then.
func cdEvent(f fields) (h happening, known bool, err error) {
	context, subject := f.object("context"), f.object("subject")
	m := cdType.FindStringSubmatch(context.text("type"))
	if m == nil {
		return h, false, fmt.Errorf("the type %q is no CDEvent's", clip(context.text("type")))
	}
	if m[1] != "service" || m[2] != "deployed" && m[2] != "upgraded" && m[2] != "rolledback" && m[2] != "removed" {
		return h, false, nil
	}
	content := subject.object("content")
	h.service, h.removed = subject.text("id"), m[2] == "removed"
	h.ID = context.text("id")
	environment := content.object("environment")
	h.Environment = environment.text("name", "id")
	h.FinishedAt = context.moment("timestamp")
	custom := f.object("customData")
	h.Actor, h.URL = custom.text("actor", "user", "by"), webAddress(custom.text("url"))
	if h.removed {
		return h, true, nil
	}
	if !custom.revision(&h.Deployment) && !fromPURL(content.text("artifactId"), &h.Deployment) {
		return h, false, fmt.Errorf("its artifact %q names no commit and no tag", clip(content.text("artifactId")))
	}
	return h, true, nil
}

// fromPURL reads a package URL: pkg:type/name@version?qualifiers#path. The commit
// is in vcs_url where there is one; else a version that is no digest names a tag
// or a commit.
func fromPURL(text string, d *gitops.Deployment) bool {
	rest, ok := strings.CutPrefix(text, "pkg:")
	if !ok {
		return false
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	// What cannot be parsed is left out of the values.
	qualifiers, _ := url.ParseQuery(query)
	if vcs := qualifiers.Get("vcs_url"); vcs != "" {
		if at := strings.LastIndexByte(vcs, '@'); at >= 0 {
			name(vcs[at+1:], d)
		}
	}
	d.Tag = qualifiers.Get("tag")
	if at := strings.LastIndexByte(rest, '@'); at >= 0 && d.Commit.IsZero() {
		if version, err := url.PathUnescape(rest[at+1:]); err == nil && !strings.Contains(version, ":") {
			name(version, d)
		}
	}
	if d.Tag == "latest" {
		d.Tag = ""
	}
	return !d.Commit.IsZero() || d.Ref != "" || d.Tag != ""
}

func name(text string, d *gitops.Deployment) {
	if h, err := gitops.ParseHash(strings.ToLower(text)); err == nil {
		d.Commit = h
	} else {
		d.Ref = text
	}
}

// webAddress keeps what may be offered as a link.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}
