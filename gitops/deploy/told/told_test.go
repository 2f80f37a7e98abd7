package told

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/forge"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

func TestObject(t *testing.T) {
	t.Parallel()
	items, err := List([]byte(`[{"id":7,"minus":-7,"big":9223372036854775808,"half":1.5,"text":"a","long":"`+strings.Repeat("x", NameLimit+1)+`",
		"null":null,"yes":true,"no":false,"in":{"text":"b"},"sha":"`+strings.Repeat("aB", 20)+`","short":"abc",
		"TEXT2":"upper","https":"https://x/y?z","js":"javascript:x","pass":"https://a:b@x/","none":"https://",
		"at":"2026-03-02T13:00:00.5+01:00","zero":"0000-01-01T00:00:00Z","far":"2026-03-04T12:00:01Z","skewed":"2026-03-03T11:00:00Z"}, 5]`), 10)
	if err != nil || len(items) != 2 || items[1] != nil {
		t.Fatalf("%v, %v", items, err)
	}
	o := items[0]
	for key, want := range map[string]int64{"id": 7, "minus": 0, "big": 0, "half": 0, "text": 0, "null": 0, "none": 0} {
		if got := o.ID(key); got != want {
			t.Errorf("number %s: %d", key, got)
		}
	}
	for key, want := range map[string]string{"text": "a", "long": "", "null": "", "id": "", "in": "", "text2": ""} {
		if got := o.Text(key); got != want {
			t.Errorf("text %s: %q", key, got)
		}
	}
	for key, want := range map[string]string{"https": "https://x/y?z", "js": "", "pass": "", "none": "", "text": "", "id": ""} {
		if got := o.Page(key); got != want {
			t.Errorf("page %s: %q", key, got)
		}
	}
	for key, want := range map[string]time.Time{
		"at": noon.Add(500 * time.Millisecond), "skewed": noon.Add(23 * time.Hour), "zero": {}, "far": {}, "text": {}, "id": {},
	} {
		if got := o.Moment(key, noon); !got.Equal(want) {
			t.Errorf("moment %s: %s", key, got)
		}
	}
	for key, want := range map[string][2]bool{"yes": {true, true}, "no": {false, true}, "null": {}, "id": {}, "x": {}} {
		if flag, known := o.Flag(key); flag != want[0] || known != want[1] {
			t.Errorf("flag %s: %v, %v", key, flag, known)
		}
	}
	if o.Object("in").Text("text") != "b" || o.Object("text") != nil || o.Object("x").Text("y") != "" {
		t.Error("an object within")
	}
	if o.Commit("sha").IsZero() || !o.Commit("short").IsZero() || !o.Commit("id").IsZero() {
		t.Error("commits")
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{"[]": 0, " [1,2] ": 2, "[1,2,3,4,5": 3, "[1,2,3,4,nonsense": 3} {
		if got, err := List([]byte(body), 3); err != nil || len(got) != want {
			t.Errorf("%s: %d, %v", body, len(got), err)
		}
	}
	for _, body := range []string{"", "null", "{}", "5", `"[]"`, "[1", "[1,", "[1 2]", "[}", "<html>", strings.Repeat("[", 20_000)} {
		if got, err := List([]byte(body), 3); err == nil {
			t.Errorf("%.20s: %d", body, len(got))
		}
	}
}

func TestRef(t *testing.T) {
	t.Parallel()
	at := gitops.MustHash(strings.Repeat("a", 40))
	tags := func(name string) (gitops.Hash, bool) {
		switch name {
		case "v1":
			return at, true
		case "v2":
			return gitops.MustHash(strings.Repeat("b", 40)), true
		case "none":
			return gitops.Hash{}, true
		}
		return gitops.Hash{}, false
	}
	for name, want := range map[string]string{
		"v1": "refs/tags/v1 v1", "v2": " ", "none": " ", "main": " ", "": " ", "refs/tags/v9": "refs/tags/v9 v9", "refs/tags/": "refs/tags/ ",
		"refs/heads/main": "refs/heads/main ", "refs/merge-requests/1/head": "refs/merge-requests/1/head ", at.String(): " ",
	} {
		if ref, tag := Ref(name, at, tags); ref+" "+tag != want {
			t.Errorf("%q: %q %q", name, ref, tag)
		}
	}
	if ref, tag := Ref("v1", at, nil); ref != "" || tag != "" {
		t.Errorf("without tags: %q %q", ref, tag)
	}
}

// TestSettle holds by chance what must never be: two in force at one place, one
// in force that did not arrive or that something unknown may have replaced, and
// an elder one that is still in force.
func TestSettle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		facts := make([]Fact, rapid.IntRange(0, 8).Draw(t, "n"))
		for i := range facts {
			f := &facts[i]
			f.Environment = rapid.SampledFrom([]string{"production", "staging"}).Draw(t, "environment")
			f.Task = rapid.SampledFrom([]string{"deploy", "migrate"}).Draw(t, "task")
			f.Status = rapid.SampledFrom([]gitops.Status{gitops.StatusLive, gitops.StatusLive, gitops.StatusFailed, gitops.StatusPending, gitops.StatusSuperseded, ""}).Draw(t, "status")
			f.Reached = f.Status == gitops.StatusLive || rapid.Bool().Draw(t, "reached")
			if f.Reached && rapid.Bool().Draw(t, "dated") {
				f.Arrived = noon.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "arrived")) * time.Minute)
			}
			f.Ended = f.Status == gitops.StatusSuperseded && rapid.Bool().Draw(t, "ended")
			f.Blank = rapid.IntRange(0, 9).Draw(t, "blank") == 9
		}
		same := func(a, b Fact) bool { return a.Environment == b.Environment && a.Task == b.Task }
		for i, status := range Settle(facts) {
			f := facts[i]
			if f.Blank || f.Status == "" {
				if status != gitops.StatusUnknown {
					t.Fatalf("%d: %s of what is not known", i, status)
				}
				continue
			}
			if f.Status != gitops.StatusLive && !f.Ended && status != f.Status {
				t.Fatalf("%d: %s became %s", i, f.Status, status)
			}
			if f.Ended && status == gitops.StatusSuperseded && (!f.Reached || !slices.ContainsFunc(facts, func(other Fact) bool {
				return other.Blank || same(f, other) && (other.Status == "" || other.Reached && !f.after(other))
			})) {
				t.Fatalf("%d is superseded by nothing", i)
			}
			for j, other := range facts {
				if status != gitops.StatusLive || i == j {
					continue
				}
				if j < i && (other.Blank || same(f, other) && other.Status == "") {
					t.Fatalf("%d is live, and %d is not known", i, j)
				}
				if same(f, other) && other.Reached && other.after(f) {
					t.Fatalf("%d is live, and %d arrived after it", i, j)
				}
				if j < i && same(f, other) && other.Reached && !f.after(other) {
					t.Fatalf("%d is live, and %d is newer", i, j)
				}
			}
		}
	})
}

// TestSettleUndated: without both times nobody knows which arrived last.
func TestSettleUndated(t *testing.T) {
	t.Parallel()
	at := func(minutes int) Fact {
		f := Fact{Environment: "production", Status: gitops.StatusLive, Reached: true}
		if minutes > 0 {
			f.Arrived = noon.Add(time.Duration(minutes) * time.Minute)
		}
		return f
	}
	const live, old, unknown = gitops.StatusLive, gitops.StatusSuperseded, gitops.StatusUnknown
	for _, c := range []struct {
		facts []Fact
		want  []gitops.Status
	}{
		{[]Fact{at(0), at(0)}, []gitops.Status{live, old}},
		{[]Fact{at(0), at(2)}, []gitops.Status{live, old}},
		{[]Fact{at(1), at(0), at(2)}, []gitops.Status{old, old, unknown}},
		{[]Fact{at(1), at(2)}, []gitops.Status{old, live}},
		{[]Fact{at(1), at(1)}, []gitops.Status{live, old}},
	} {
		if got := Settle(c.facts); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v", c.facts, got)
		}
	}
}

// TestSettleEnded: what ended is superseded only by what took its place, or may
// have.
func TestSettleEnded(t *testing.T) {
	t.Parallel()
	ended := Fact{Environment: "production", Status: gitops.StatusSuperseded, Reached: true, Arrived: noon, Ended: true}
	never := Fact{Environment: "production", Status: gitops.StatusSuperseded, Ended: true}
	newer := Fact{Environment: "production", Status: gitops.StatusLive, Reached: true, Arrived: noon.Add(time.Minute)}
	failed := Fact{Environment: "production", Status: gitops.StatusFailed}
	elsewhere, unasked := newer, Fact{Environment: "production"}
	elsewhere.Environment = "staging"
	const live, old, unknown, broke = gitops.StatusLive, gitops.StatusSuperseded, gitops.StatusUnknown, gitops.StatusFailed
	for _, c := range []struct {
		facts []Fact
		want  []gitops.Status
	}{
		{[]Fact{ended}, []gitops.Status{unknown}},
		{[]Fact{newer, ended}, []gitops.Status{live, old}},
		{[]Fact{failed, ended}, []gitops.Status{broke, unknown}},
		{[]Fact{elsewhere, ended}, []gitops.Status{live, unknown}},
		{[]Fact{unasked, ended}, []gitops.Status{unknown, old}},
		{[]Fact{{Blank: true}, ended}, []gitops.Status{unknown, old}},
		{[]Fact{newer, never}, []gitops.Status{live, unknown}},
		{[]Fact{unasked, never}, []gitops.Status{unknown, unknown}},
		{[]Fact{ended, ended}, []gitops.Status{unknown, old}},
	} {
		if got := Settle(c.facts); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.facts, got, c.want)
		}
	}
}

// TestSettleFinds: among deployments that all are known there is one in force
// wherever the one that arrived last has not been taken back.
func TestSettleFinds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		facts := make([]Fact, rapid.IntRange(1, 8).Draw(t, "n"))
		for i := range facts {
			facts[i] = Fact{Environment: "production", Status: gitops.StatusLive, Reached: true, Arrived: noon.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "at")) * time.Minute)}
		}
		live := 0
		for _, status := range Settle(facts) {
			switch status {
			case gitops.StatusLive:
				live++
			case gitops.StatusSuperseded:
			default:
				t.Fatalf("%s", status)
			}
		}
		if live != 1 {
			t.Fatalf("%d are live", live)
		}
	})
}

func TestNewestFirst(t *testing.T) {
	t.Parallel()
	type row struct{ id, order int64 }
	key := func(r row) (int64, int64) { return r.id, r.order }
	got := NewestFirst([]row{{0, 0}, {1, 50}, {2, 60}, {0, 0}, {3, 40}, {1, 50}, {4, 55}, {0, 0}}, key)
	if want := []row{{0, 0}, {2, 60}, {0, 0}, {4, 55}, {0, 0}, {1, 50}, {3, 40}}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// teller answers with what it has, by ETag.
type teller struct {
	mu    sync.Mutex
	value string
	asked int
	full  int
}

func (a *teller) question(key string, rest time.Duration) Question[[]string] {
	return Question[[]string]{
		Key: key, Rest: rest,
		Ask: func(_ context.Context, etag string) (forge.Answer, error) {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.asked++
			if a.value == "" {
				return forge.Answer{}, errors.New("no answer")
			}
			if etag != "" && etag == a.value {
				return forge.Answer{Unchanged: true}, nil
			}
			a.full++
			return forge.Answer{Body: []byte(a.value), ETag: a.value[:min(len(a.value), 9)], More: true}, nil
		},
		Read: func(body []byte) ([]string, error) { return []string{string(body)}, nil },
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	now := noon
	m := NewMemory("a place", func() time.Time { return now })
	a := &teller{value: "one"}
	want := func(step, value string, asked, full int) {
		t.Helper()
		got, more, err := Get(context.Background(), m, a.question("k", time.Minute))
		if err != nil || !more || fmt.Sprint(got) != "["+value+"]" || a.asked != asked || a.full != full {
			t.Errorf("%s: %v, %v, %v; asked %d times, %d full", step, got, more, err, a.asked, a.full)
		}
	}
	want("first", "one", 1, 1)
	want("at rest", "one", 1, 1)
	now = now.Add(time.Minute)
	want("unchanged", "one", 2, 1)
	want("at rest again", "one", 2, 1)
	a.value = "two"
	now = now.Add(time.Minute)
	want("changed", "two", 3, 2)
	a.value = ""
	now = now.Add(time.Minute)
	if _, _, err := Get(context.Background(), m, a.question("k", time.Minute)); err == nil {
		t.Error("an old answer passed for a new one")
	}
	if got, at, ok := Recall[[]string](m, "k"); !ok || fmt.Sprint(got) != "[two]" || !at.Equal(noon.Add(2*time.Minute)) {
		t.Errorf("%v of %s, %v", got, at, ok)
	}
	// What is remembered is of another kind than wanted: it is not remembered.
	if _, _, ok := Recall[int](m, "k"); ok {
		t.Error("texts are no number")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	now := noon
	m := NewMemory("a place", func() time.Time { return now })
	for i := range entriesMax + 20 {
		now = now.Add(time.Second)
		a := &teller{value: fmt.Sprint("v", i)}
		if _, _, err := Get(context.Background(), m, a.question(fmt.Sprint(i), 0)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, ok := Recall[[]string](m, "19"); ok || len(m.entries) != entriesMax {
		t.Errorf("%d entries", len(m.entries))
	}
	big := &teller{value: strings.Repeat("x", valueLimit)}
	if got, _, err := Get(context.Background(), m, big.question("big", 0)); err != nil || len(got[0]) != valueLimit {
		t.Errorf("%v", err)
	}
	if _, _, ok := Recall[[]string](m, "big"); ok {
		t.Error("too much is kept")
	}
	for i := range 12 {
		now = now.Add(time.Second)
		a := &teller{value: strings.Repeat("y", valueLimit-100)}
		_, _, _ = Get(context.Background(), m, a.question(fmt.Sprint("y", i), 0))
	}
	if n := len(m.State()); n > stateLimit || n < stateLimit/4 {
		t.Errorf("%d bytes of state", n)
	}
	if _, _, ok := Recall[[]string](m, "y11"); !ok {
		t.Error("the newest was thrown away")
	}
}

func TestState(t *testing.T) {
	t.Parallel()
	now := noon
	clock := func() time.Time { return now }
	m := NewMemory("a place", clock)
	if m.State() != nil {
		t.Error("nothing is worth keeping")
	}
	a := &teller{value: "one"}
	_, _, _ = Get(context.Background(), m, a.question("k", 0))
	state := m.State()
	if !json.Valid(state) {
		t.Fatalf("%s", state)
	}
	for who, taken := range map[string]bool{"a place": true, "another": false} {
		other := NewMemory(who, clock)
		if err := other.Restore(state); (err == nil) != taken {
			t.Errorf("%s: %v", who, err)
		}
		if _, _, ok := Recall[[]string](other, "k"); ok != taken {
			t.Errorf("%s remembers: %v", who, ok)
		}
	}
	// Of a clock that was wrong: it would be young for ever.
	now = noon.Add(-time.Hour)
	other := NewMemory("a place", clock)
	if err := other.Restore(state); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := Recall[[]string](other, "k"); ok {
		t.Error("an answer of the future was taken")
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(state)-1).Draw(t, "at")
		damaged := slices.Concat(state[:at], rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "bytes"), state[at:])
		other := NewMemory("a place", clock)
		_ = other.Restore(damaged)
		_, _, _ = Get(context.Background(), other, a.question("k", time.Hour))
	})
	if err := NewMemory("a place", clock).Restore(make([]byte, stateLimit+1)); err == nil {
		t.Error("too long a state was taken")
	}
}

func TestSpend(t *testing.T) {
	t.Parallel()
	now := noon
	clock := func() time.Time { return now }
	m := NewMemory("a place", clock)
	for i := range 3 {
		if _, ok := m.Spend(3); !ok {
			t.Fatalf("question %d", i)
		}
		now = now.Add(time.Minute)
	}
	if next, ok := m.Spend(3); ok || !next.Equal(noon.Add(time.Hour)) {
		t.Errorf("%v, next at %s", ok, next)
	}
	later := NewMemory("a place", clock)
	if err := later.Restore(m.State()); err != nil {
		t.Fatal(err)
	}
	if next, ok := later.Spend(3); ok || !next.Equal(noon.Add(time.Hour)) {
		t.Errorf("after a new start: %v, next at %s", ok, next)
	}
	now = noon.Add(time.Hour)
	if _, ok := later.Spend(3); !ok {
		t.Error("the hour is over")
	}
	if _, ok := later.Spend(3); ok {
		t.Error("only one is an hour old")
	}
	// A clock that goes back does not lock the door.
	now = noon.Add(-48 * time.Hour)
	if _, ok := later.Spend(3); !ok {
		t.Error("questions of the future count")
	}
}

// TestClocks: neither a laptop that sleeps nor a clock that is set back makes an
// old answer young.
func TestClocks(t *testing.T) {
	t.Parallel()
	if at := Wall(nil)(); at != at.Round(0) {
		t.Error("it counts by the machine's uptime")
	}
	if at := Wall(func() time.Time { return noon })(); !at.Equal(noon) {
		t.Error(at)
	}
	for at, want := range map[time.Time]bool{noon: true, noon.Add(-time.Minute): false, noon.Add(time.Second): false} {
		if young := Age(noon, at) < time.Minute; young != want {
			t.Errorf("%s: %v", at, young)
		}
	}
	now := noon
	m, a := NewMemory("a place", func() time.Time { return now }), &teller{value: "one"}
	for i, at := range []time.Time{noon, noon.Add(time.Second), noon.Add(-5 * time.Hour)} {
		now = at
		if _, _, err := Get(context.Background(), m, a.question("k", time.Minute)); err != nil || a.asked != []int{1, 1, 2}[i] {
			t.Errorf("at %s: asked %d times, %v", at, a.asked, err)
		}
	}
}

// TestPages: lists end, and production is asked for by its names where a list of
// all is cut before it.
func TestPages(t *testing.T) {
	t.Parallel()
	type ask struct {
		environment string
		size, page  int
	}
	var asked []ask
	held := map[string]int{}
	pages := Pages[string]{In: func(r string) string { return r }, Get: func(_ context.Context, environment string, size, page int) ([]string, bool, error) {
		asked = append(asked, ask{environment, size, page})
		if environment == "broken" {
			return nil, false, errors.New("broken")
		}
		name, n := environment, held[environment]
		if name == "" {
			name = "preview"
		}
		from := min(n, (page-1)*size)
		some := slices.Repeat([]string{name}, min(size, n-from))
		return some, from+len(some) < n, nil
	}}
	for _, c := range []struct {
		name  string
		held  map[string]int
		pages Pages[string]
		rows  int
		fails bool
		asked []ask
	}{
		{"all on a page", map[string]int{"": 7}, Pages[string]{}, 7, false, []ask{{"", 100, 1}}},
		{"production under its other name", map[string]int{"": 150, "prod": 3}, Pages[string]{}, 103, false, []ask{{"", 100, 1}, {"production", 30, 1}, {"prod", 30, 1}}},
		{"nowhere", map[string]int{"": 150}, Pages[string]{First: "staging"}, 100, false, []ask{{"", 100, 1}, {"staging", 30, 1}}},
		{"among them", map[string]int{"": 150}, Pages[string]{First: "preview"}, 100, false, []ask{{"", 100, 1}}},
		{"one environment", map[string]int{"x": 150}, Pages[string]{Environment: "x"}, 100, false, []ask{{"x", 100, 1}}},
		{"a limit", map[string]int{"x": 250}, Pages[string]{Environment: "x", Limit: 120}, 120, false, []ask{{"x", 100, 1}, {"x", 100, 2}}},
		{"a small one", map[string]int{"x": 250}, Pages[string]{Environment: "x", Limit: 20}, 20, false, []ask{{"x", 20, 1}}},
		{"an error keeps what came before it", map[string]int{"": 150}, Pages[string]{First: "broken"}, 100, true, []ask{{"", 100, 1}, {"broken", 30, 1}}},
	} {
		asked, held = nil, c.held
		c.pages.In, c.pages.Get = pages.In, pages.Get
		rows, err := c.pages.Read(context.Background())
		if len(rows) != c.rows || (err != nil) != c.fails || !slices.Equal(asked, c.asked) {
			t.Errorf("%s: %d rows, %v, asked %v", c.name, len(rows), err, asked)
		}
	}
	asked, held = nil, map[string]int{"x": 1 << 20}
	if rows, err := (Pages[string]{Environment: "x", Limit: 1 << 20, In: pages.In, Get: pages.Get}).Read(context.Background()); err != nil || len(asked) != pagesMax || len(rows) != pagesMax*PageSize {
		t.Errorf("%d questions, %d rows, %v", len(asked), len(rows), err)
	}
}
