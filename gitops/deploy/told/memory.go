package told

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"ahead/gitops/forge"
)

// Bounds on what is remembered.
const (
	entriesMax = 256
	// valueLimit bounds one answer as it was read, stateLimit all of them, in
	// bytes. A page of a hundred deployments is about 30,000.
	valueLimit = 1 << 20
	stateLimit = 8 << 20
	version    = 1
)

// Memory keeps what a server answered with the name that it gave to the answer.
// It is safe for concurrent use.
type Memory struct {
	// who says whose answers they are: a place and where its token comes from.
	// Another token may not see the same.
	who string
	now func() time.Time

	mu      sync.Mutex
	entries map[string]entry
	// spent are the moments of questions that count, for Spend.
	spent []time.Time
}

type entry struct {
	ETag string `json:"etag,omitempty"`
	More bool   `json:"more,omitempty"`
	// At is when the server last said so.
	At    time.Time       `json:"at"`
	Value json.RawMessage `json:"value"`
}

// NewMemory makes an empty one.
func NewMemory(who string, now func() time.Time) *Memory {
	return &Memory{who: who, now: now, entries: make(map[string]entry)}
}

// Question is one that may have been asked before.
type Question[T any] struct {
	// Key is what is asked for: path and query.
	Key string
	// Ask sends it, with the name of the answer that is known.
	Ask func(ctx context.Context, etag string) (forge.Answer, error)
	// Read reads an answer's body.
	Read func(body []byte) (T, error)
	// Rest is how long an answer is taken without asking again.
	Rest time.Duration
}

// Get gives the answer, remembered or new, and whether more pages follow.
func Get[T any](ctx context.Context, m *Memory, q Question[T]) (value T, more bool, err error) {
	known, e, ok := recall[T](m, q.Key)
	if ok && q.Rest > 0 && Age(m.now(), e.At) < q.Rest {
		return known, e.More, nil
	}
	etag := ""
	if ok {
		etag = e.ETag
	}
	answer, err := q.Ask(ctx, etag)
	if err != nil {
		return value, false, err
	}
	if answer.Unchanged && ok {
		m.confirm(q.Key)
		return known, e.More, nil
	}
	if value, err = q.Read(answer.Body); err != nil {
		return value, false, err
	}
	m.keep(q.Key, answer, value)
	return value, answer.More, nil
}

// Recall gives what was answered, and when the server last said so.
func Recall[T any](m *Memory, key string) (T, time.Time, bool) {
	value, e, ok := recall[T](m, key)
	return value, e.At, ok
}

func recall[T any](m *Memory, key string) (T, entry, bool) {
	m.mu.Lock()
	e, ok := m.entries[key]
	m.mu.Unlock()
	var value T
	if ok && json.Unmarshal(e.Value, &value) != nil {
		var none T
		return none, entry{}, false
	}
	return value, e, ok
}

func (m *Memory) confirm(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.entries[key]; ok {
		e.At = m.now()
		m.entries[key] = e
	}
}

func (m *Memory) keep(key string, answer forge.Answer, value any) {
	data, err := json.Marshal(value)
	if err != nil || len(data) > valueLimit {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries[key] = entry{ETag: answer.ETag, More: answer.More, At: m.now(), Value: data}
	for len(m.entries) > entriesMax {
		delete(m.entries, m.stalest())
	}
}

func (m *Memory) stalest() string {
	found := ""
	for key, e := range m.entries {
		if found == "" || e.At.Before(m.entries[found].At) {
			found = key
		}
	}
	return found
}

// Spend counts one question where at most perHour may be asked. Where that is
// used up it counts nothing and says when the next one may be.
func (m *Memory) Spend(perHour int) (next time.Time, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.spent = slices.DeleteFunc(m.spent, func(t time.Time) bool { return now.Sub(t) >= time.Hour || t.After(now) })
	if len(m.spent) >= perHour {
		return m.spent[len(m.spent)-perHour].Add(time.Hour), false
	}
	m.spent = append(m.spent, now)
	return time.Time{}, true
}

// state is a Memory on a disk.
type state struct {
	Version int              `json:"version"`
	Who     string           `json:"who"`
	Spent   []time.Time      `json:"spent,omitempty"`
	Entries map[string]entry `json:"entries"`
}

// State is what is worth keeping for a later run; nil for nothing.
func (m *Memory) State() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.entries) == 0 && len(m.spent) == 0 {
		return nil
	}
	size := 0
	for key, e := range m.entries {
		size += e.size(key)
	}
	for size > stateLimit/2 {
		key := m.stalest()
		size -= m.entries[key].size(key)
		delete(m.entries, key)
	}
	data, err := json.Marshal(state{version, m.who, m.spent, m.entries})
	if err != nil || len(data) > stateLimit {
		return nil
	}
	return data
}

// size is about what an entry takes in a state, in bytes. Escaping can make it
// more, which the other half of stateLimit is for.
func (e entry) size(key string) int { return len(key) + len(e.ETag) + len(e.Value) + 100 }

// Restore takes what State gave. What was answered to somebody else, or is not
// understood, is left alone with an error: it costs one full answer.
func (m *Memory) Restore(data []byte) error {
	var s state
	if len(data) > stateLimit {
		return errors.New("remembered answers are too long")
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("remembered answers: %w", err)
	}
	if s.Version != version {
		return fmt.Errorf("remembered answers are of version %d, not %d", s.Version, version)
	}
	if s.Who != m.who {
		return errors.New("remembered answers are another one's")
	}
	now := m.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, e := range s.Entries {
		// A clock that went back must not make an answer young for ever.
		if len(m.entries) < entriesMax && len(e.Value) > 0 && !e.At.After(now) {
			m.entries[key] = e
		}
	}
	m.spent = append(m.spent, s.Spent...)
	slices.SortFunc(m.spent, time.Time.Compare)
	return nil
}
