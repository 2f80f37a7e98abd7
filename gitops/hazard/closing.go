package hazard

import (
	"slices"
	"strings"
)

// Issues are named as #12, GH-12, AB#12, owner/repo#12, group/sub/project#12,
// by their address, or by a tracker's key (PROJ-12).
const (
	issueNumber  = `(?:[\w.-]+(?:/[\w.-]+)*)?#\d+|GH-\d+|AB#\d+`
	issueAddress = `https?://[^\s"'<>()]+/(?:-/)?(?:issues?|work_items|pull|merge_requests|browse|_workitems/edit)/[\w#-]+`
	issueKey     = `(?-i:[A-Z][A-Z0-9_]+-\d+)`
	issueName    = `(?:` + issueAddress + `|` + issueNumber + `|` + issueKey + `)`
)

// closingPattern is a word that closes issues, with the issues it closes: the
// keywords of GitHub (close, fix, resolve), of GitLab (those, implement, and
// their forms), and of Bitbucket ("fixes issue 12", reopen, hold, wontfix,
// invalidate). The submatches are the word and the list.
var closingPattern = lazily(`(?i)\b((?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?|` +
	`reopen(?:s|ed|ing)?|hold(?:s|ing)?|wontfix|invalidat(?:e[sd]?|ing))(?:[ \t]*:)?[ \t]+` +
	`(?:(?:the[ \t]+)?(?:issues?|bugs?|tickets?|tasks?)[ \t:]+)?)` +
	`(` + issueName + `(?:(?:[ \t]*,?[ \t]+(?:and|&)[ \t]+|[ \t]*,[ \t]*|[ \t]+)(?:(?:issues?|bugs?)[ \t]+)?` + issueName + `)*|#?\d+\b)`)

// smartPattern is a command to a tracker behind its key: "PROJ-12 #close".
var smartPattern = lazily(`(?i)\b((?-i:[A-Z][A-Z0-9_]+-\d+)[^\n#]*?[ \t])#((?:close|resolve|done|fix|reopen|start-progress|in-progress)[\w-]*)`)

// standards look like a tracker's key and are none.
var standards = []string{
	"UTF", "SHA", "ISO", "CVE", "CWE", "GHSA", "RFC", "HTTP", "TLS", "SSL", "AES", "RSA", "MD", "PEP", "PSR", "ES", "UTC", "GMT",
	"BASE", "IPV", "ARM", "X", "I", "IEEE", "ECMA", "EC", "PHP", "PY", "JDK", "COVID", "OWASP", "WCAG", "GPT", "H", "AVX", "SSE", "MP",
}

// NeutraliseClosing rewrites what would close an issue, or open one again, so
// that it still names it: "Fixes #12" becomes "Fixes (#12)", "PROJ-12 #close"
// becomes "PROJ-12 close". The rest keeps its bytes.
func NeutraliseClosing(text string) string {
	// A command's word can stand before an issue, and behind a key there may be
	// several. Each turn brackets an issue or drops a "#", so this ends.
	for {
		next := neutraliseOnce(text)
		if next == text {
			return text
		}
		text = next
	}
}

func neutraliseOnce(text string) string {
	text = closingPattern().ReplaceAllStringFunc(text, func(match string) string {
		parts := closingPattern().FindStringSubmatch(match)
		word, issues := parts[1], parts[2]
		if standard(issues) || bareNumber(issues) && !namesIssue(word) {
			return match
		}
		return word + "(" + issues + ")"
	})
	return smartPattern().ReplaceAllString(text, "${1}${2}")
}

// standard: "fix UTF-8 names" closes nothing.
func standard(issues string) bool {
	family, _, dashed := strings.Cut(issues, "-")
	return dashed && slices.Contains(standards, strings.ToUpper(family))
}

func bareNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }

// namesIssue tells "fixes issue 12" from "fix 12 tests".
func namesIssue(word string) bool {
	fields := strings.FieldsFunc(strings.ToLower(word), func(r rune) bool { return r == ' ' || r == '\t' || r == ':' })
	last := fields[len(fields)-1]
	return slices.Contains([]string{"issue", "bug", "ticket", "task"}, strings.TrimSuffix(last, "s"))
}
