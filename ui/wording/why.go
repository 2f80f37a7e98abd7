package wording

import (
	"regexp"
	"slices"
	"strings"

	"ahead/gitops"
)

// Why is what a person wants the message to say beside what it does.
type Why struct{ Reason, Incident string }

// WhyOf is the why of a remedy.
func WhyOf(r gitops.Remedy) Why { return Why{r.Reason, r.Incident} }

const incidentKey = "Incident: "

// Tell puts the why into a message that was written by hand, which is taken as
// it is otherwise: the reason as a paragraph, the incident as a trailer, each
// in the place of what it replaces, and only where it is not said yet.
func (w Why) Tell(message string, before Why) string {
	paragraphs := paragraphsOf(message)
	if reason := strings.TrimSpace(w.Reason); reason != "" && !says(message, reason) {
		if i := slices.Index(paragraphs, strings.TrimSpace(before.Reason)); i > 0 {
			paragraphs[i] = reason
		} else {
			paragraphs = slices.Insert(paragraphs, body(paragraphs), reason)
		}
	}
	if incident := oneLine(w.Incident); incident != "" && !says(message, incident) {
		paragraphs = withTrailer(paragraphs, incidentKey+incident, incidentKey+oneLine(before.Incident))
	}
	return strings.Join(paragraphs, "\n\n")
}

// Untold names what of the why is not in the plan's messages, empty when all of
// it is: a message that was written by hand is the whole message.
func Untold(p gitops.Plan) Why {
	var out Why
	messages := []string{p.Message}
	for _, c := range p.Commits {
		messages = append(messages, c.Message)
	}
	for _, m := range messages {
		if r := p.Remedy.Reason; r != "" && !says(m, r) {
			out.Reason = r
		}
		if i := p.Remedy.Incident; i != "" && !says(m, i) {
			out.Incident = i
		}
	}
	return out
}

// NotTold stands before what is not in the message: a narrow window cuts ends.
const NotTold = "not in the message: "

// says compares words, since messages are folded.
func says(message, text string) bool { return strings.Contains(oneLine(message), oneLine(text)) }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

var blankLines = regexp.MustCompile(`\n[ \t]*\n\s*`)

func paragraphsOf(message string) []string {
	return blankLines.Split(strings.TrimSpace(message), -1)
}

// trailer is a line of the last paragraph as git-interpret-trailers(1) reads it.
var trailer = regexp.MustCompile(`^[A-Za-z0-9-]+: `)

// body is where the body of a message ends: before its trailers, or at the end.
// The subject is never among the trailers.
func body(paragraphs []string) int {
	last := len(paragraphs) - 1
	if last < 1 {
		return len(paragraphs)
	}
	for _, l := range strings.Split(paragraphs[last], "\n") {
		if !trailer.MatchString(l) {
			return len(paragraphs)
		}
	}
	return last
}

func withTrailer(paragraphs []string, line, before string) []string {
	end := body(paragraphs)
	if end == len(paragraphs) {
		return append(paragraphs, line)
	}
	lines := strings.Split(paragraphs[end], "\n")
	if i := slices.Index(lines, before); i >= 0 {
		lines[i] = line
	} else {
		lines = append(lines, line)
	}
	paragraphs[end] = strings.Join(lines, "\n")
	return paragraphs
}
