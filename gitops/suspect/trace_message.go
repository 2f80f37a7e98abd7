package suspect

import (
	"regexp"
	"strings"
)

// failing is what a line says that tells of a failure, and not of every request.
var failing = regexp.MustCompile(`(?i)error|exception|fatal|panic|assert|uncaught|undefined|fail`)

// frameHead is what a line of a stack begins with.
var frameHead = regexp.MustCompile(`^(?:at |#\d|from |File "|\d+: |\S+@|\.\.\. \d|==\d+==|in |by )`)

// messageBeside is what a line says of a failure beside the place that it names, as
// PHP, Ruby, an assertion of C and many a log do. A frame says nothing.
func messageBeside(line string) string {
	line = strings.TrimSpace(line)
	if len(line) > maxWords || frameHead.MatchString(line) || !failing.MatchString(line) {
		return ""
	}
	var kept []string
	for word := range strings.FieldsSeq(line) {
		if len(scanLine(word)) == 0 {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}
