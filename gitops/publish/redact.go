package publish

import (
	"regexp"
	"strings"
)

var (
	// urlUser is the part of a URL that may hold credentials. Git takes the
	// last @ before the first slash as its end, and so does this.
	urlUser = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)([^/\s]*)@`)
	// urlSecret is a secret in a query string.
	urlSecret = regexp.MustCompile(`(?i)([?&][a-z_-]*(?:token|secret|password|key|sig|signature)=)[^&\s'"]+`)
	// header is a secret in a traced request.
	header = regexp.MustCompile(`(?i)((?:authorization|private-token|x-api-key):\s*(?:(?:basic|bearer|token)\s+)?)[^\s'"]+`)
)

const hidden = "***"

// redact takes credentials out of a text that will be shown or kept. Over http
// even the user name can be a token; elsewhere it is what a person needs to
// see ("git@…"), and only a password is hidden.
func redact(s string) string {
	s = urlUser.ReplaceAllStringFunc(s, func(match string) string {
		scheme, user, _ := strings.Cut(strings.TrimSuffix(match, "@"), "://")
		lower := strings.ToLower(scheme)
		if strings.HasSuffix(lower, "http") || strings.HasSuffix(lower, "https") {
			return scheme + "://" + hidden + "@"
		}
		name, _, secret := strings.Cut(user, ":")
		if !secret {
			return match
		}
		return scheme + "://" + name + ":" + hidden + "@"
	})
	s = urlSecret.ReplaceAllString(s, "${1}"+hidden)
	return header.ReplaceAllString(s, "${1}"+hidden)
}
