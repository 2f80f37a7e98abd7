// Package argocd reads the history of an application of Argo CD.
//
// Promise: a row is a sync that Argo CD recorded. The newest is live, whatever
// its health: an application that is degraded runs what it runs.
//
// Rules it keeps:
//   - server and application come from the person's own settings, the token from
//     ARGOCD_AUTH_TOKEN; it goes to that server and nowhere else;
//   - a revision is a commit of the repository that the application is deployed
//     from. Where that is another one than this (a repository of manifests), no
//     revision is taken for a commit: then the tag of this repository's image
//     tells what runs, and nothing tells the history;
//   - an operation that runs or failed after the newest sync is a row of its own.
package argocd

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/rest"
)

// TokenVariable is the environment's variable that holds the token.
const TokenVariable = "ARGOCD_AUTH_TOKEN"

// Options say which application is wanted.
type Options struct {
	// Server is the host, Application the name, Namespace where the application
	// lies where that is not Argo CD's own.
	Server, Application, Namespace string
	// Environment is that of the rows; empty is production.
	Environment string
	// Ours reports whether the address of a repository is this one's; nil takes
	// all for it. Name is this repository's, by which its image is known.
	Ours func(address string) bool
	Name string
	// Token is of the person.
	Token     gitops.Secret
	Transport http.RoundTripper
	Now       func() time.Time
}

// Source is one application's history. It is safe for concurrent use.
type Source struct {
	opts   Options
	client *rest.Client
}

var (
	_ deploy.Source = (*Source)(nil)
	_ deploy.Placed = (*Source)(nil)
)

// New makes the source; nobody is asked yet.
func New(o Options) (*Source, error) {
	bad := func(what, hint string) error { return &gitops.Error{Code: gitops.CodeUsage, What: what, Hint: hint} }
	if o.Server == "" || o.Application == "" {
		return nil, bad("the server of Argo CD and the application are not both known", `write server = "HOST" and application = "NAME" below the source in your settings`)
	}
	if o.Token.IsZero() {
		return nil, bad("there is no token for Argo CD", "set "+TokenVariable+"; `argocd account generate-token` makes one")
	}
	client, err := rest.New(rest.Options{
		Server: o.Server, Secret: o.Token, From: TokenVariable, Transport: o.Transport, Now: o.Now,
	})
	if err != nil {
		return nil, err
	}
	o.Environment = cmp.Or(o.Environment, deploy.Production)
	return &Source{opts: o, client: client}, nil
}

// Name implements deploy.Source.
func (s *Source) Name() string { return gitops.SourceArgo }

// Place implements deploy.Placed.
func (s *Source) Place() string {
	return s.client.Host() + "/" + path.Join(s.opts.Namespace, s.opts.Application)
}

// origin is where an application is deployed from.
type origin struct {
	RepoURL string `json:"repoURL"`
}

// sync is an entry of the history, or the result of an operation. An application
// of several origins has a revision of each.
type sync struct {
	ID          int64     `json:"id"`
	Revision    string    `json:"revision"`
	Revisions   []string  `json:"revisions"`
	Source      origin    `json:"source"`
	Sources     []origin  `json:"sources"`
	DeployedAt  time.Time `json:"deployedAt"`
	StartedAt   time.Time `json:"deployStartedAt"`
	InitiatedBy initiator `json:"initiatedBy"`
}

type initiator struct {
	Username  string `json:"username"`
	Automated bool   `json:"automated"`
}

func (i initiator) name() string {
	if i.Username == "" && i.Automated {
		return "automatic sync"
	}
	return i.Username
}

type application struct {
	Status struct {
		History   []sync `json:"history"`
		Operation *struct {
			Phase      string    `json:"phase"`
			StartedAt  time.Time `json:"startedAt"`
			FinishedAt time.Time `json:"finishedAt"`
			Operation  struct {
				InitiatedBy initiator `json:"initiatedBy"`
			} `json:"operation"`
			Result *sync `json:"syncResult"`
		} `json:"operationState"`
		Summary struct {
			Images []string `json:"images"`
		} `json:"summary"`
	} `json:"status"`
}

// Deployments implements deploy.Source. It asks the network.
func (s *Source) Deployments(ctx context.Context) ([]gitops.Deployment, error) {
	question := "/api/v1/applications/" + url.PathEscape(s.opts.Application)
	if s.opts.Namespace != "" {
		question += "?appNamespace=" + url.QueryEscape(s.opts.Namespace)
	}
	var app application
	if err := s.client.Ask(ctx, http.MethodGet, question, nil, &app); err != nil {
		return nil, err
	}
	history := app.Status.History
	slices.SortStableFunc(history, func(a, b sync) int { return cmp.Or(b.DeployedAt.Compare(a.DeployedAt), cmp.Compare(b.ID, a.ID)) })
	rows := make([]gitops.Deployment, 0, len(history)+1)
	for i, h := range history {
		status := gitops.StatusSuperseded
		if i == 0 {
			status = gitops.StatusLive
		}
		if d := s.row(h, status); s.revision(h, &d) {
			rows = append(rows, d)
		}
	}
	if len(rows) == 0 && len(history) > 0 {
		return s.byImage(app, history[0])
	}
	if d, ok := s.operation(app, history); ok {
		rows = slices.Insert(rows, 0, d)
	}
	return rows, nil
}

func (s *Source) row(h sync, status gitops.Status) gitops.Deployment {
	page := "/applications/"
	if s.opts.Namespace != "" {
		page += url.PathEscape(s.opts.Namespace) + "/"
	}
	return gitops.Deployment{
		Source: gitops.SourceArgo, ID: strconv.FormatInt(h.ID, 10), Environment: s.opts.Environment, Status: status,
		StartedAt: h.StartedAt, FinishedAt: h.DeployedAt, Actor: h.InitiatedBy.name(),
		URL: s.client.Page(page + url.PathEscape(s.opts.Application)),
	}
}

// revision finds this repository's revision in a sync.
func (s *Source) revision(h sync, d *gitops.Deployment) bool {
	for i, o := range h.Sources {
		if i < len(h.Revisions) && s.ours(o.RepoURL) && set(h.Revisions[i], d) {
			return true
		}
	}
	return len(h.Sources) == 0 && s.ours(h.Source.RepoURL) && set(h.Revision, d)
}

func (s *Source) ours(address string) bool { return s.opts.Ours == nil || s.opts.Ours(address) }

func set(revision string, d *gitops.Deployment) bool {
	if h, err := gitops.ParseHash(strings.ToLower(revision)); err == nil {
		d.Commit = h
	} else {
		d.Ref = revision
	}
	return revision != ""
}

// operation is what runs, or failed, since the newest sync; one that succeeded
// is in the history.
func (s *Source) operation(app application, history []sync) (gitops.Deployment, bool) {
	o := app.Status.Operation
	if o == nil || o.Result == nil || len(history) > 0 && !o.StartedAt.After(history[0].DeployedAt) {
		return gitops.Deployment{}, false
	}
	status, known := map[string]gitops.Status{
		"Running": gitops.StatusPending, "Terminating": gitops.StatusFailed, "Failed": gitops.StatusFailed, "Error": gitops.StatusFailed,
	}[o.Phase]
	if !known {
		return gitops.Deployment{}, false
	}
	result := *o.Result
	result.StartedAt, result.DeployedAt, result.InitiatedBy = o.StartedAt, o.FinishedAt, o.Operation.InitiatedBy
	d := s.row(result, status)
	d.ID = ""
	return d, s.revision(result, &d)
}

// byImage tells what runs by the tag of this repository's image: the only one, or
// the one of its name.
func (s *Source) byImage(app application, newest sync) ([]gitops.Deployment, error) {
	images := app.Status.Summary.Images
	if len(images) > 1 {
		images = slices.DeleteFunc(slices.Clone(images), func(i string) bool { return !strings.EqualFold(imageName(i), s.opts.Name) })
	}
	d := s.row(newest, gitops.StatusLive)
	if len(images) == 1 && set(imageTag(images[0]), &d) {
		return []gitops.Deployment{d}, nil
	}
	from := newest.Source.RepoURL
	if len(newest.Sources) > 0 {
		from = newest.Sources[0].RepoURL
	}
	return nil, &gitops.Error{
		Code: gitops.CodeForge,
		What: fmt.Sprintf("%s is deployed from %s, not from this repository, and no image tells which commit runs", s.opts.Application, clean(from)),
		Hint: "name another application, or tag the image of this repository by commit or release",
	}
}

func imageName(image string) string {
	image, _, _ = strings.Cut(image, "@")
	name, _, _ := strings.Cut(image[strings.LastIndexByte(image, '/')+1:], ":")
	return name
}

func imageTag(image string) string {
	image, _, _ = strings.Cut(image, "@")
	_, tag, _ := strings.Cut(image[strings.LastIndexByte(image, '/')+1:], ":")
	return tag
}

// clean is an address without what may be a password in it.
func clean(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host + u.Path
	}
	return address[strings.LastIndexByte(address, '@')+1:]
}
