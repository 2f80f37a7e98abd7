package forgetest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Deployment is a deployment of a fake.
type Deployment struct {
	ID                                   int64
	SHA, Ref, Task, Environment, Creator string
	Created                              time.Time
	// Production says that end users see the environment.
	Production bool
	// Said are GitHub's statuses, oldest first.
	Said []Said
	// Status, Finished, Tag and Job are GitLab's: Tag is nil, and Job false, where
	// no job deployed it.
	Status   string
	Finished time.Time
	Tag      bool
	Job      bool
}

// Said is one status of a deployment of GitHub's.
type Said struct {
	State, Environment, LogURL, EnvironmentURL string
	At                                         time.Time
}

// Deploy adds a deployment of sha, with the next number.
func (g *GitHub) Deploy(environment, ref, sha string, at time.Time) *Deployment {
	d := &Deployment{
		ID: int64(1000 + len(g.Deployments)), SHA: sha, Ref: ref, Task: "deploy", Environment: environment, Creator: "ada",
		Created: at, Production: environment == "production",
	}
	g.Deployments = append(g.Deployments, d)
	return d
}

// Say gives a deployment a status. A success makes the earlier ones of its
// environment inactive as GitHub's auto_inactive does: those that succeeded, and
// none of production.
func (g *GitHub) Say(d *Deployment, state string, at time.Time) {
	d.Said = append(d.Said, Said{State: state, At: at, LogURL: fmt.Sprintf("https://ci.example.com/runs/%d", d.ID)})
	if state != "success" || d.Production {
		return
	}
	for _, other := range g.Deployments {
		if other == d {
			return
		}
		if n := len(other.Said); other.Environment == d.Environment && n > 0 && other.Said[n-1].State == "success" {
			other.Said = append(other.Said, Said{State: "inactive", At: at})
		}
	}
}

func (g *GitHub) repo(parts ...string) string {
	return "https://" + g.api + g.prefix + "/repos/" + g.Owner + "/" + g.Name + strings.Join(parts, "")
}

func (g *GitHub) listDeployments(in *http.Request) Answer {
	q := in.URL.Query()
	all := []any{}
	for _, d := range slices.Backward(g.Deployments) {
		if other(q.Get("environment"), d.Environment) || other(q.Get("task"), d.Task) || other(q.Get("ref"), d.Ref) || other(q.Get("sha"), d.SHA) {
			continue
		}
		all = append(all, g.deployment(d))
	}
	return g.Page(in, all)
}

func other(want, have string) bool { return want != "" && want != have }

func (g *GitHub) deployment(d *Deployment) JSON {
	url := g.repo("/deployments/", strconv.FormatInt(d.ID, 10))
	at := d.Created.UTC().Format(time.RFC3339)
	return JSON{
		"id": d.ID, "node_id": "DE_x", "sha": d.SHA, "ref": d.Ref, "task": d.Task, "environment": d.Environment, "original_environment": d.Environment,
		"creator": g.User(d.Creator), "payload": JSON{}, "description": nil, "statuses_url": url + "/statuses", "repository_url": g.repo(), "url": url,
		"created_at": at, "updated_at": at, "transient_environment": false, "production_environment": d.Production, "performed_via_github_app": nil,
	}
}

func (g *GitHub) listStatuses(in *http.Request) Answer {
	for _, d := range g.Deployments {
		if strconv.FormatInt(d.ID, 10) != in.PathValue("deployment_id") {
			continue
		}
		all := []any{}
		for i, said := range slices.Backward(d.Said) {
			all = append(all, g.status(d, i, said))
		}
		return g.Page(in, all)
	}
	return NotFound()
}

func (g *GitHub) status(d *Deployment, i int, said Said) JSON {
	url := g.repo("/deployments/", strconv.FormatInt(d.ID, 10))
	at := said.At.UTC().Format(time.RFC3339)
	environment := said.Environment
	if environment == "" {
		environment = d.Environment
	}
	return JSON{
		"id": 10*d.ID + int64(i), "node_id": "DS_x", "state": said.State, "creator": g.User(d.Creator), "description": "", "environment": environment,
		"target_url": said.LogURL, "log_url": said.LogURL, "environment_url": said.EnvironmentURL, "deployment_url": url, "repository_url": g.repo(),
		"url": fmt.Sprintf("%s/statuses/%d", url, 10*d.ID+int64(i)), "created_at": at, "updated_at": at, "performed_via_github_app": nil,
	}
}
