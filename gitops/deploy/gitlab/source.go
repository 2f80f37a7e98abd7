package gitlab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/told"
	"ahead/gitops/forge"
	forgelab "ahead/gitops/forge/gitlab"
)

// Options say which deployments are wanted.
type Options struct {
	// Label is the name that the rows carry; empty is gitlab.
	Label string
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
	o.Now, o.Label = told.Wall(o.Now), cmp.Or(o.Label, gitops.SourceGitLab)
	client, err := forgelab.New(p, token, o.Transport, o.Now)
	if err != nil {
		return nil, err
	}
	return &Source{place: p, client: client, opts: o, memory: told.NewMemory(p.String()+" "+token.Source, o.Now)}, nil
}

// Name implements deploy.Source.
func (s *Source) Name() string { return s.opts.Label }

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
	ctx, cancel := context.WithTimeout(ctx, told.Round)
	defer cancel()
	records, err := s.pages().Read(ctx)
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

// pages is the list of deployments.
func (s *Source) pages() told.Pages[record] {
	return told.Pages[record]{
		Environment: s.opts.Environment, First: s.opts.First, Limit: s.opts.Limit,
		In: func(r record) string { return r.Environment },
		Get: func(ctx context.Context, environment string, size, page int) ([]record, bool, error) {
			query := url.Values{"order_by": {"id"}, "sort": {"desc"}, "per_page": {strconv.Itoa(size)}, "page": {strconv.Itoa(page)}}
			if environment != "" {
				query.Set("environment", environment)
			}
			encoded := query.Encode()
			some, more, err := told.Get(ctx, s.memory, told.Question[[]record]{
				Key: encoded, Read: s.read,
				Ask: func(ctx context.Context, etag string) (forge.Answer, error) {
					return s.client.Ask(ctx, "/deployments", encoded, etag)
				},
			})
			// Large lists come without a number of the next page; a short page is
			// the last.
			return some, more || err == nil && len(some) >= size, err
		},
	}
}

func inOrder(records []record) []record {
	return told.NewestFirst(records, func(r record) (int64, int64) { return r.ID, r.ID })
}

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
		return told.NothingToDo
	case forge.Unreached:
		return told.LookAtNetwork
	}
	return told.AnotherAnswers
}
