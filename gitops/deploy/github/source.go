package github

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/told"
	"ahead/gitops/forge"
	forgehub "ahead/gitops/forge/github"
)

// Options say which deployments are wanted.
type Options struct {
	// Label is the name that the rows carry; empty is github.
	Label string
	// Environment and Task keep to these, as GitHub spells them; empty for all.
	Environment, Task string
	// First is the environment that is asked for by name where a list of all is
	// cut before any deployment of it: previews of pull requests can fill many
	// pages. Empty is production.
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

// Source is one repository's deployments. It is safe for concurrent use.
type Source struct {
	place  forge.Place
	client *forgehub.Client
	opts   Options
	// source is where the token comes from, empty for a stranger.
	source string
	memory *told.Memory
	// way lets so many questions go at once.
	way chan struct{}

	mu sync.Mutex
	// known are the deployments of the last list, newest first.
	known []record
	// toldAt is when GitHub told that list.
	toldAt time.Time
	// limit is the last time that GitHub limited; nil for never.
	limit *forge.Trouble
}

var (
	_ deploy.Source    = (*Source)(nil)
	_ deploy.Detailer  = (*Source)(nil)
	_ deploy.Cacheable = (*Source)(nil)
	_ deploy.Placed    = (*Source)(nil)
	_ deploy.Dated     = (*Source)(nil)
)

// New makes the source of a place of kind GitHub. A zero token asks as a
// stranger.
func New(p forge.Place, token forge.Token, o Options) (*Source, error) {
	o.Now, o.Label = told.Wall(o.Now), cmp.Or(o.Label, gitops.SourceGitHub)
	client, err := forgehub.New(p, token, o.Transport, o.Now)
	if err != nil {
		return nil, err
	}
	return &Source{
		place: p, client: client, opts: o, source: token.Source,
		memory: told.NewMemory(p.String()+" "+token.Source, o.Now), way: make(chan struct{}, abreast),
	}, nil
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

// Anonymous reports whether GitHub is asked as a stranger: seldom.
func (s *Source) Anonymous() bool { return s.source == "" }

// Deployments implements deploy.Source. It asks the network. Rows carry what
// was found out of their statuses before, where that still holds. With an error
// the rows that were read before it are given.
func (s *Source) Deployments(ctx context.Context) ([]gitops.Deployment, error) {
	ctx, cancel := context.WithTimeout(ctx, told.Round)
	defer cancel()
	s.tellAt(time.Time{})
	records, err := s.pages().Read(ctx)
	records = inOrder(records)
	s.mu.Lock()
	if err == nil || len(records) > 0 {
		s.known = records
	}
	s.mu.Unlock()
	facts := s.facts(records)
	statuses := told.Settle(facts.facts)
	rows := make([]gitops.Deployment, 0, len(records))
	for i, r := range records {
		if r.Blank || facts.beside[i] {
			continue
		}
		row := s.row(r)
		if facts.words[i] != nil {
			facts.words[i].tell(&row, statuses[i])
		}
		rows = append(rows, row)
	}
	return rows, s.problem(err)
}

// ToldAt implements deploy.Dated.
func (s *Source) ToldAt() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.toldAt
}

// tellAt notes when a page was told, of which the oldest counts; zero begins anew.
func (s *Source) tellAt(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.IsZero() || s.toldAt.IsZero() || at.Before(s.toldAt) {
		s.toldAt = at
	}
}

// pages is the list of deployments.
func (s *Source) pages() told.Pages[record] {
	return told.Pages[record]{
		Environment: s.opts.Environment, First: s.opts.First, Limit: s.opts.Limit,
		In: func(r record) string { return r.Environment },
		Get: func(ctx context.Context, environment string, size, page int) ([]record, bool, error) {
			query := url.Values{"per_page": {strconv.Itoa(size)}, "page": {strconv.Itoa(page)}}
			if environment != "" {
				query.Set("environment", environment)
			}
			if s.opts.Task != "" {
				query.Set("task", s.opts.Task)
			}
			key := "/deployments?" + query.Encode()
			rows, more, err := get(ctx, s, key, s.rest(), s.readDeployments)
			if _, at, ok := told.Recall[[]record](s.memory, key); ok {
				s.tellAt(at)
			}
			return rows, more, err
		},
	}
}

func inOrder(records []record) []record {
	return told.NewestFirst(records, func(r record) (int64, int64) {
		if r.Created.IsZero() {
			return r.ID, 0
		}
		return r.ID, r.Created.Unix()
	})
}

// row is a deployment as the list tells it.
func (s *Source) row(r record) gitops.Deployment {
	d := gitops.Deployment{
		Source: s.opts.Label, Environment: r.Environment, Commit: r.SHA, Status: gitops.StatusUnknown,
		StartedAt: r.Created, Actor: r.Actor,
	}
	if r.ID != 0 {
		d.ID = strconv.FormatInt(r.ID, 10)
	}
	d.Ref, d.Tag = told.Ref(r.Ref, r.SHA, s.opts.Tag)
	return d
}
