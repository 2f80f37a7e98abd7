package desk

import (
	"context"
	"errors"
	"fmt"

	"ahead/gitops"
	"ahead/gitops/forge"
	"ahead/gitops/forge/github"
	"ahead/gitops/forge/gitlab"
	"ahead/gitops/publish"
)

// server is the forge that a remote lies on, and a way to ask it where there is
// a token for it.
type server struct {
	place forge.Place
	// client is nil where nobody can be asked.
	client forge.Client
}

// server finds the forge that a push to the remote goes to. None, a folder for
// one, is an empty place and no error.
func (d *Desk) server(ctx context.Context, remote string) (server, error) {
	git, err := d.system()
	if err != nil {
		return server{}, err
	}
	address, err := git.PushURL(ctx, remote)
	if err != nil {
		return server{}, err
	}
	place, ok := forge.Locate(address, d.opts.Forges)
	if !ok {
		return server{}, nil
	}
	place = place.Through(git.SSHHost(ctx, address), d.opts.Forges)
	at := server{place: place}
	token, err := d.token(ctx, git, place)
	if err != nil || token.IsZero() {
		return at, err
	}
	switch place.Kind {
	case forge.KindGitHub:
		at.client, err = github.New(place, token, d.opts.ForgeTransport, d.opts.Now)
	case forge.KindGitLab:
		at.client, err = gitlab.New(place, token, d.opts.ForgeTransport, d.opts.Now)
	}
	return at, err
}

// token finds the token for a place: the environment's, else what git's own
// helpers know of that host.
func (d *Desk) token(ctx context.Context, git *publish.Git, place forge.Place) (forge.Token, error) {
	if place.Plain || place.Kind != forge.KindGitHub && place.Kind != forge.KindGitLab {
		return forge.Token{}, nil
	}
	if token := forge.TokenFromEnvironment(place, d.opts.Forges, d.opts.Getenv); !token.IsZero() {
		return token, nil
	}
	known, ok, err := git.Credential(ctx, place.Host)
	if err != nil || !ok {
		return forge.Token{}, err
	}
	return forge.Token{Host: place.Host, Source: "git's credential helper", Secret: known.Password}, nil
}

// requests opens pull requests for a plan that goes by one; nil where a person
// has to.
func (d *Desk) requests(ctx context.Context, plan gitops.Plan) publish.Requests {
	if !plan.Passage.ByPullRequest() {
		return nil
	}
	at, err := d.server(ctx, plan.Remote)
	if err != nil || at.client == nil {
		return nil
	}
	return requests{at}
}

// requests implements publish.Requests.
type requests struct{ at server }

// Open implements publish.Requests.
func (r requests) Open(ctx context.Context, from, into, title, body string) (string, error) {
	made, err := r.at.client.OpenPullRequest(ctx, forge.Proposal{Head: from, Base: into, Title: title, Body: body})
	var t *forge.Trouble
	if errors.As(err, &t) {
		return "", t.Problem("the branch is there; open the " + r.at.place.Kind.RequestNoun() + " by hand")
	}
	return made.Page, err
}

// requestState says what its server knows of a run's pull request, in a
// sentence; empty where nothing is known. It is for a run's standing, where it
// explains and never decides.
func (d *Desk) requestState(ctx context.Context, run gitops.Run, via string) string {
	at, err := d.server(ctx, run.Plan.Remote)
	if err != nil || at.client == nil {
		return ""
	}
	found, err := at.client.PullRequest(ctx, via, run.Plan.Branch)
	if err != nil {
		return err.Error()
	}
	noun := at.place.Kind.RequestNoun()
	where := ""
	if found.Page != "" {
		where = ": " + found.Page
	}
	switch found.State {
	case forge.PullRequestOpen:
		return fmt.Sprintf("the %s %d is open%s", noun, found.Number, where)
	case forge.PullRequestMerged:
		return fmt.Sprintf("the %s %d is merged%s", noun, found.Number, where)
	case forge.PullRequestClosed:
		return fmt.Sprintf("the %s %d was closed without a merge%s", noun, found.Number, where)
	}
	return fmt.Sprintf("there is no %s of %s yet", noun, via)
}
