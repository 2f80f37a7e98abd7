package planner

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ahead/gitops"
	"ahead/gitops/hazard"
)

// habit is how a repository writes its messages.
type habit struct {
	// conventional: "feat(scope): subject", https://www.conventionalcommits.org
	conventional bool
	// subjectWidth is the longest subject, in characters, that is usual here.
	subjectWidth int
}

var conventionalSubject = regexp.MustCompile(`^(build|chore|ci|deps|docs|feat|fix|hotfix|i18n|perf|refactor|release|revert|security|style|tests?|wip)(\([^)]*\))?!?: `)

// countsMore recognises the subjects that manySubject writes.
var countsMore = regexp.MustCompile(` and \d+ more"*$`)

const (
	defaultSubjectWidth = 72
	// conventionalWidth is the longest line, in characters, that the usual rules
	// for conventional commits allow (commitlint's config-conventional).
	conventionalWidth = 100
	// habitSample is how many recent commits tell a habit.
	habitSample = 60
)

// learnHabit looks at the recent commits, merges left out.
func learnHabit(commits []gitops.Commit) habit {
	h := habit{subjectWidth: defaultSubjectWidth}
	var seen, conventional, wide, widest int
	for _, c := range commits {
		if seen == habitSample {
			break
		}
		if c.IsMerge() {
			continue
		}
		seen++
		subject := c.Subject()
		if conventionalSubject.MatchString(subject) {
			conventional++
		}
		if w := utf8.RuneCountInString(subject); w > defaultSubjectWidth {
			wide++
			widest = max(widest, w)
		}
	}
	h.conventional = seen >= 5 && conventional*10 >= seen*7
	if wide*5 >= seen && widest > 0 {
		h.subjectWidth = min(widest, 200)
	}
	if h.conventional {
		h.subjectWidth = min(h.subjectWidth, conventionalWidth)
	}
	return h
}

// quoted is a suspect's subject as it may stand in a message of our own: it
// closes no issue, not even one that it closed before, it is UTF-8, and it is
// not empty. Names behind an @ stay: most are packages, and whoever is meant
// should hear of it.
func quoted(c gitops.Commit) string {
	subject := hazard.NeutraliseClosing(gitops.AsUTF8(c.Subject()))
	if strings.TrimSpace(subject) == "" {
		return c.Hash.Short()
	}
	return subject
}

// subjectFor is the subject of the commit that reverts one other, or a part of
// it. Reverting a revert is a reland and says so, in the words that git uses
// since 2.43; half a reland is no reland.
func subjectFor(subject string, partial bool, h habit) string {
	switch {
	case h.conventional && partial:
		return "revert: " + subject + " (in part)"
	case h.conventional:
		return "revert: " + subject
	case partial:
		return `Partially revert "` + subject + `"`
	case strings.HasPrefix(subject, `Revert "`) && !strings.HasPrefix(subject, `Revert "Revert "`):
		return `Reapply "` + strings.TrimPrefix(subject, `Revert "`)
	default:
		return `Revert "` + subject + `"`
	}
}

// fitSubject cuts a subject that is longer than usual here. The second answer
// is the whole subject for the body, empty when nothing was cut.
func fitSubject(subject string, width int) (cut, whole string) {
	if utf8.RuneCountInString(subject) <= width {
		return subject, ""
	}
	runes := []rune(subject)
	tail := "…"
	if strings.HasSuffix(subject, `"`) {
		tail = `…"`
	}
	return strings.TrimRight(string(runes[:width-utf8.RuneCountInString(tail)]), " ") + tail, subject
}

// revertsLine is the sentence by which git and people find a revert later. That
// of a partial one must not read as if nothing of the suspect were left.
func revertsLine(suspect gitops.Commit, asked int, partial bool) string {
	reverts := revertsSentence
	if partial {
		reverts = partlySentence
	}
	n, refusal := mainline(suspect, asked)
	if !suspect.IsMerge() || refusal != "" {
		return fmt.Sprintf("%s%s.", reverts, suspect.Hash)
	}
	return fmt.Sprintf("%s%s, reversing\nchanges made to %s.", reverts, suspect.Hash, suspect.Parents[n-1])
}

// What stands before the id of a commit that was reverted, whole or in part.
const (
	revertsSentence = "This reverts commit "
	partlySentence  = "This partially reverts commit "
)

// compose puts a message together: subject, what it does, why, trailers.
// refs are the ids of what is reverted, which conventional commits name in a
// footer. skipsCI says that a marker in it would have kept the pipeline from
// running.
func compose(subject string, body []string, refs string, remedy gitops.Remedy, h habit) (message string, skipsCI bool) {
	cut, whole := fitSubject(subject, h.subjectWidth)
	parts := []string{cut}
	if whole != "" {
		parts = append(parts, wrapped(whole, h))
	}
	parts = append(parts, strings.Join(body, "\n"))
	if reason := strings.TrimSpace(remedy.Reason); reason != "" {
		parts = append(parts, wrapped(reason, h))
	}
	var trailers []string
	if refs != "" && h.conventional {
		trailers = append(trailers, "Refs: "+refs)
	}
	if incident := oneLine(remedy.Incident); incident != "" {
		trailers = append(trailers, "Incident: "+incident)
	}
	if len(trailers) > 0 {
		parts = append(parts, strings.Join(trailers, "\n"))
	}
	return defuse(strings.Join(parts, "\n\n") + "\n")
}

// refsTo lists ids as the specification of conventional commits does for
// reverts; more than a line's worth is in the body anyway.
func refsTo(suspects []gitops.Commit) string {
	if len(suspects) > 8 {
		return ""
	}
	ids := make([]string, len(suspects))
	for i, s := range suspects {
		ids[i] = s.Hash.Short()
	}
	return strings.Join(ids, ", ")
}

// wrapped breaks lines that the rules for conventional commits would refuse.
// Elsewhere a person's lines are their own.
func wrapped(text string, h habit) string {
	if !h.conventional {
		return text
	}
	var out []string
	for _, line := range strings.Split(text, "\n") {
		for utf8.RuneCountInString(line) > conventionalWidth {
			runes := []rune(line)
			end := strings.LastIndex(string(runes[:conventionalWidth+1]), " ")
			if end <= 0 {
				// A word that is longer, an address say, stays whole.
				if end = strings.Index(line, " "); end < 0 {
					break
				}
			}
			out, line = append(out, strings.TrimRight(line[:end], " ")), strings.TrimLeft(line[end:], " ")
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func defuse(message string) (string, bool) {
	if !hazard.SkipCI(message) {
		return message, false
	}
	return hazard.NeutraliseSkipCI(message), true
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// messageFor writes the message of a commit that reverts these suspects, for
// which a person settled the conflicts at some paths.
func (d *draft) messageFor(suspects []gitops.Commit, byHand []string, h habit) (string, bool) {
	remedy, partial := d.plan.Remedy, d.plan.Partial()
	var body []string
	for _, s := range suspects {
		body = append(body, revertsLine(s, remedy.Mainline, partial))
	}
	subject := subjectFor(quoted(suspects[0]), partial, h)
	if n := len(suspects); n > 1 {
		subject = manySubject(suspects, partial, h)
		for i, s := range suspects {
			body[i] = fmt.Sprintf("%s\n%s\n", body[i], wrapped("("+quoted(s)+")", h))
		}
		body[n-1] = strings.TrimSuffix(body[n-1], "\n")
	}
	return compose(subject, append(body, d.partsInMessage(byHand)...), refsTo(suspects), remedy, h)
}

// plainPath keeps a path with line breaks in it from writing into the message.
func plainPath(path string) string {
	if strings.ContainsFunc(path, unicode.IsControl) {
		return strconv.Quote(path)
	}
	return path
}

// partsInMessage lists what a partial revert leaves in place, and what a person
// had to settle.
func (d *draft) partsInMessage(byHand []string) []string {
	var out, settled []string
	for _, l := range d.plan.LeftOut {
		row := plainPath(l.Path)
		if l.OldPath != "" {
			row = plainPath(l.OldPath) + " → " + row
		}
		if l.Of > 0 {
			row += fmt.Sprintf(" (%d of %d hunks)", l.Hunks, l.Of)
		}
		out = append(out, row)
	}
	for _, path := range byHand {
		settled = append(settled, plainPath(path))
	}
	return append(listed("Left out:", out), listed("Conflicts settled by hand:", settled)...)
}

// listed is a list below its title, nothing where there is nothing to list.
func listed(title string, rows []string) []string {
	if len(rows) == 0 {
		return nil
	}
	body := []string{"", title}
	for i, row := range rows {
		if i == maxInMessage {
			return append(body, fmt.Sprintf("- and %d more", len(rows)-i))
		}
		body = append(body, "- "+row)
	}
	return body
}

// manySubject names the newest suspect and counts the rest. A suspect that
// counts already, because it reverted several, is not counted upon.
func manySubject(suspects []gitops.Commit, partial bool, h habit) string {
	more := fmt.Sprintf(" and %d more", len(suspects)-1)
	if countsMore.MatchString(quoted(suspects[0])) {
		return fmt.Sprintf("%s %d commits", revertVerb(partial), len(suspects))
	}
	room := h.subjectWidth - utf8.RuneCountInString(more)
	subject, _ := fitSubject(subjectFor(quoted(suspects[0]), partial, h), room)
	return subject + more
}

func revertVerb(partial bool) string {
	if partial {
		return "Partially revert"
	}
	return "Revert"
}

// deploymentMessage writes the message of a commit that reverts or restores a
// whole deployment.
func (d *draft) deploymentMessage(h habit) (string, bool) {
	verb, lead := d.deploymentLead()
	if h.conventional {
		verb = "revert: " + strings.ToLower(verb[:1]) + verb[1:]
	}
	body := []string{lead, ""}
	for i, hash := range d.plan.Selection {
		if i == maxInMessage {
			body = append(body, fmt.Sprintf("- and %d more", len(d.plan.Selection)+d.unlisted-i))
			break
		}
		c, err := d.Objects.Commit(hash)
		if err != nil {
			continue // the list is a courtesy; the tree is what counts
		}
		body = append(body, wrapped(fmt.Sprintf("- %s %s", hash.Short(), quoted(c)), h))
	}
	return compose(verb, append(body, d.partsInMessage(d.plan.Resolved)...), "", d.plan.Remedy, h)
}

// deploymentLead is what is done to a deployment, as a subject and as the
// sentence above the list of commits.
func (d *draft) deploymentLead() (subject, lead string) {
	name, partial := d.plan.Remedy.Deployment, d.plan.Partial()
	least := ""
	if d.snap.Shallow {
		least = " at least"
	}
	switch restore := d.plan.Remedy.Kind == gitops.RestoreDeployment; {
	case restore && partial:
		return "Partially restore " + name, fmt.Sprintf("The tree is that of %s, except for what is left out below. This takes back%s, in part:", name, least)
	case restore:
		return "Restore " + name, fmt.Sprintf("The tree is that of %s. This leaves out%s:", name, least)
	case partial:
		return "Partially revert deployment " + name, "This takes back in part what " + name + " brought:"
	default:
		return "Revert deployment " + name, "This takes back what " + name + " brought:"
	}
}

// maxInMessage bounds the list of commits in a message.
const maxInMessage = 100
