package publish

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"ahead/gitops"
)

// saysLimit bounds, in bytes, what a step's words quote of a server that took
// the push; a failure quotes all of it in its detail.
const saysLimit = 400

// said is all that git, hooks and server wrote, as it is: the words for people
// first, then the rows about refs.
func said(out output) string {
	return strings.TrimSpace(redact(strings.TrimSpace(out.stderr) + "\n" + string(out.stdout)))
}

// progress is what git itself writes while it works; servers pass it on from
// their own git. Named one by one: a deployment may count its steps too.
var progress = regexp.MustCompile(`^((Enumerating|Counting|Compressing|Writing|Receiving|Unpacking|Indexing) objects|` +
	`Resolving deltas|Checking connectivity|Updating references): +\d+|^Total \d+ \(delta \d+\)`)

// serverSays is the server's own text in what git wrote: the lines that git
// marks as the remote's, in one line. A hook that deploys reports there, and
// so does a rule that was bypassed, while the push itself is a success.
func serverSays(stderr string) string {
	var lines []string
	for _, line := range strings.FieldsFunc(stderr, func(r rune) bool { return r == '\n' || r == '\r' }) {
		text, ok := strings.CutPrefix(line, "remote:")
		// Git pads each line with spaces, to cover progress that stood there.
		text = strings.TrimRight(strings.TrimPrefix(text, " "), " \t")
		if ok && strings.TrimSpace(text) != "" && !progress.MatchString(text) {
			lines = append(lines, text)
		}
	}
	return abridge(strings.Join(lines, " / "), saysLimit)
}

// abridge keeps both ends of s, without cutting a character in two: what was
// done stands at the beginning, what came of it at the end.
func abridge(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	head, tail := limit/2, len(s)-limit/2
	for range utf8.UTFMax - 1 {
		if !utf8.RuneStart(s[head]) {
			head--
		}
		if !utf8.RuneStart(s[tail]) {
			tail++
		}
	}
	return s[:head] + " … " + s[tail:]
}

// rejected is a refusal in somebody's words: the server's when git has rows
// about refs, else those of the pre-push hook, which runs before there are any.
func (s *shipment) rejected(f pushFailure) error {
	e := &gitops.Error{
		Code: gitops.CodeRejected, What: s.plan.Remote + " rejected the push", Detail: f.said,
		Hint: "nothing was pushed; read what the server says: a protected branch may take a pull request only (--pull-request)",
	}
	if len(f.rows) == 0 {
		e.What = "the pre-push hook rejected the push"
		e.Hint = "nothing was pushed; read what the hook says, or skip it with: ahead revert … --no-verify"
		return e
	}
	branch, tag := false, false
	for _, row := range refusedThemselves(f.rows) {
		e.What += "; " + row.ref + ": " + row.summary
		branch = branch || row.ref == s.branchRef()
		tag = tag || row.ref == s.tagRef()
	}
	if tag && !branch {
		e.Hint = "nothing was pushed; the server refuses the tag: another name (--tag) or no tag (--no-tag)"
	}
	return e
}

// refusedThemselves are the refused rows without those that only went down
// with another one. Git tells the two apart in words alone; where it does not,
// all of them are given.
func refusedThemselves(rows []pushRow) []pushRow {
	var all, own []pushRow
	for _, row := range rows {
		if row.flag != '!' {
			continue
		}
		all = append(all, row)
		if !strings.Contains(row.summary, "(atomic ") {
			own = append(own, row)
		}
	}
	if len(own) == 0 {
		return all
	}
	return own
}
