package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"ahead/gitops"
)

// The version of what is written. A reader passes over what a later minor
// version added and refuses a later major one.
const (
	major = 1
	minor = 0
)

// The kinds of records.
const (
	kindRun     = "run"
	kindBegin   = "begin"
	kindEnd     = "end"
	kindAgain   = "again"
	kindWaiting = "waiting"
	kindEnded   = "ended"
)

// record is one line's content. The first one says what was confirmed, by whom
// and which program; the others say how it went on.
type record struct {
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`

	Version  *version        `json:"version,omitempty"`
	ID       string          `json:"id,omitempty"`
	Program  string          `json:"program,omitempty"`
	By       *actor          `json:"by,omitempty"`
	NoVerify bool            `json:"noVerify,omitempty"`
	Plan     json.RawMessage `json:"plan,omitempty"`

	Step   string `json:"step,omitempty"`
	State  string `json:"state,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Made is all that the run has made so far, not only this step.
	Made *made `json:"made,omitempty"`
	// How says what became of the run.
	How string `json:"how,omitempty"`
}

type version struct {
	Major int `json:"major"`
	Minor int `json:"minor"`
}

type actor struct {
	User    string    `json:"user"`
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
}

type made struct {
	Route   string        `json:"route,omitempty"`
	URL     string        `json:"url,omitempty"`
	Commit  gitops.Hash   `json:"commit"`
	Commits []gitops.Hash `json:"commits,omitempty"`
	Merges  []gitops.Hash `json:"merges,omitempty"`
	Tag     string        `json:"tag,omitempty"`
	Object  gitops.Hash   `json:"object"`
	Refs    []ref         `json:"refs,omitempty"`
}

type ref struct {
	Ref      string      `json:"ref"`
	Old      gitops.Hash `json:"old"`
	New      gitops.Hash `json:"new"`
	Status   string      `json:"status"`
	Evidence string      `json:"evidence"`
}

// envelope is a line. The sum is over the bytes of the record as they stand.
type envelope struct {
	Sum string          `json:"sum"`
	Rec json.RawMessage `json:"rec"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sumOf(raw []byte) string { return fmt.Sprintf("%08x", crc32.Checksum(raw, castagnoli)) }

func encodeLine(r record) ([]byte, error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, `{"sum":%q,"rec":%s}`+"\n", sumOf(raw), raw), nil
}

var errDamaged = errors.New("it does not match its checksum")

// decodeLine reads one line, without its ending.
func decodeLine(text []byte) (record, error) {
	var e envelope
	if err := json.Unmarshal(text, &e); err != nil {
		return record{}, err
	}
	if e.Sum != sumOf(e.Rec) {
		return record{}, errDamaged
	}
	var r record
	if err := json.Unmarshal(e.Rec, &r); err != nil {
		return record{}, err
	}
	return r, nil
}

// wholeLines cuts data into its lines and gives how many bytes they take: what
// is behind the last line ending was never written to its end.
func wholeLines(data []byte) (lines [][]byte, size int) {
	size = bytes.LastIndexByte(data, '\n') + 1
	if size == 0 {
		return nil, 0
	}
	return bytes.Split(data[:size-1], []byte{'\n'}), size
}

func newMade(r gitops.Receipt, redact func(string) string) *made {
	m := &made{
		Route: string(r.Route), URL: redact(r.URL), Commit: r.Commit, Commits: r.Commits, Merges: r.Merges,
		Tag: encodeString(r.Tag.Name), Object: r.Tag.Object,
	}
	for _, u := range r.Refs {
		m.Refs = append(m.Refs, ref{encodeString(u.Ref), u.Old, u.New, u.Status, encodeString(redact(u.Evidence))})
	}
	return m
}

// apply puts what was made into the receipt of a run that is read.
func (m made) apply(r *gitops.Receipt) error {
	var errs []error
	text := func(s string) string {
		out, err := decodeString(s)
		errs = append(errs, err)
		return out
	}
	r.Route, r.URL, r.Commit, r.Commits, r.Merges = gitops.Route(m.Route), m.URL, m.Commit, m.Commits, m.Merges
	r.Tag = gitops.TagMade{Name: text(m.Tag), Object: m.Object}
	r.Refs = nil
	for _, u := range m.Refs {
		r.Refs = append(r.Refs, gitops.RefUpdate{
			Ref: text(u.Ref), Old: u.Old, New: u.New, Status: u.Status, Evidence: text(u.Evidence),
		})
	}
	return errors.Join(errs...)
}

func newActor(a gitops.Actor) *actor {
	return &actor{User: encodeString(a.User), Host: encodeString(a.Host), PID: a.PID, Started: a.StartedAt}
}

func (a actor) actor() gitops.Actor {
	user, _ := decodeString(a.User)
	host, _ := decodeString(a.Host)
	return gitops.Actor{User: user, Host: host, PID: a.PID, StartedAt: a.Started}
}
