package feed

import (
	"context"
	"errors"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"

	"pgregory.net/rapid"
)

// TestWhateverHappens holds a feed against a model of what it promises, over any
// course of answers, failures and moments: it asks when it may and never before,
// and the rows of the last answer stand.
func TestWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &clock{at: noon}
		var next error
		answers := 0
		s := &fake{name: "s", say: func(context.Context, int) ([]gitops.Deployment, error) {
			if next != nil {
				return nil, next
			}
			answers++
			return []gitops.Deployment{row(answers)}, nil
		}}
		f := New(Options{Now: c.Now, Find: func(context.Context) Found { return Found{Sources: []deploy.Source{s}} }})
		defer f.Close()
		var last, until, answered time.Time
		failures, asked := 0, 0
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			c.pass(time.Duration(rapid.SampledFrom([]int{0, 1, 2, 10, 15, 29, 30, 31, 120, 600, 3600}).Draw(t, "seconds")) * time.Second)
			now, urgent := c.Now(), rapid.Bool().Draw(t, "urgent")
			next = rapid.SampledFrom([]error{nil, nil, errors.New("down"), retryError{now.Add(90 * time.Second)}}).Draw(t, "outcome")
			if err := f.Refresh(context.Background(), urgent); err != nil {
				t.Fatal(err)
			}
			may := asked == 0
			if !may {
				pause := DefaultInterval
				if failures > 0 {
					pause = min(firstRetry<<(failures-1), longestRetry)
				}
				if urgent {
					pause = floor
				}
				may = !now.Before(last.Add(pause)) && !now.Before(until)
			}
			if may {
				asked, last, until = asked+1, now, time.Time{}
				var retry retryError
				switch {
				case next == nil:
					failures, answered = 0, now
				case errors.As(next, &retry):
					failures, until = failures+1, retry.at
				default:
					failures++
				}
			}
			if s.count() != asked {
				t.Fatalf("asked %d times, want %d", s.count(), asked)
			}
			check(t, f.View(), answers, failures, answered)
		}
	})
}

func check(t *rapid.T, v View, answers, failures int, answered time.Time) {
	state := v.States[0]
	if !state.AnsweredAt.Equal(answered) || (failures > 0) != (state.Trouble != "") || (failures > 0) == state.RetryAt.IsZero() {
		t.Fatalf("after %d failures: %+v", failures, state)
	}
	switch {
	case answers == 0 && (state.Condition != gitops.SourceFailed || v.Rows() != 0):
		t.Fatalf("never answered: %+v", state)
	case answers > 0 && (v.Rows() != 1 || v.Lists[0][0].Commit != commit(answers)):
		t.Fatalf("the rows are not those of the last answer: %+v", v.Lists)
	case answers > 0 && failures > 0 && state.Condition != gitops.SourceOld:
		t.Fatalf("failed, and %+v", state)
	}
}
