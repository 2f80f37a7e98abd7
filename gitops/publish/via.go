package publish

import (
	"strings"

	"ahead/gitops"
)

// slugLimit bounds the words in the name of a pull request's branch, in bytes:
// with the rest it stays readable in one line of a terminal and of a forge.
const slugLimit = 40

// ViaName is the branch of a plan's pull request: revert/<short>-<slug>, made
// of the newest suspect and its subject. It is plain ASCII that any git, forge
// and shell takes as it is: letters, digits and single dashes.
func ViaName(plan gitops.Plan, subject string) string {
	kind, of := "revert", gitops.Hash{}
	switch {
	case plan.Remedy.Kind == gitops.RestoreDeployment:
		kind = "restore"
		of = plan.Tree
	case len(plan.Selection) > 0:
		of = plan.Selection[0]
	}
	name := kind + "/" + of.Short()
	if slug := slugOf(subject); slug != "" {
		name += "-" + slug
	}
	return name
}

// slugOf keeps the words of a subject that are plain ASCII; what no word is
// left of has none. Case goes, since a file system may hold two names for one.
func slugOf(subject string) string {
	words := strings.FieldsFunc(strings.ToLower(subject), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	if len(words) == 0 {
		return ""
	}
	// A subject that is one long word is cut in it.
	slug := words[0][:min(len(words[0]), slugLimit)]
	for _, word := range words[1:] {
		if len(slug)+1+len(word) > slugLimit {
			break
		}
		slug += "-" + word
	}
	return slug
}
