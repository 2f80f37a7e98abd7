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
//   - where Argo CD hydrates manifests, a revision is a commit that it made
//     itself: the commit that was hydrated is told where Argo CD still knows it;
//   - an operation that runs or failed after the newest sync is a row of its own,
//     unless it is a rehearsal, of some resources only, or of what runs already;
//   - where no history is kept, the last operation that succeeded tells what runs.
//
// What the API answers and how is in Argo CD's assets/swagger.json; when it writes
// history in controller/sync.go (Argo CD 3.5), the last entry being the newest.
package argocd

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/rest"
	"ahead/gitops/forge"
)

// TokenVariable is the environment's variable that holds the token.
const TokenVariable = "ARGOCD_AUTH_TOKEN"

// Options say which application is wanted.
type Options struct {
	// Label is the name that the rows carry; empty is argocd.
	Label string
	// Server is the host, Application the name, Namespace where the application
	// lies where that is not Argo CD's own. NAMESPACE/NAME, as Argo CD's own
	// command takes it, is an Application, too.
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
	if namespace, name, both := strings.Cut(o.Application, "/"); both && namespace != "" && o.Namespace == "" {
		o.Namespace, o.Application = namespace, name
	}
	if !named.MatchString(o.Application) || o.Namespace != "" && !named.MatchString(o.Namespace) {
		return nil, bad("that is no name of an application of Argo CD", `write application = "NAME" or "NAMESPACE/NAME" below the source in your settings`)
	}
	client, err := rest.New(rest.Options{
		Server: o.Server, Secret: o.Token, From: TokenVariable, Transport: o.Transport, Now: o.Now,
	})
	if err != nil {
		return nil, err
	}
	o.Environment, o.Label = cmp.Or(o.Environment, deploy.Production), cmp.Or(o.Label, gitops.SourceArgo)
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Source{opts: o, client: client}, nil
}

// named is what a name in Kubernetes is made of.
var named = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)

// Name implements deploy.Source.
func (s *Source) Name() string { return s.opts.Label }

// Place implements deploy.Placed.
func (s *Source) Place() string {
	return s.client.Host() + "/" + path.Join(s.opts.Namespace, s.opts.Application)
}

// Deployments implements deploy.Source. It asks the network.
func (s *Source) Deployments(ctx context.Context) ([]gitops.Deployment, error) {
	question := "/api/v1/applications/" + url.PathEscape(s.opts.Application)
	if s.opts.Namespace != "" {
		question += "?appNamespace=" + url.QueryEscape(s.opts.Namespace)
	}
	var app application
	if err := s.client.Ask(ctx, http.MethodGet, question, nil, &app); err != nil {
		return nil, s.explain(err)
	}
	if m := app.Metadata; m.Name != s.opts.Application || s.opts.Namespace != "" && m.Namespace != s.opts.Namespace {
		return nil, s.explain(s.client.Trouble(forge.Nonsense, "it is not the application that was asked for"))
	}
	return s.rows(app)
}

// explain says what to do about trouble. Argo CD forbids what is not there as it
// forbids what may not be seen, so that nobody finds out which.
func (s *Source) explain(err error) error {
	return rest.Explain(err, func(k forge.TroubleKind) string {
		switch k {
		case forge.NotAccepted:
			return "`argocd account generate-token` makes another one"
		case forge.Forbidden, forge.NotFound:
			return "there may be no application " + path.Join(s.opts.Namespace, s.opts.Application) + "; else the token's account lacks the right to get applications"
		case forge.Invalid:
			return "look at server, application and namespace below the source in your settings"
		}
		return ""
	})
}
