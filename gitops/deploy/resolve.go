package deploy

import (
	"regexp"
	"strings"

	"ahead/gitops"
)

// Finder looks names up in a repository. Either gives the zero Hash for what is
// not there, or not only once.
type Finder interface {
	// Tag gives the commit of a tag by its short name.
	Tag(name string) gitops.Hash
	// Abbreviated gives the commit that begins with these hexadecimal digits.
	Abbreviated(digits string) gitops.Hash
}

var (
	idDigits  = regexp.MustCompile(`^[0-9a-f]{7,40}$`)
	describes = regexp.MustCompile(`^.+-[0-9]+-g([0-9a-f]{7,40})$`)
)

// Resolve finds the commits of rows whose source told only a tag or a short id,
// and names the tags of those that were told by one. A branch's name is not
// followed: the branch has moved since. It changes the rows in place, and gives
// the indexes of those whose commit stays unknown.
func Resolve(rows []gitops.Deployment, find Finder) (unknown []int) {
	for i := range rows {
		d := &rows[i]
		if !d.Commit.IsZero() {
			continue
		}
		if !resolveTag(d, find) {
			d.Commit = resolveID(d.Ref, find)
		}
		if d.Commit.IsZero() {
			unknown = append(unknown, i)
		}
	}
	return unknown
}

func resolveTag(d *gitops.Deployment, find Finder) bool {
	for _, name := range []string{d.Tag, strings.TrimPrefix(d.Ref, "refs/tags/")} {
		if c := find.Tag(name); !c.IsZero() {
			d.Commit, d.Tag, d.Ref = c, name, "refs/tags/"+name
			return true
		}
	}
	return false
}

// resolveID reads a full or short id, or what `git describe` prints.
func resolveID(text string, find Finder) gitops.Hash {
	text = strings.ToLower(text)
	if m := describes.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	if !idDigits.MatchString(text) {
		return gitops.Hash{}
	}
	if h, err := gitops.ParseHash(text); err == nil {
		return h
	}
	return find.Abbreviated(text)
}

// Called is what a source called the commit that it could not name: its tag, its
// ref, else nothing.
func Called(d gitops.Deployment) string {
	switch {
	case d.Tag != "":
		return d.Tag
	case d.Ref != "":
		return strings.TrimPrefix(strings.TrimPrefix(d.Ref, "refs/heads/"), "refs/tags/")
	case !d.Commit.IsZero():
		return d.Commit.Short()
	}
	return ""
}
