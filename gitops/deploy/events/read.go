package events

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
)

// Bounds on what is read.
const (
	inputLimit = 8 << 20
	lineLimit  = 256 << 10
	// fewFaults is how many lines are named that could not be read.
	fewFaults = 3
)

// fault is a line, or an entry of a list, that could not be read.
type fault struct {
	line int
	why  string
}

// happening is one event, in the order of the input.
type happening struct {
	gitops.Deployment
	service string
	// removed says that the service is not there any more.
	removed bool
	// said says that the status is the event's own word.
	said bool
}

// Read reads events, one JSON object a line or all in one JSON list, and gives
// them as deployments, newest first. environment is that of events that name
// none. With a *deploy.Remark the rows hold, and some lines were left out; with
// any other error there are no rows.
func Read(input []byte, name, environment string) ([]gitops.Deployment, error) {
	if len(input) > inputLimit {
		return nil, tooMuch
	}
	var all []happening
	var faults []fault
	for n, text := range entries(input) {
		h, known, err := event(text)
		switch {
		case err != nil:
			faults = append(faults, fault{n, err.Error()})
		case known:
			h.Source = name
			h.Environment = cmp.Or(h.Environment, environment)
			all = append(all, h)
		}
	}
	rows := inForce(all)
	if len(faults) == 0 {
		return rows, nil
	}
	what := tell(faults)
	if len(rows) == 0 {
		return nil, &gitops.Error{Code: gitops.CodeForge, What: what, Hint: howTo}
	}
	return rows, &deploy.Remark{What: what, Hint: howTo}
}

const howTo = "each line is one JSON object with a commit or tag, a time and an environment; see docs/SOURCES.md"

var tooMuch = &gitops.Error{
	Code: gitops.CodeForge, What: fmt.Sprintf("there are more than %d MB of events", inputLimit>>20),
	Hint: "keep to the newest, with tail or the tool's own limit",
}

func tell(faults []fault) string {
	var parts []string
	for _, f := range faults[:min(len(faults), fewFaults)] {
		parts = append(parts, fmt.Sprintf("line %d: %s", f.line, f.why))
	}
	what := strings.Join(parts, "; ")
	if more := len(faults) - fewFaults; more > 0 {
		what += fmt.Sprintf("; and %d more", more)
	}
	return what
}

// entries walks the lines that are not blank, by number; a list's entries are
// numbered alike.
func entries(input []byte) func(func(int, []byte) bool) {
	input = bytes.TrimPrefix(input, []byte("\xef\xbb\xbf"))
	if trimmed := bytes.TrimSpace(input); len(trimmed) > 0 && trimmed[0] == '[' {
		var list []json.RawMessage
		if json.Unmarshal(trimmed, &list) == nil {
			return func(yield func(int, []byte) bool) {
				for i, text := range list {
					if !yield(i+1, text) {
						return
					}
				}
			}
		}
	}
	return func(yield func(int, []byte) bool) {
		n := 0
		for text := range bytes.Lines(input) {
			n++
			// A log's line may have a record separator before it (RFC 7464).
			if text = bytes.Trim(text, " \t\r\n\x1e"); len(text) > 0 && !yield(n, text) {
				return
			}
		}
	}
}

// inForce puts events into the order of time, newest first, and says which
// arrivals are in force. Where times tie or are missing, later lines are later.
func inForce(all []happening) []gitops.Deployment {
	order, when := make([]int, len(all)), make([]time.Time, len(all))
	for i := range all {
		order[i], when[i] = i, all[i].At()
		// What has no time is taken to have happened when the event before it did.
		if i > 0 && when[i].IsZero() {
			when[i] = when[i-1]
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Or(when[b].Compare(when[a]), b-a) })
	type place struct{ service, environment string }
	taken := map[place]bool{}
	rows := make([]gitops.Deployment, 0, len(all))
	for _, i := range order {
		h := all[i]
		p := place{h.service, strings.ToLower(h.Environment)}
		arrived := !h.said || h.Status == gitops.StatusLive
		if arrived && !h.said {
			h.Status = gitops.StatusLive
			if taken[p] {
				h.Status = gitops.StatusSuperseded
			}
		}
		if arrived {
			taken[p] = true
		}
		if !h.removed {
			rows = append(rows, h.Deployment)
		}
	}
	return rows
}

// event reads one; known is false for events of other things.
func event(text []byte) (h happening, known bool, err error) {
	if len(text) > lineLimit {
		return h, false, fmt.Errorf("it is longer than %d KB", lineLimit>>10)
	}
	var f fields
	if err := json.Unmarshal(text, &f); err != nil || f == nil {
		return h, false, fmt.Errorf("it is no JSON object")
	}
	if inner, ok := f["data"].(map[string]any); ok && inner["context"] != nil {
		f = inner // a CDEvent in a CloudEvent
	}
	if context := f.object("context"); context.text("type") != "" {
		return cdEvent(f)
	}
	h, err = plain(f)
	return h, err == nil, err
}

// plain reads an object with the usual names.
func plain(f fields) (happening, error) {
	h := happening{service: f.text("service", "app", "application")}
	if !f.revision(&h.Deployment) {
		return h, fmt.Errorf("it names no commit and no tag")
	}
	h.Environment = f.text("environment", "env", "stage")
	h.Actor = f.text("actor", "user", "by", "author", "deployer")
	h.URL = webAddress(f.text("url", "link", "html_url"))
	h.ID = f.text("id", "uuid")
	h.StartedAt = f.moment("startedAt", "started_at", "started", "createdAt", "created_at")
	h.FinishedAt = f.moment("finishedAt", "finished_at", "finished", "deployedAt", "deployed_at", "completed_at", "time", "timestamp", "at", "date")
	word := f.text("status", "state", "result")
	if word == "" {
		return h, nil
	}
	status, arrival, ok := statusOf(word)
	if !ok {
		return h, fmt.Errorf("the status %q is none of live, succeeded, pending, failed, superseded", clip(word))
	}
	h.Status, h.said = status, !arrival
	return h, nil
}

// statusOf reads a word for a status. Tools that say "succeeded" say it of old
// deployments, too: that is an arrival, and no word that it is still in force.
func statusOf(word string) (status gitops.Status, arrival, ok bool) {
	switch strings.ToLower(strings.ReplaceAll(word, " ", "_")) {
	case "live", "active", "current":
		return gitops.StatusLive, false, true
	case "succeeded", "success", "successful", "deployed", "ok", "done", "complete", "completed", "released", "upgraded", "rolledback", "rolled_back":
		return gitops.StatusUnknown, true, true
	case "pending", "queued", "in_progress", "running", "waiting", "started", "deploying", "not_started", "paused", "suspended", "buffered":
		return gitops.StatusPending, false, true
	case "failed", "failure", "error", "errored", "canceled", "cancelled", "terminal", "stopped", "aborted", "rejected", "expired", "skipped", "failed_continue":
		return gitops.StatusFailed, false, true
	case "superseded", "inactive", "replaced", "old", "destroyed":
		return gitops.StatusSuperseded, false, true
	case "unknown":
		return gitops.StatusUnknown, false, true
	}
	return "", false, false
}

func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

// moment reads a time in one of these fields: RFC 3339, with a blank for the T or
// without a zone (then UTC), or a number of seconds or milliseconds since 1970.
func (f fields) moment(names ...string) time.Time {
	for _, name := range names {
		switch v := f[name].(type) {
		case float64:
			return fromNumber(v)
		case string:
			if t, ok := fromText(strings.TrimSpace(v)); ok {
				return t
			}
		}
	}
	return time.Time{}
}

// Beyond this many, a number counts milliseconds: as seconds it is the year 5138.
const secondsEnd = 100_000_000_000

func fromNumber(v float64) time.Time {
	switch {
	case v <= 0 || v >= 1000*secondsEnd:
		return time.Time{}
	case v >= secondsEnd:
		return time.UnixMilli(int64(v)).UTC()
	}
	return time.Unix(int64(v), 0).UTC()
}

func fromText(s string) (time.Time, bool) {
	for _, layout := range []string{
		time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 UTC",
		"2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", time.DateTime,
	} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 1970 && t.Year() < 5000 {
			return t, true
		}
	}
	return time.Time{}, false
}
