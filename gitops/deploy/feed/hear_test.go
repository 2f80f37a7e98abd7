package feed

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
)

// takes answers after a time, or ends when it is told to.
func takes(name string, wait time.Duration, rows ...gitops.Deployment) *fake {
	return &fake{name: name, say: func(ctx context.Context, _ int) ([]gitops.Deployment, error) {
		select {
		case <-time.After(wait):
			return rows, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
}

// run is one run of a command that looks once: how long it waited for the
// sources, and what it saw.
func run(t *testing.T, dir string, limit *time.Duration, sources ...deploy.Source) (time.Duration, View) {
	t.Helper()
	f := New(Options{GitDir: dir, Key: "k", Find: func(context.Context) Found { return Found{Sources: sources} }})
	began := time.Now()
	if err := f.Hear(context.Background(), limit); err != nil {
		t.Fatal(err)
	}
	waited, v := time.Since(began), f.View()
	f.Close()
	synctest.Wait()
	return waited, v
}

func TestASlowSourceIsHeardByThoseWhoLookOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		for i, took := range []time.Duration{8, 8, 15, 24} {
			waited, v := run(t, dir, nil, takes("slow", took*time.Second, row(i)), says("quick", row(9)))
			if got := stateOf(t, v, "slow"); waited != took*time.Second || got.Condition != gitops.SourceFresh || v.Lists[0][0].Commit != commit(i) {
				t.Errorf("run %d waited %s: %+v", i, waited, got)
			}
		}
	})
}

func TestADeadSourceCostsItsDeadlineOnceInAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		dead := takes("dead", time.Hour)
		if waited, v := run(t, dir, nil, dead); waited != DefaultDeadline || stateOf(t, v, "dead").Trouble != "no answer within 25s" {
			t.Errorf("the first waited %s: %+v", waited, v.States)
		}
		for range 3 {
			waited, v := run(t, dir, nil, dead)
			if got := stateOf(t, v, "dead"); waited != DefaultPatience || got.Condition != gitops.SourceAsking || got.Trouble != "no answer within 5s" {
				t.Errorf("waited %s: %+v", waited, got)
			}
		}
		time.Sleep(longestRetry)
		if waited, v := run(t, dir, nil, takes("dead", 7*time.Second, row(1))); waited != 7*time.Second || v.Rows() != 1 {
			t.Errorf("back after a while, and waited %s: %+v", waited, v.States)
		}
		// One that was heard before shows its rows, and that it was not waited for.
		waited, v := run(t, dir, nil, dead)
		if got := stateOf(t, v, "dead"); waited != 14*time.Second || got.Condition != gitops.SourceAsking || got.Rows != 1 || got.Trouble != "no answer within 14s" {
			t.Errorf("waited %s: %+v", waited, got)
		}
	})
}

func TestThoseWhoAskOftenHearOneThatHasBecomeSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		run(t, dir, nil, says("s", row(1)))
		began := time.Now()
		for stateOf(t, second(run(t, dir, nil, takes("s", 12*time.Second, row(2)))), "s").Condition != gitops.SourceFresh {
			if time.Sleep(20 * time.Second); time.Since(began) > longestRetry+time.Minute {
				t.Fatal("it is never heard")
			}
		}
	})
}

func second(_ time.Duration, v View) View { return v }

func TestALimitIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, limit := takes("slow", 20*time.Second, row(1)), 2*time.Second
		waited, v := run(t, t.TempDir(), &limit, slow, says("quick", row(2)))
		if got := stateOf(t, v, "slow"); waited != limit || got.Condition != gitops.SourceAsking || got.Trouble != "no answer within 2s" || !got.AnsweredAt.IsZero() {
			t.Errorf("waited %s: %+v", waited, got)
		}
		if got := stateOf(t, v, "quick"); got.Condition != gitops.SourceFresh {
			t.Errorf("%+v", got)
		}
		// A wait that somebody cut short says nothing about the source.
		dir := t.TempDir()
		for _, want := range []time.Duration{20 * time.Second, limit, 20 * time.Second} {
			bound := &limit
			if want > limit {
				bound = nil
			}
			if waited, _ = run(t, dir, bound, slow); waited != want {
				t.Errorf("waited %s, want %s", waited, want)
			}
		}
		limit = time.Minute
		if waited, v = run(t, t.TempDir(), &limit, slow); waited != 20*time.Second || v.Rows() != 1 {
			t.Errorf("waited %s: %+v", waited, v.States)
		}
		limit = 0
		if waited, v = run(t, t.TempDir(), &limit, slow); waited != 0 || slow.count() != 5 || len(v.States) != 0 {
			t.Errorf("waited %s, asked %d: %+v", waited, slow.count(), v.States)
		}
	})
}

func TestWhoWasNotWaitedForAnswersAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New(Options{Find: func(context.Context) Found {
			return Found{Sources: []deploy.Source{takes("slow", 20*time.Second, row(1))}}
		}})
		defer f.Close()
		limit := time.Second
		if err := f.Hear(context.Background(), &limit); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if got := stateOf(t, f.View(), "slow"); got.Condition != gitops.SourceFresh || got.Trouble != "" || got.Rows != 1 {
			t.Errorf("%+v", got)
		}
	})
}

func TestALongSearchTakesNothingFromALongAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		for range 2 {
			f := New(Options{GitDir: dir, Key: "k", Find: func(context.Context) Found {
				time.Sleep(9 * time.Second)
				return Found{Sources: []deploy.Source{takes("s", 20*time.Second, row(1))}}
			}})
			began := time.Now()
			if err := f.Hear(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			if waited, got := time.Since(began), stateOf(t, f.View(), "s"); waited != 29*time.Second || got.Condition != gitops.SourceFresh {
				t.Errorf("waited %s: %+v", waited, got)
			}
			f.Close()
		}
	})
}

func TestWhatIsFoundAfterTheWaitIsToldAsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New(Options{Find: func(context.Context) Found {
			time.Sleep(3 * time.Second)
			return Found{Sources: []deploy.Source{says("late", row(1))}}
		}})
		defer f.Close()
		limit := time.Second
		if err := f.Hear(context.Background(), &limit); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		if got := stateOf(t, f.View(), "late"); got.Condition != gitops.SourceAsking || got.Trouble != "no answer within 1s" {
			t.Errorf("got %+v", got)
		}
		if err := f.Hear(context.Background(), &limit); err != nil {
			t.Fatal(err)
		}
		if got := stateOf(t, f.View(), "late"); got.Condition != gitops.SourceFresh || got.Trouble != "" {
			t.Errorf("asked again: %+v", got)
		}
	})
}

func TestALongSearchIsWaitedForAsALongAnswerIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		search := func(limit *time.Duration) (time.Duration, View) {
			f := New(Options{GitDir: dir, Key: "k", Find: func(ctx context.Context) Found {
				select {
				case <-time.After(9 * time.Second):
				case <-ctx.Done():
				}
				return Found{Sources: []deploy.Source{says("s", row(1))}}
			}})
			began := time.Now()
			if err := f.Hear(context.Background(), limit); err != nil {
				t.Fatal(err)
			}
			waited, v := time.Since(began), f.View()
			f.Close()
			return waited, v
		}
		limit := time.Second
		if waited, v := search(&limit); waited != limit || len(v.States) != 1 || v.States[0].Trouble != "looking for them and for their tokens did not end within 1s" {
			t.Errorf("waited %s: %+v", waited, v.States)
		}
		for range 2 {
			if waited, v := search(nil); waited != 9*time.Second || stateOf(t, v, "s").Condition != gitops.SourceFresh {
				t.Errorf("waited %s: %+v", waited, v.States)
			}
		}
		if waited, v := search(&limit); waited != limit || stateOf(t, v, "s").Trouble != "no answer within 1s" || stateOf(t, v, "s").Condition != gitops.SourceAsking || v.Rows() != 1 {
			t.Errorf("waited %s: %+v", waited, v.States)
		}
	})
}

// patient is a source with a deadline of its own.
type patient struct{ *fake }

func (patient) Timeout() time.Duration { return time.Minute }

func TestASourceWithATimeOfItsOwnIsGivenIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if waited, v := run(t, t.TempDir(), nil, patient{takes("s", 50*time.Second, row(1))}); waited != 50*time.Second || v.Rows() != 1 {
			t.Errorf("waited %s: %+v", waited, v.States)
		}
		waited, v := run(t, t.TempDir(), nil, patient{takes("s", time.Hour)})
		if got := stateOf(t, v, "s"); waited != time.Minute || got.Trouble != "no answer within 1m0s" || !strings.Contains(got.Hint, "`timeout` below [sources.s]") {
			t.Errorf("waited %s: %+v", waited, got)
		}
	})
}

// twofold wants another question for the details.
type twofold struct{ *fake }

func (s twofold) Detail(ctx context.Context, rows []gitops.Deployment) ([]gitops.Deployment, error) {
	_, err := s.say(ctx, 0)
	return rows, err
}

func TestASourceOfTwoQuestionsIsHeardToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		run(t, dir, nil, twofold{takes("s", 10*time.Second, row(1))})
		for range 2 {
			waited, v := run(t, dir, nil, twofold{takes("s", 18*time.Second, row(1))})
			if got := stateOf(t, v, "s"); waited != 36*time.Second || got.Condition != gitops.SourceFresh {
				t.Errorf("waited %s: %+v", waited, got)
			}
		}
	})
}

func TestCloseWaitsForWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		s := &fake{name: "s", say: func(ctx context.Context, _ int) ([]gitops.Deployment, error) {
			<-ctx.Done()
			time.Sleep(time.Second) // a program that cleans up
			ended = true
			return nil, ctx.Err()
		}}
		f := New(Options{Find: func(context.Context) Found { return Found{Sources: []deploy.Source{s}} }})
		limit := time.Second
		if err := f.Hear(context.Background(), &limit); err != nil {
			t.Fatal(err)
		}
		if f.Close(); !ended {
			t.Error("it goes on after the end")
		}
		// So does the search, which may wait for a helper.
		ended = false
		f = New(Options{Find: func(ctx context.Context) Found {
			<-ctx.Done()
			ended = true
			return Found{}
		}})
		if err := f.Hear(context.Background(), &limit); err != nil {
			t.Fatal(err)
		}
		if f.Close(); !ended {
			t.Error("the search goes on after the end")
		}
		// One that does not listen costs a moment and no more.
		release := make(chan struct{})
		hangs := &fake{name: "hangs", say: func(context.Context, int) ([]gitops.Deployment, error) { <-release; return nil, nil }}
		f = New(Options{Find: func(context.Context) Found { return Found{Sources: []deploy.Source{hangs}} }})
		if err := f.Hear(context.Background(), &limit); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if f.Close(); time.Since(began) != parting {
			t.Errorf("closing took %s", time.Since(began))
		}
		close(release)
	})
}
