package told

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"ahead/gitops"
)

// Bounds on texts, in bytes. What is longer is no name that a forge gives.
const (
	// NameLimit is that of an environment, a task, a ref or a person.
	NameLimit = 1024
	pageLimit = 2000
)

var errNoList = errors.New("it is no list")

// List takes a JSON list apart, up to most items: a server that gives more than
// it was asked for is not followed.
func List(body []byte, most int) ([]Object, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if open, err := decoder.Token(); err != nil || open != json.Delim('[') {
		return nil, errNoList
	}
	var items []Object
	for decoder.More() && len(items) < most {
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return nil, err
		}
		items = append(items, object(raw))
	}
	if decoder.More() {
		return items, nil
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	return items, nil
}

// Object is a JSON object, field by field as it came. What is not there, null or
// of another type reads as the zero value. It is nil for what is no object.
type Object map[string]json.RawMessage

func object(raw json.RawMessage) Object {
	var o Object
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil
	}
	return o
}

// Object reads an object within.
func (o Object) Object(key string) Object { return object(o[key]) }

// Text reads a text of at most NameLimit bytes; a longer one reads as none,
// since half a name is a wrong name.
func (o Object) Text(key string) string {
	if s := o.text(key); len(s) <= NameLimit {
		return s
	}
	return ""
}

func (o Object) text(key string) string {
	var s string
	if err := json.Unmarshal(o[key], &s); err != nil {
		return ""
	}
	return s
}

// ID reads a positive number; 0 for anything else.
func (o Object) ID(key string) int64 {
	var n int64
	if err := json.Unmarshal(o[key], &n); err != nil || n < 0 {
		return 0
	}
	return n
}

// Flag reads a boolean; known is false where there is none.
func (o Object) Flag(key string) (flag, known bool) {
	var b *bool
	if err := json.Unmarshal(o[key], &b); err != nil || b == nil {
		return false, false
	}
	return *b, true
}

// Commit reads a full object id; zero for anything else.
func (o Object) Commit(key string) gitops.Hash {
	h, err := gitops.ParseHash(o.text(key))
	if err != nil {
		return gitops.Hash{}
	}
	return h
}

// Page reads an address of the web. It is for showing: it may lie anywhere, as
// the logs of other people's pipelines do. One with a password in it is none.
func (o Object) Page(key string) string {
	s := o.text(key)
	u, err := url.Parse(s)
	if err != nil || len(s) > pageLimit || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return s
}

// oldest is the first moment that is believed: no forge is older.
var oldest = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// skew is how far a server's clock may be ahead.
const skew = 24 * time.Hour

// Moment reads a time (RFC 3339). One that cannot be, before the year 2000 or
// more than a day ahead, reads as not known: it would sort before all others.
func (o Object) Moment(key string, now time.Time) time.Time {
	t, err := time.Parse(time.RFC3339, o.text(key))
	if err != nil || t.Before(oldest) || t.After(now.Add(skew)) {
		return time.Time{}
	}
	return t.UTC()
}

// Ref reads a name that may be a branch, a tag or a commit: only a full name of
// a ref, and a tag that the repository has at that commit, is sure to be one.
func Ref(name string, at gitops.Hash, tag func(string) (gitops.Hash, bool)) (ref, short string) {
	if short, ok := strings.CutPrefix(name, tagPrefix); ok && short != "" {
		return name, short
	}
	if strings.HasPrefix(name, "refs/") {
		return name, ""
	}
	if tag == nil || name == "" {
		return "", ""
	}
	if commit, ok := tag(name); ok && commit == at && !at.IsZero() {
		return tagPrefix + name, name
	}
	return "", ""
}

const tagPrefix = "refs/tags/"
