package events

import "regexp"

// shapes are what a secret looks like that neither the environment nor an
// argument names: a script reads it from a file and its tool prints it. The first
// group of each is kept.
var shapes = []*regexp.Regexp{
	// What stands before the host of an address: over http a name alone may be a token.
	regexp.MustCompile(`((?i:https?)://)[^/\s@]*@`),
	regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^/\s:@]+:)[^/\s@]+@`),
	regexp.MustCompile(`(?i)([?&][a-z_-]*(?:token|secret|password|key|sig|signature)=)[^&\s'"]+`),
	regexp.MustCompile(`(?i)((?:authorization|private-token|x-[a-z-]*(?:key|token)):\s*(?:(?:basic|bearer|token)\s+)?)[^\s'"]+`),
	regexp.MustCompile(`(?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}`),
	// The prefixes that GitHub, GitLab and New Relic publish for being found.
	regexp.MustCompile(`\b(gh[pousr]_|github_pat_|glpat-|NRAK-)[A-Za-z0-9_-]{8,}`),
}

// hideShapes takes out what has the shape of a secret. It finds what has one,
// and no more than that.
func hideShapes(s string) string {
	for i, shape := range shapes {
		end := ""
		if i < 2 {
			end = "@"
		}
		s = shape.ReplaceAllString(s, "${1}***"+end)
	}
	return s
}
