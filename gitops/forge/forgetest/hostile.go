package forgetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Hostile draws the body of an answer by somebody who means no good, or is
// broken: JSON of the fields named, with values of the right kind, of the wrong
// one and of none, and sometimes no JSON at all.
func Hostile(t *rapid.T, fields ...string) string {
	h := hostile{t, fields, []string{`"production"`, `"production"`, `"staging"`, `"\u202eprod\u0000"`, `{"login":"ada"}`, `[]`}}
	if slices.Contains(fields, "iid") {
		h.places = []string{
			`{"name":"production","username":"ada","tag":true,"web_url":"https://ci.example.com/1","finished_at":"2026-03-02T12:00:00Z"}`,
			`{"name":"production","tag":false,"pipeline":{"web_url":"https://ci.example.com/2"}}`, `{"name":"\u202eprod\u0000"}`, `"production"`, `[]`,
		}
	}
	body := h.list(0)
	switch rapid.IntRange(0, 9).Draw(t, "damage") {
	case 9:
		return body[:rapid.IntRange(0, len(body)).Draw(t, "cut")]
	case 8:
		at := rapid.IntRange(0, len(body)).Draw(t, "at")
		return body[:at] + string(rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "bytes")) + body[at:]
	}
	return body
}

type hostile struct {
	t      *rapid.T
	fields []string
	places []string
}

func (h hostile) list(depth int) string {
	items := make([]string, rapid.SampledFrom([]int{3, 1, 2, 4, 0, 6}).Draw(h.t, "items"))
	for i := range items {
		if rapid.IntRange(0, 7).Draw(h.t, "odd") == 7 {
			items[i] = h.value(depth + 1)
		} else {
			items[i] = h.object(depth + 1)
		}
	}
	return "[" + strings.Join(items, ",") + "]"
}

func (h hostile) object(depth int) string {
	var parts []string
	for _, name := range h.fields {
		if rapid.IntRange(0, 19).Draw(h.t, "left out") == 19 {
			continue
		}
		parts = append(parts, fmt.Sprintf("%q:%s", name, h.field(name, depth)))
		if rapid.IntRange(0, 19).Draw(h.t, "twice") == 19 {
			parts = append(parts, fmt.Sprintf("%q:%s", strings.ToUpper(name), h.value(depth)))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// field is mostly what fits the name.
func (h hostile) field(name string, depth int) string {
	if rapid.IntRange(0, 15).Draw(h.t, "unfit") == 15 {
		return h.value(depth)
	}
	one := func(of ...string) string { return rapid.SampledFrom(of).Draw(h.t, name) }
	switch {
	case name == "id":
		return one("1", "2", "3", "-1", "0", "9223372036854775807", "9223372036854775808", "1e3", "1.5", `"4"`)
	case name == "sha":
		if rapid.IntRange(0, 3).Draw(h.t, "plain") < 3 {
			return quote(one(strings.Repeat("a", 40), strings.Repeat("B", 40)))
		}
		return `"` + one(strings.Repeat("a", 40), strings.Repeat("B", 40), strings.Repeat("0", 40), strings.Repeat("c", 64), "main", strings.Repeat("g", 40)) + `"`
	case name == "state", name == "status":
		return `"` + one("success", "inactive", "failure", "error", "pending", "in_progress", "failed", "canceled", "running", "blocked", "SUCCESS", "success ", "") + `"`
	case strings.HasSuffix(name, "_at"):
		return `"` + one("2026-03-02T12:00:00Z", "2026-03-01T00:00:00.123+02:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z", "2026-13-45T99:00:00Z", "yesterday") + `"`
	case strings.HasSuffix(name, "url"):
		return quote(one("https://ci.example.com/1", "http://ci.example.com/2", "javascript:alert(1)", "file:///etc/passwd", "https://ada:secret@ci.example.com/", "https://ci.example.com/\x1b[2J", "//x", "https://"+strings.Repeat("y", 3000)))
	case name == "environment", name == "creator", name == "user", name == "deployable", name == "pipeline":
		// GitHub has a name there, GitLab an object.
		return one(h.places...)
	}
	return quote(rapid.SampledFrom([]string{"main", "refs/tags/v1", "v1", "\x1b]0;x\x07", "\u202egnp", strings.Repeat("z", 5000), ""}).Draw(h.t, name))
}

func (h hostile) value(depth int) string {
	if depth > 4 {
		return "null"
	}
	switch rapid.IntRange(0, 8).Draw(h.t, "kind") {
	case 0:
		return "null"
	case 1:
		return "true"
	case 2:
		return "-1e999"
	case 3:
		return h.list(depth + 1)
	case 4:
		return h.object(depth + 1)
	case 5:
		return strings.Repeat("[", 500) + strings.Repeat("]", 500)
	case 6:
		return `"\ud800\u0000\\"`
	}
	return quote(rapid.String().Draw(h.t, "text"))
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// Contents are the texts and numbers that stand in a JSON body, each as its
// decoded text. A body that is no JSON has those that come before the fault.
func Contents(body string) map[string]bool {
	found := make(map[string]bool)
	decoder := json.NewDecoder(bytes.NewReader([]byte(body)))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if err != nil {
			return found
		}
		switch v := token.(type) {
		case string:
			found[v] = true
		case json.Number:
			found[v.String()] = true
		}
	}
}

// Wound takes up to four pieces out of an answer, and puts something else in
// their places.
func Wound(t *rapid.T, answer string) []byte {
	body := []byte(answer)
	for range rapid.IntRange(0, 4).Draw(t, "wounds") {
		from := rapid.IntRange(0, len(body)).Draw(t, "from")
		to := rapid.IntRange(from, min(len(body), from+30)).Draw(t, "to")
		graft := rapid.SampledFrom([]string{"", "null", "[]", "{}", "1e999", `"x"`, "[[[[", "-1", `"\u0000"`, "}", "]"}).Draw(t, "graft")
		body = append(append(append([]byte(nil), body[:from]...), graft...), body[to:]...)
	}
	return body
}
