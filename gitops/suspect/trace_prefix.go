package suspect

import (
	"regexp"
	"strings"
)

// Beginnings of lines that are not the program's but of what collects its output.
// They stand before every line of a trace, the indented ones, too; left in place
// they make frames look like prose, whose order is another one.
const (
	moment    = `\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?`
	collected = `^(?:` +
		`(?:\d\d:\d\d:\d\d )?[\w./-]+(?: \(\w+\))? *\| ` + // docker compose, foreman, honcho
		`|\[pod/[^\]\s]+\] ` + // kubectl logs --prefix
		`|[a-z0-9-]+-[a-z0-9]{8,10}-[a-z0-9]{5} [a-z0-9-]+ ` + // stern
		`|` + moment + ` [\w./$\[\]-]*[0-9a-f]{32} ` + // aws logs tail
		`|` + moment + ` \w+\[[\w.-]+\] [a-z]{3} \[\w+\] ?` + // fly logs
		`|` + moment + ` (?:[\w.-]+ )?[\w./-]+\[[\w.-]+\]: ` + // Heroku, journald
		`|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]+ [\w./-]+(?:\[\d+\])?: ` + // syslog
		`|` + moment + ` std(?:out|err) [FP] ` + // containerd and CRI-O
		`)`
	// stamped is a moment alone, as docker logs -t and kubectl logs --timestamps put
	// it. A program's own log begins like that, too: what follows tells.
	stamped = `^` + moment + ` (\t|  |goroutine \d|Caused by: |Traceback \(|created by |at |#\d|\[|[\w./]+\.[\w.()*\[\]{}]*\(.*\)$)`
)

var collectedBy, stampedLine = regexp.MustCompile(collected), regexp.MustCompile(stamped)

// maxCollectors is how many collectors may have put something before a line.
const maxCollectors = 3

// withoutCollector takes from a line what collectors of logs put before it.
func withoutCollector(s string) string {
	if isOwnLog(s) {
		return s
	}
	for range maxCollectors {
		n := len(collectedBy.FindString(s))
		if n == 0 {
			break
		}
		s = s[n:]
	}
	if at := stampedLine.FindStringSubmatchIndex(strings.TrimRight(s, "\r\n")); at != nil {
		s = s[at[2]:]
	}
	return s
}

// isOwnLog tells a line of a program's own log by its level, which spares a long
// log the search for prefixes.
func isOwnLog(s string) bool {
	if len(s) < 20 || !isDigit(s[0]) || s[4] != '-' {
		return false
	}
	_, level, _ := strings.Cut(s[19:], " ")
	return level != "" && 'A' <= level[0] && level[0] <= 'Z' && !strings.HasPrefix(level, "Caused by") && !strings.HasPrefix(level, "Traceback")
}
