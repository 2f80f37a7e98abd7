package gitlab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/told"
	"ahead/gitops/forge"
	forgelab "ahead/gitops/forge/gitlab"
)

const (
	// usualLimit is how many deployments are listed unless asked otherwise, and
	// pageSize how many GitLab gives at once.
	usualLimit = 100
	pageSize   = 100
	pagesMax   = 10
	// firstSize is how many of Options.First are asked for, where the list was
	// cut before any of them.
	firstSize = 30
	// round is how long one look may take in all.
	round = 20 * time.Second
)

// Options say which deployments are wanted.
type Options struct {
	// Environment keeps to this one, as GitLab spells it; empty for all.
	Environment string
	// First is the environment that is asked for by name where a list of all is
	// cut before any deployment of it: review apps can fill many pages. Empty is
	// production.
	First string
	// Limit is how many deployments are listed; 0 is a hundred.
	Limit int
	// Tag gives the commit of a tag of the repository; nil where none is known.
	Tag func(name string) (gitops.Hash, bool)
	// Transport is what sends (nil: the network), Now tells the time (nil: the
	// system's clock).
	Transport http.RoundTripper
	Now       func() time.Time
}

// Source is one project's deployments. It is safe for concurrent use.
type Source struct {
	place  forge.Place
	client *forgelab.Client
	opts   Options
	memory *told.Memory
}

var (
	_ deploy.Source    = (*Source)(nil)
	_ deploy.Cacheable = (*Source)(nil)
	_ deploy.Placed    = (*Source)(nil)
)

// New makes the source of a place of kind GitLab. Without a token the error is a
// *gitops.Error that says how to give one.
func New(p forge.Place, token forge.Token, o Options) (*Source, error) {
	if token.IsZero() {
		return nil, &gitops.Error{
			Code: gitops.CodeForge, What: p.Host + " tells strangers of no deployments",
			Hint: "set GITLAB_TOKEN, or let git's credential helper know a token for " + p.Host,
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	client, err := forgelab.New(p, token, o.Transport, o.Now)
	if err != nil {
		return nil, err
	}
	o.First = cmp.Or(o.First, deploy.Production)
	if o.Limit <= 0 {
		o.Limit = usualLimit
	}
	return &Source{place: p, client: client, opts: o, memory: told.NewMemory(p.String()+" "+token.Source, o.Now)}, nil
}

// Name implements deploy.Source.
func (s *Source) Name() string { return gitops.SourceGitLab }

// Place implements deploy.Placed.
func (s *Source) Place() string { return s.place.String() }

// Format implements fmt.Formatter for every verb: what the source holds is for
// no log, and changes while it is printed.
func (s *Source) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "%s at %s", s.Name(), s.place) }

// State implements deploy.Cacheable.
func (s *Source) State() []byte { return s.memory.State() }

// Restore implements deploy.Cacheable.
func (s *Source) Restore(state []byte) error { return s.memory.Restore(state) }

// Deployments implements deploy.Source. It asks the network. With an error the
// rows that were read before it are given.
func (s *Source) Deployments(ctx context.Context) ([]gitops.Deployment, error) {
	ctx, cancel := context.WithTimeout(ctx, round)
	defer cancel()
	records, cut, err := s.list(ctx, s.opts.Environment, s.opts.Limit)
	if err == nil && cut && s.opts.Environment == "" && !slices.ContainsFunc(records, s.first) {
		for _, name := range told.Spellings(s.opts.First) {
			var more []record
			more, _, err = s.list(ctx, name, firstSize)
			if records = append(records, more...); err != nil || len(more) > 0 {
				break
			}
		}
	}
	records = inOrder(records)
	facts := make([]told.Fact, len(records))
	for i, r := range records {
		facts[i] = r.fact()
	}
	rows := make([]gitops.Deployment, 0, len(records))
	for i, status := range told.Settle(facts) {
		if !records[i].Blank {
			rows = append(rows, s.row(records[i], status))
		}
	}
	return rows, s.problem(err)
}

func (s *Source) first(r record) bool {
	return r.Environment != "" && deploy.SameEnvironment(r.Environment, s.opts.First)
}

// list reads the newest deployments, in all environments where none is given.
// cut says that there are more.
func (s *Source) list(ctx context.Context, environment string, limit int) (all []record, cut bool, err error) {
	size := min(limit, pageSize)
	query := url.Values{"order_by": {"id"}, "sort": {"desc"}, "per_page": {strconv.Itoa(size)}}
	if environment != "" {
		query.Set("environment", environment)
	}
	for page := 1; page <= pagesMax; page++ {
		query.Set("page", strconv.Itoa(page))
		encoded := query.Encode()
		some, more, err := told.Get(ctx, s.memory, told.Question[[]record]{
			Key: encoded, Read: s.read,
			Ask: func(ctx context.Context, etag string) (forge.Answer, error) {
				return s.client.Ask(ctx, "/deployments", encoded, etag)
			},
		})
		if err != nil {
			return all, true, err
		}
		all = append(all, some...)
		// Large lists come without a number of the next page; a short page is
		// the last.
		more = more || len(some) >= size
		if len(all) >= limit || !more {
			return all[:min(len(all), limit)], more || len(all) > limit, nil
		}
	}
	return all, true, nil
}

func inOrder(records []record) []record {
	return told.NewestFirst(records, func(r record) (int64, int64) { return r.ID, r.ID })
}

// nothingToDo is the hint where waiting is all: when it is asked again stands
// beside it.
const nothingToDo = "nothing need be done"

// problem makes a trouble one that a person gets to read, with what to do.
func (s *Source) problem(err error) error {
	var t *forge.Trouble
	if !errors.As(err, &t) {
		return err
	}
	return t.Problem(s.hint(t))
}

func (s *Source) hint(t *forge.Trouble) string {
	switch t.Kind {
	case forge.NotAccepted, forge.Forbidden:
		return fmt.Sprintf("it needs the scope read_api, and to belong to a reporter or above in %s", s.place.Path)
	case forge.NotFound:
		return s.place.Path + " has another name now, or the token's user may not see it"
	case forge.Limited, forge.Broken:
		return nothingToDo
	case forge.Unreached:
		return "look at the network and the proxy"
	}
	return "a proxy or a sign-in page may answer in its place"
}
