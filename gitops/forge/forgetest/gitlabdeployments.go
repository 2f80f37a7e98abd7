package forgetest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Deploy adds a deployment of sha by a job, with the next number.
func (g *GitLab) Deploy(environment, ref, sha, status string, at time.Time) *Deployment {
	d := &Deployment{
		ID: int64(1000 + len(g.Deployments)), SHA: sha, Ref: ref, Environment: environment, Creator: "ada", Created: at, Status: status, Job: true,
	}
	g.Deployments = append(g.Deployments, d)
	return d
}

// listDeployments does as GitLab's DeploymentsFinder: the oldest first unless
// asked otherwise, and an unknown status is refused.
func (g *GitLab) listDeployments(in *http.Request) Answer {
	q := in.URL.Query()
	switch q.Get("order_by") {
	case "", "id", "iid", "created_at": // all the same to it
	case "finished_at":
		return Answer{Status: http.StatusBadRequest, Body: JSON{"message": "400 Bad request - `finished_at` filter and `finished_at` sorting must be paired"}}
	default:
		return Answer{Status: http.StatusBadRequest, Body: JSON{"error": "order_by does not have a valid value"}}
	}
	if s := q.Get("status"); s != "" && !slices.Contains([]string{"created", "running", "success", "failed", "canceled", "skipped", "blocked"}, s) {
		return Answer{Status: http.StatusBadRequest, Body: JSON{"message": "400 Bad request - The deployment status " + s + " is invalid"}}
	}
	chosen := slices.DeleteFunc(slices.Clone(g.Deployments), func(d *Deployment) bool {
		return other(q.Get("environment"), d.Environment) || other(q.Get("status"), d.Status)
	})
	slices.SortStableFunc(chosen, func(a, b *Deployment) int { return cmp.Compare(a.ID, b.ID) })
	if q.Get("sort") == "desc" {
		slices.Reverse(chosen)
	}
	all := []any{}
	for _, d := range chosen {
		all = append(all, g.deployment(d))
	}
	return g.Page(in, all)
}

func (g *GitLab) deployment(d *Deployment) JSON {
	const stamp = "2006-01-02T15:04:05.000Z07:00"
	at := d.Created.UTC().Format(stamp)
	user := JSON{"id": 7, "username": d.Creator, "name": "Ada Lovelace", "state": "active", "web_url": g.root() + "/" + d.Creator}
	out := JSON{
		"id": d.ID, "iid": d.ID - 999, "ref": d.Ref, "sha": d.SHA, "created_at": at, "updated_at": at, "status": d.Status, "user": user, "deployable": nil,
		"environment": JSON{"id": 9, "name": d.Environment, "slug": d.Environment, "external_url": "https://shop.example.com", "created_at": at, "updated_at": at},
	}
	if !d.Job {
		return out
	}
	page := fmt.Sprintf("%s/%s/-/", g.root(), g.Path)
	job := JSON{
		"id": 5 * d.ID, "status": d.Status, "stage": "deploy", "name": "deploy", "ref": d.Ref, "tag": d.Tag, "coverage": nil, "created_at": at,
		"started_at": at, "finished_at": nil, "duration": nil, "user": user, "runner": nil, "web_url": fmt.Sprintf("%sjobs/%d", page, 5*d.ID),
		"commit":   JSON{"id": d.SHA, "short_id": d.SHA[:min(len(d.SHA), 8)], "title": "x", "author_name": "Ada Lovelace"},
		"pipeline": JSON{"id": d.ID, "sha": d.SHA, "ref": d.Ref, "status": d.Status, "web_url": fmt.Sprintf("%spipelines/%d", page, d.ID)},
	}
	if !d.Finished.IsZero() {
		job["finished_at"] = d.Finished.UTC().Format(stamp)
	}
	out["deployable"] = job
	return out
}
