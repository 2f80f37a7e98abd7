package feed

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/forge"
)

var noon = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

func commit(n int) gitops.Hash { return gitops.HashObject(gitops.KindCommit, fmt.Append(nil, n)) }

func row(n int) gitops.Deployment {
	return gitops.Deployment{Environment: "production", Commit: commit(n), Status: gitops.StatusLive, StartedAt: noon.Add(-time.Duration(n) * time.Minute)}
}

// clock stands until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// fake is a source that answers as it is told.
type fake struct {
	name  string
	mu    sync.Mutex
	asked int
	say   func(ctx context.Context, n int) ([]gitops.Deployment, error)
}

func (s *fake) Name() string  { return s.name }
func (s *fake) Place() string { return s.name + ".example.com" }
func (s *fake) Deployments(ctx context.Context) ([]gitops.Deployment, error) {
	s.mu.Lock()
	s.asked++
	n, say := s.asked, s.say
	s.mu.Unlock()
	return say(ctx, n)
}

func (s *fake) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func says(name string, rows ...gitops.Deployment) *fake {
	return &fake{name: name, say: func(context.Context, int) ([]gitops.Deployment, error) { return rows, nil }}
}

func fails(name string, err error) *fake {
	return &fake{name: name, say: func(context.Context, int) ([]gitops.Deployment, error) { return nil, err }}
}

func open(t *testing.T, o Options, sources ...deploy.Source) (*Feed, *clock) {
	t.Helper()
	c := &clock{at: noon}
	if o.Now == nil {
		o.Now = c.Now
	}
	if o.Find == nil {
		o.Find = func(context.Context) Found { return Found{Sources: sources} }
	}
	f := New(o)
	t.Cleanup(f.Close)
	return f, c
}

func refresh(t *testing.T, f *Feed, urgent bool) View {
	t.Helper()
	if err := f.Refresh(context.Background(), urgent); err != nil {
		t.Fatal(err)
	}
	return f.View()
}

func stateOf(t *testing.T, v View, name string) gitops.SourceState {
	t.Helper()
	for _, s := range v.States {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no state of %s in %+v", name, v.States)
	return gitops.SourceState{}
}

func TestTheOthersStandWhateverOneDoes(t *testing.T) {
	panics := &fake{name: "panics", say: func(context.Context, int) ([]gitops.Deployment, error) { panic("boom") }}
	hangs := &fake{name: "hangs", say: func(context.Context, int) ([]gitops.Deployment, error) { select {} }}
	listens := &fake{name: "slow", say: func(ctx context.Context, _ int) ([]gitops.Deployment, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	f, _ := open(t, Options{Deadline: 20 * time.Millisecond}, panics, hangs, fails("down", errors.New("connection refused")), listens, says("well", row(1), row(2)))
	if v := f.View(); v.Rows() != 0 || len(v.States) != 0 {
		t.Fatalf("something before anybody asked: %+v", v)
	}
	v := refresh(t, f, false)
	if s := stateOf(t, v, "well"); s.Condition != gitops.SourceFresh || s.Rows != 2 || !s.AnsweredAt.Equal(noon) || s.Trouble != "" || !s.RetryAt.IsZero() {
		t.Errorf("well: %+v", s)
	}
	for name, want := range map[string]string{"panics": "broke off inside: boom", "hangs": "no answer within 20ms", "slow": "no answer within 20ms", "down": "connection refused"} {
		s := stateOf(t, v, name)
		if s.Condition != gitops.SourceFailed || !strings.Contains(s.Trouble, want) || !s.RetryAt.Equal(noon.Add(firstRetry)) || s.Held {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if len(v.Lists) != 5 || len(v.Lists[4]) != 2 || v.Lists[4][0].Source != "well" {
		t.Errorf("lists %+v", v.Lists)
	}
}

func TestOneThatNeverReturnsIsNotAskedAgainBeforeItDoes(t *testing.T) {
	release := make(chan struct{})
	hangs := &fake{name: "hangs", say: func(_ context.Context, n int) ([]gitops.Deployment, error) {
		if n == 1 {
			<-release
		}
		return []gitops.Deployment{row(1)}, nil
	}}
	f, c := open(t, Options{Deadline: 10 * time.Millisecond}, hangs)
	refresh(t, f, false)
	c.pass(time.Hour)
	refresh(t, f, true)
	if hangs.count() != 1 {
		t.Fatalf("asked %d times while it hangs", hangs.count())
	}
	if due := f.Due(); !due.After(c.Now()) {
		t.Errorf("due %s: a screen would ask without end", due)
	}
	f.mu.Lock()
	returned := f.lines[0].last
	f.mu.Unlock()
	close(release)
	<-returned
	v := refresh(t, f, true)
	if hangs.count() != 2 || v.Rows() != 1 || stateOf(t, v, "hangs").Condition != gitops.SourceFresh {
		t.Errorf("asked %d: %+v", hangs.count(), v.States)
	}
}

func TestPoliteIntervals(t *testing.T) {
	var err error = errors.New("down")
	s := &fake{name: "s", say: func(context.Context, int) ([]gitops.Deployment, error) { return []gitops.Deployment{row(1)}, err }}
	f, c := open(t, Options{}, s)
	refresh(t, f, false)
	want := 1
	for i, wait := range []time.Duration{15, 30, 60, 120, 240, 480, 600, 600} {
		c.pass(wait*time.Second - 1)
		refresh(t, f, false)
		if s.count() != want {
			t.Fatalf("failure %d: asked before %d s were over", i+1, wait)
		}
		c.pass(1)
		if i == 7 {
			err = nil
		}
		refresh(t, f, false)
		if want++; s.count() != want {
			t.Fatalf("failure %d: not asked after %d s", i+1, wait)
		}
	}
	c.pass(DefaultInterval - 1)
	if refresh(t, f, false); s.count() != want {
		t.Fatal("asked again before the interval was over")
	}
	if due := f.Due(); !due.Equal(c.Now().Add(1)) {
		t.Errorf("due %s", due)
	}
	// A person who asks gets an answer, but not for leaning on the key.
	if refresh(t, f, true); s.count() != want+1 {
		t.Error("an urgent question was not asked")
	}
	if refresh(t, f, true); s.count() != want+1 {
		t.Error("two urgent questions in one moment")
	}
}

type retryError struct{ at time.Time }

func (e retryError) Error() string      { return "too many questions" }
func (e retryError) RetryAt() time.Time { return e.at }

func TestAMomentThatASourceNamesIsKept(t *testing.T) {
	for name, err := range map[string]error{
		"retrier": fmt.Errorf("list: %w", retryError{noon.Add(time.Hour)}),
		"problem": (&forge.Trouble{Kind: forge.Limited, Host: "example.com", Status: 429, Until: noon.Add(time.Hour)}).Problem("wait"),
		"trouble": &forge.Trouble{Kind: forge.Limited, Host: "example.com", Status: 429, Until: noon.Add(time.Hour)},
	} {
		dir := t.TempDir()
		s := fails("s", err)
		f, c := open(t, Options{GitDir: dir, Key: "k"}, s)
		v := refresh(t, f, false)
		if got := stateOf(t, v, "s"); !got.RetryAt.Equal(noon.Add(time.Hour)) || !got.Held || got.Condition != gitops.SourceFailed {
			t.Fatalf("%s: %+v", name, got)
		}
		c.pass(59 * time.Minute)
		refresh(t, f, true)
		// Another run on the same repository keeps it, too.
		other, _ := open(t, Options{GitDir: dir, Key: "k", Now: c.Now}, s)
		refresh(t, other, true)
		if s.count() != 1 {
			t.Fatalf("%s: asked before the moment it named", name)
		}
		c.pass(time.Minute)
		refresh(t, f, false)
		refresh(t, other, false)
		if s.count() != 3 {
			t.Errorf("%s: asked %d times, want 3", name, s.count())
		}
	}
}

func TestALimitThatNamesNoMomentIsAMinute(t *testing.T) {
	f, _ := open(t, Options{}, fails("s", &forge.Trouble{Kind: forge.Limited, Host: "example.com", Status: 403}))
	if got := stateOf(t, refresh(t, f, false), "s").RetryAt; !got.Equal(noon.Add(limitPause)) {
		t.Errorf("retry at %s", got)
	}
}

func TestAMomentBeyondBeliefIsNot(t *testing.T) {
	f, _ := open(t, Options{}, fails("s", retryError{noon.AddDate(10, 0, 0)}))
	if got := stateOf(t, refresh(t, f, false), "s").RetryAt; !got.Equal(noon.Add(longestWait)) {
		t.Errorf("retry at %s", got)
	}
}

func TestWhatOnlyAPersonCanMendWaitsAndIsLookedForAgain(t *testing.T) {
	refused := fails("s", &forge.Trouble{Kind: forge.NotAccepted, Host: "example.com", Source: "GH_TOKEN", Status: 401})
	mended := says("s", row(1))
	found := 0
	f, c := open(t, Options{Find: func(context.Context) Found {
		if found++; found == 1 {
			return Found{Sources: []deploy.Source{refused}, Idle: []gitops.SourceState{{Name: "other", Condition: gitops.SourceIdle}}}
		}
		return Found{Sources: []deploy.Source{mended}}
	}})
	v := refresh(t, f, false)
	if got := stateOf(t, v, "s"); got.Hint != "renew the token of GH_TOKEN" || !got.RetryAt.Equal(noon.Add(longestRetry)) {
		t.Fatalf("%+v", got)
	}
	if got := stateOf(t, v, "other"); got.Condition != gitops.SourceIdle {
		t.Errorf("%+v", got)
	}
	c.pass(time.Minute)
	if refresh(t, f, false); found != 1 || refused.count() != 1 {
		t.Error("looked for again without being told to")
	}
	if v = refresh(t, f, true); v.Rows() != 1 || len(v.States) != 1 {
		t.Errorf("after the token was renewed: %+v", v)
	}
}

func TestASourceThatIsLookedForAgainGetsWhatTheOneBeforeItKept(t *testing.T) {
	refused := &remembering{fake: fails("s", &forge.Trouble{Kind: forge.NotFound, Host: "example.com", Status: 404}), state: "forty questions"}
	again := &remembering{fake: says("s", row(1))}
	found := 0
	f, c := open(t, Options{Find: func(context.Context) Found {
		if found++; found == 1 {
			return Found{Sources: []deploy.Source{refused}}
		}
		return Found{Sources: []deploy.Source{again}}
	}})
	refresh(t, f, false)
	c.pass(time.Minute)
	if refresh(t, f, true); again.restored != "forty questions" || again.count() != 1 {
		t.Errorf("restored %q, asked %d times", again.restored, again.count())
	}
}

func TestOldRowsStandWhileANewAnswerIsFetchedAndWhenItFails(t *testing.T) {
	gate := make(chan struct{})
	s := &fake{name: "s"}
	s.say = func(_ context.Context, n int) ([]gitops.Deployment, error) {
		if n == 1 {
			return []gitops.Deployment{row(1)}, nil
		}
		<-gate
		return []gitops.Deployment{row(2)}, errors.New("cut off")
	}
	f, c := open(t, Options{Deadline: time.Minute}, s)
	before := refresh(t, f, false)
	c.pass(time.Minute)
	done := make(chan error, 1)
	go func() { done <- f.Refresh(context.Background(), false) }()
	seen, err := f.Wait(context.Background(), before.Version)
	if err != nil {
		t.Fatal(err)
	}
	v := f.View()
	if got := stateOf(t, v, "s"); got.Condition != gitops.SourceAsking || got.Rows != 1 || !got.AnsweredAt.Equal(noon) {
		t.Errorf("while it is asked: %+v", got)
	}
	close(gate)
	if _, err := f.Wait(context.Background(), seen); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	v = f.View()
	if got := stateOf(t, v, "s"); got.Condition != gitops.SourceOld || got.Trouble != "cut off" || !got.AnsweredAt.Equal(noon) || v.Lists[0][0].Commit != commit(1) {
		t.Errorf("after it failed: %+v, %+v", got, v.Lists)
	}
}

func TestAListThatBreaksOffIsBetterThanNone(t *testing.T) {
	s := &fake{name: "s", say: func(context.Context, int) ([]gitops.Deployment, error) {
		return []gitops.Deployment{row(1)}, errors.New("page 2 is cut off")
	}}
	f, _ := open(t, Options{}, s)
	v := refresh(t, f, false)
	if got := stateOf(t, v, "s"); got.Condition != gitops.SourceOld || got.Rows != 1 || got.Trouble == "" {
		t.Errorf("%+v", got)
	}
}

func TestARemarkComesWithRowsThatHold(t *testing.T) {
	s := &fake{name: "s", say: func(_ context.Context, n int) ([]gitops.Deployment, error) {
		return []gitops.Deployment{row(n)}, &deploy.Remark{What: "line 3 is no JSON", Hint: "mend it"}
	}}
	f, c := open(t, Options{}, s)
	refresh(t, f, false)
	c.pass(DefaultInterval)
	v := refresh(t, f, false)
	if got := stateOf(t, v, "s"); got.Condition != gitops.SourceFresh || got.Trouble != "line 3 is no JSON" || got.Hint != "mend it" || !got.RetryAt.IsZero() || v.Lists[0][0].Commit != commit(2) {
		t.Errorf("%+v", got)
	}
}

func TestAnAnswerThatNobodyRenewsGetsOld(t *testing.T) {
	f, c := open(t, Options{}, says("s", row(1)))
	refresh(t, f, false)
	c.pass(freshFor + 1)
	if got := stateOf(t, f.View(), "s"); got.Condition != gitops.SourceOld || got.Trouble != "" {
		t.Errorf("%+v", got)
	}
}

func TestThoseWhoGiveUpWaitingStopNobodyElse(t *testing.T) {
	gate, asked := make(chan struct{}), make(chan struct{})
	s := &fake{name: "s", say: func(ctx context.Context, _ int) ([]gitops.Deployment, error) {
		close(asked)
		select {
		case <-gate:
			return []gitops.Deployment{row(1)}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	f, _ := open(t, Options{Deadline: time.Minute}, s)
	ctx, cancel := context.WithCancel(context.Background())
	gone := make(chan error, 1)
	go func() { gone <- f.Refresh(ctx, false) }()
	<-asked
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	close(gate)
	if v := refresh(t, f, false); v.Rows() != 1 || s.count() != 1 {
		t.Errorf("asked %d times: %+v", s.count(), v.States)
	}
}

func TestCloseEndsQuestionsAndWaits(t *testing.T) {
	asked := make(chan struct{})
	s := &fake{name: "s", say: func(ctx context.Context, _ int) ([]gitops.Deployment, error) {
		close(asked)
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	f, _ := open(t, Options{Deadline: time.Hour}, s)
	done := make(chan error, 1)
	go func() { done <- f.Refresh(context.Background(), false) }()
	<-asked
	f.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := f.Wait(ctx, f.View().Version); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
