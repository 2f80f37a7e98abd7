package term

import (
	"regexp"
	"strings"
)

// secrets are e-mail addresses (cut ones too), tokens by their published
// prefixes, passwords in addresses, and what follows a word such as "token=".
var secrets = []*regexp.Regexp{
	regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*(?:\.[A-Za-z]{2,}|…)`),
	regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{8,}|github_pat_[A-Za-z0-9_]{8,}|glpat-[A-Za-z0-9_-]{8,}|xox[abprs]-[A-Za-z0-9-]{8,}|sk-[A-Za-z0-9_-]{16,}|AKIA[A-Z0-9]{12,}|AIza[A-Za-z0-9_-]{16,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+)`),
	bearer,
	regexp.MustCompile(`://[^/\s:@]+:[^/\s@]+@`),
	regexp.MustCompile(`(?i)\b[a-z0-9_-]*(?:password|passwd|secret|token|api[_-]?key|private[_-]?key)["']?\s*[:=]\s*["']?[^\s"']{4,}`),
}

// bearer is what stands in a header of a request.
var bearer = regexp.MustCompile(`(?i)\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}`)

// Mask hides e-mail addresses and secrets of a finished frame, a dot for each
// cell, so that nothing moves. It goes by shape and finds what has one: it is a
// courtesy to those who watch, not a guarantee.
func Mask(frame string) string {
	var b strings.Builder
	b.Grow(len(frame))
	last := 0
	for _, at := range sgr.FindAllStringIndex(frame, -1) {
		b.WriteString(maskText(frame[last:at[0]]))
		b.WriteString(frame[at[0]:at[1]])
		last = at[1]
	}
	b.WriteString(maskText(frame[last:]))
	return b.String()
}

func maskText(s string) string {
	for _, re := range secrets {
		s = re.ReplaceAllStringFunc(s, func(found string) string {
			// Key and sign stay, so that one sees what is hidden.
			keep := strings.IndexAny(found, ":=") + 1
			if strings.HasPrefix(found, "://") {
				keep = len("://")
			}
			if re == bearer {
				keep = strings.IndexAny(found, " \t") + 1
			}
			return found[:keep] + strings.Repeat("•", Width(found[keep:]))
		})
	}
	return s
}
