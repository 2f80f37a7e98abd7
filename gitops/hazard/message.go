package hazard

import "strings"

var securityPattern = lazily(`(?i)\b(?:` + strings.Join([]string{
	`CVE-\d{4}-\d{4,}`, `GHSA(?:-[0-9a-z]{4}){3}`, `CWE-\d+`, `RUSTSEC-\d{4}-\d+`, `PYSEC-\d{4}-\d+`,
	`security[ -](?:fix|fixes|patch|issue|bug|hole|flaw|update|advisory|release|hardening|problem|leak|risk)`,
	`(?:fix|patch|close|plug)(?:es|ed)?(?:\([^)\n]{0,40}\))?:? (?:an? |the )?security`,
	`\w+\(security\)`, `security:`,
	`vulnerab\w*`, `exploit(?:s|ed|able|ation)?`, `zero-day|0-day`,
	`XSS`, `cross[- ]site (?:scripting|request forgery)`, `CSRF`, `XSRF`, `SSRF`, `XXE`, `RCE`, `SQLi`,
	`remote code execution`, `(?:SQL|command|code|header|log|template|script|shell|LDAP|CRLF) injection`,
	`(?:path|directory) traversal`, `zip[- ]slip`, `privilege escalation`, `ReDoS`, `denial[- ]of[- ]service`,
	`auth(?:entication|orization)?[- ]bypass`, `open redirect`, `information (?:disclosure|leak)`,
	`use[- ]after[- ]free`, `buffer over(?:flow|run|read)`, `out[- ]of[- ]bounds (?:read|write)`,
	`(?:insecure|unsafe) deserialization`, `timing attack`, `request smuggling`, `session fixation`, `clickjacking`,
}, "|") + `)(?:\b|$|[^0-9A-Za-z_])`)

// securityWords has for each alternative of securityPattern a part that whatever
// it matches contains, in lower case: the pattern takes a fifth of a millisecond
// for a message, and a far restore asks about thousands.
var securityWords = []string{
	"cve-", "ghsa-", "cwe-", "rustsec-", "pysec-", "security", "vulnerab", "exploit", "-day", "xss", "cross-site", "cross site",
	"csrf", "xsrf", "ssrf", "xxe", "sqli", "remote code", "injection", "traversal", "slip", "escalation", "redos",
	"denial", "bypass", "open redirect", "disclosure", "information leak", "after-free", "after free", "buffer over",
	"of-bounds", "of bounds", "deserialization", "timing attack", "smuggling", "fixation", "clickjacking",
}

// Security reports whether a commit message reads like a security fix, which
// reverting would take back.
func Security(message string) bool {
	// The pattern takes the long s for an s, as Unicode does.
	lower := strings.ReplaceAll(strings.ToLower(message), "ſ", "s")
	may := strings.Contains(strings.ReplaceAll(lower, "source", ""), "rce")
	for _, word := range securityWords {
		may = may || strings.Contains(lower, word)
	}
	return may && securityPattern().MatchString(message)
}

// Who may be told to skip: "ci" for everyone, and the names that single
// services listen to.
const skippable = `(?:ci|cd|actions?|travis(?:[ _-]?ci)?|circle(?:[ _-]?ci)?|azurepipelines|azpipelines|azp|` +
	`appveyor|netlify|vercel|render|deploy(?:ment|ments|s)?|previews?|builds?|pipelines?|vela|drone|woodpecker|buildkite|` +
	`semaphore|codeship|cirrus|jenkins|gitlab|bitrise|amplify|cf[ _-]pages|pages|run|gh[ _-]actions|github[ _-]actions|` +
	`workflows?|jobs?|release|teamcity|codefresh|codebuild|screwdriver|concourse|gocd|harness|argo|sourcehut|forgejo|gitea)`

// skipPattern is everything that keeps some pipeline from running: the
// bracketed markers of GitHub, GitLab, Bitbucket, CircleCI, Travis, Azure,
// AppVeyor, Buildkite, Netlify, Vercel, Cloudflare Pages, Amplify, Render and
// others; ***NO_CI*** of Azure, Drone and Vela; --skip-ci of Codeship; the
// skip-checks trailer of GitHub. The submatches are the marker's words.
var skipPattern = lazily(`(?i)` + strings.Join([]string{
	`\[[ \t]*((?:skip|no)[ \t_:-]*` + skippable + `|` + skippable + `[ \t_:-]*skip)[ \t]*\]`,
	`\*\*\*[ \t]*(no[_ -]?ci)[ \t]*\*\*\*`,
	`--(skip-ci|ci-skip)\b`,
	`\b(skip-checks)[ \t]*:[ \t]*(true)\b`,
}, "|"))

// SkipCI reports whether the message would keep a pipeline from running.
func SkipCI(message string) bool { return skipPattern().MatchString(message) }

// NeutraliseSkipCI rewrites the markers so that no pipeline heeds them and a
// person still reads what stood there: "[skip ci]" becomes "(skip-ci)". The
// rest of the message keeps its bytes.
func NeutraliseSkipCI(message string) string {
	// Taking one marker out can complete another around it. Each turn leaves
	// fewer brackets, stars, dashes or colons, so this ends.
	for SkipCI(message) {
		message = skipPattern().ReplaceAllStringFunc(message, harmless)
	}
	return message
}

func harmless(marker string) string {
	var words []string
	for _, group := range skipPattern().FindStringSubmatch(marker)[1:] {
		words = append(words, strings.FieldsFunc(group, func(r rune) bool { return r == ' ' || r == '\t' || r == ':' })...)
	}
	return "(" + strings.Join(words, "-") + ")"
}
