package github

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/told"
	"ahead/gitops/forge"
)

// What a stranger asks: GitHub allows 60 questions an hour, for all who share an
// address.
const (
	strangersHour  = 40
	strangersRound = 8
	strangersRest  = 6 * time.Minute
)

// rest is how long any answer is taken without asking again.
func (s *Source) rest() time.Duration {
	if s.Anonymous() {
		return strangersRest
	}
	return 0
}

// get asks by way of the memory, when its turn has come.
func get[T any](ctx context.Context, s *Source, path string, rest time.Duration, read func([]byte) (T, error)) (T, bool, error) {
	return told.Get(ctx, s.memory, told.Question[T]{
		Key: path, Read: read, Rest: rest,
		Ask: func(ctx context.Context, etag string) (forge.Answer, error) {
			select {
			case s.way <- struct{}{}:
				defer func() { <-s.way }()
			case <-ctx.Done():
				return forge.Answer{}, s.client.Trouble(ctx.Err())
			}
			if err := ctx.Err(); err != nil {
				return forge.Answer{}, s.client.Trouble(err)
			}
			if t := s.held(); t != nil {
				return forge.Answer{}, t
			}
			if s.Anonymous() {
				if next, ok := s.memory.Spend(strangersHour); !ok {
					return forge.Answer{}, &spared{host: s.place.Host, next: next}
				}
			}
			answer, err := s.client.Ask(ctx, path, etag)
			return answer, s.hold(err)
		},
	})
}

// quarantine is how long GitHub is left alone where it limits and does not say
// for how long ("Handle rate limit errors appropriately", best practices for the
// REST API).
const quarantine = time.Minute

// held is the trouble of a server that limits still. The library remembers too,
// but by the answer that came last, which may be one that was sent before.
func (s *Source) held() *forge.Trouble {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.limit != nil && s.opts.Now().Before(s.limit.Until) {
		return s.limit
	}
	return nil
}

// hold remembers a limit.
func (s *Source) hold(err error) error {
	var t *forge.Trouble
	if !errors.As(err, &t) || t.Kind != forge.Limited {
		return err
	}
	limit := *t
	if limit.Until.IsZero() {
		limit.Until = s.opts.Now().Add(quarantine)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.limit == nil || limit.Until.After(s.limit.Until) {
		s.limit = &limit
	}
	return &limit
}

// spared is a question that was not sent, so that some are left to others.
type spared struct {
	host string
	next time.Time
}

// Error gives the sentence.
func (e *spared) Error() string {
	return fmt.Sprintf("without a token %s is asked at most %d questions an hour, the next at %s",
		e.host, strangersHour, e.next.Local().Format("15:04:05"))
}

// problem makes an error one that a person gets to read, with what to do.
func (s *Source) problem(err error) error {
	var t *forge.Trouble
	var few *spared
	switch {
	case err == nil:
		return nil
	case errors.As(err, &t):
		return t.Problem(s.hint(t))
	case errors.As(err, &few):
		said := &gitops.Error{Code: gitops.CodeForge, What: few.Error(), Hint: s.giveToken()}
		return &later{said, few.next}
	}
	return err
}

// later is an error that ends by itself.
type later struct {
	said *gitops.Error
	at   time.Time
}

// Error gives the sentence.
func (e *later) Error() string { return e.said.Error() }

// Unwrap gives the words for a person.
func (e *later) Unwrap() error { return e.said }

// RetryAt implements deploy.Retrier.
func (e *later) RetryAt() time.Time { return e.at }

// hint says what to do about a trouble.
func (s *Source) hint(t *forge.Trouble) string {
	stranger := s.Anonymous()
	switch t.Kind {
	case forge.NotAccepted, forge.Forbidden:
		if stranger {
			return s.giveToken()
		}
		hint := fmt.Sprintf("it needs read access to the deployments of %s", s.place.Path)
		if t.Kind == forge.Forbidden {
			hint += "; where the organisation has single sign-on, authorise the token for it"
		}
		return hint
	case forge.NotFound:
		if stranger {
			return "the repository is private, or has another name now: " + s.giveToken()
		}
		return fmt.Sprintf("%s has another name now, or the token may not see its deployments: a fine-grained one needs "+
			"Deployments (read), a classic one the scope repo or repo_deployment", s.place.Path)
	case forge.Limited:
		if stranger {
			return "strangers are answered 60 questions an hour: " + s.giveToken()
		}
		return told.NothingToDo
	case forge.Broken:
		return told.NothingToDo
	case forge.Unreached:
		return told.LookAtNetwork
	}
	return told.AnotherAnswers
}

func (s *Source) giveToken() string {
	name := "GH_TOKEN"
	if s.place.API() != "https://api."+s.place.Host+"/" {
		name = "GH_ENTERPRISE_TOKEN"
	}
	return fmt.Sprintf("set %s, or let git's credential helper know a token for %s", name, s.place.Host)
}
