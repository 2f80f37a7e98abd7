package argocd

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy/told"
)

// origin is where an application is deployed from. Ref is set for one that only
// holds values for another's chart.
type origin struct {
	RepoURL string `json:"repoURL"`
	Path    string `json:"path"`
	Chart   string `json:"chart"`
	Ref     string `json:"ref"`
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
	switch {
	case len(i.Username) > told.NameLimit:
		return ""
	case i.Username == "" && i.Automated:
		return "automatic sync"
	}
	return i.Username
}

// operation is what Argo CD does, or did last.
type operation struct {
	Phase      string    `json:"phase"`
	StartedAt  time.Time `json:"startedAt"`
	FinishedAt time.Time `json:"finishedAt"`
	Operation  struct {
		InitiatedBy initiator `json:"initiatedBy"`
		Sync        struct {
			DryRun    bool `json:"dryRun"`
			Resources []struct {
				Kind string `json:"kind"`
			} `json:"resources"`
		} `json:"sync"`
	} `json:"operation"`
	Result *sync `json:"syncResult"`
}

// hydrated is a commit of manifests with the one that they were made of.
type hydrated struct {
	Dry string `json:"drySHA"`
	Wet string `json:"hydratedSHA"`
}

type application struct {
	Metadata struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	Spec struct {
		Hydrator *struct {
			Dry origin `json:"drySource"`
		} `json:"sourceHydrator"`
	} `json:"spec"`
	Status struct {
		History   []sync     `json:"history"`
		Operation *operation `json:"operationState"`
		Summary   struct {
			Images []string `json:"images"`
		} `json:"summary"`
		Hydrator struct {
			Current hydrated `json:"currentOperation"`
			Last    hydrated `json:"lastSuccessfulOperation"`
		} `json:"sourceHydrator"`
	} `json:"status"`
}

// rows reads an application.
func (s *Source) rows(app application) ([]gitops.Deployment, error) {
	history := app.Status.History
	slices.SortStableFunc(history, func(a, b sync) int { return cmp.Compare(b.ID, a.ID) })
	last, fresh := s.operation(app, history)
	if len(history) == 0 && fresh && app.Status.Operation.Phase == "Succeeded" {
		history = []sync{last}
	}
	rows := make([]gitops.Deployment, 0, len(history)+1)
	for i, h := range history {
		status := gitops.StatusSuperseded
		if i == 0 {
			status = gitops.StatusLive
		}
		if d := s.row(h, status); s.revision(app, h, &d) {
			rows = append(rows, d)
		}
	}
	if len(rows) == 0 && len(history) > 0 {
		return s.byImage(app, history[0])
	}
	status, known := map[string]gitops.Status{
		"Running": gitops.StatusPending, "Terminating": gitops.StatusFailed, "Failed": gitops.StatusFailed, "Error": gitops.StatusFailed,
	}[phase(app)]
	d := s.row(last, status)
	d.ID = ""
	// What runs already is brought by no operation, and one that ended before it
	// knew its commit is of none.
	if known && fresh && s.revision(app, last, &d) && !d.Commit.IsZero() && (len(rows) == 0 || rows[0].Commit != d.Commit) {
		rows = slices.Insert(rows, 0, d)
	}
	return rows, nil
}

func phase(app application) string {
	if app.Status.Operation == nil {
		return ""
	}
	return app.Status.Operation.Phase
}

// operation is the newest operation as a sync, where it is a whole one and began
// after what the history has: a rehearsal and a sync of some resources bring no
// commit to production.
func (s *Source) operation(app application, history []sync) (sync, bool) {
	o := app.Status.Operation
	if o == nil || o.Result == nil || o.Operation.Sync.DryRun || len(o.Operation.Sync.Resources) > 0 {
		return sync{}, false
	}
	if len(history) > 0 && !o.StartedAt.After(history[0].DeployedAt) {
		return sync{}, false
	}
	h := *o.Result
	h.StartedAt, h.DeployedAt, h.InitiatedBy = o.StartedAt, o.FinishedAt, o.Operation.InitiatedBy
	return h, true
}

func (s *Source) row(h sync, status gitops.Status) gitops.Deployment {
	page := "/applications/"
	if s.opts.Namespace != "" {
		page += url.PathEscape(s.opts.Namespace) + "/"
	}
	d := gitops.Deployment{
		Source: s.opts.Label, ID: strconv.FormatInt(h.ID, 10), Environment: s.opts.Environment, Status: status,
		StartedAt: s.believed(h.StartedAt), FinishedAt: s.believed(h.DeployedAt), Actor: h.InitiatedBy.name(),
		URL: s.client.Page(page + url.PathEscape(s.opts.Application)),
	}
	if status == gitops.StatusPending {
		d.FinishedAt = time.Time{}
	}
	return d
}

// believed gives a moment that may be; one that cannot be would sort before all
// others.
func (s *Source) believed(t time.Time) time.Time {
	if t.Year() < 2000 || t.After(s.opts.Now().Add(24*time.Hour)) {
		return time.Time{}
	}
	return t.UTC()
}

// revision finds this repository's revision in a sync.
func (s *Source) revision(app application, h sync, d *gitops.Deployment) bool {
	if app.Spec.Hydrator != nil {
		if !s.ours(app.Spec.Hydrator.Dry) {
			return false
		}
		for _, made := range []hydrated{app.Status.Hydrator.Last, app.Status.Hydrator.Current} {
			if made.Wet != "" && made.Wet == h.Revision {
				return set(made.Dry, d)
			}
		}
		return false
	}
	if len(h.Sources) == 0 {
		return s.ours(h.Source) && set(h.Revision, d)
	}
	// Manifests come before what only holds values for a chart.
	for _, values := range []bool{false, true} {
		for i, o := range h.Sources {
			onlyValues := o.Ref != "" && o.Path == ""
			if i < len(h.Revisions) && onlyValues == values && s.ours(o) && set(h.Revisions[i], d) {
				return true
			}
		}
	}
	return false
}

// ours: a chart has a version and no commit, whatever repository it is in.
func (s *Source) ours(o origin) bool {
	return o.Chart == "" && !strings.HasPrefix(o.RepoURL, "oci://") && (s.opts.Ours == nil || s.opts.Ours(o.RepoURL))
}

func set(revision string, d *gitops.Deployment) bool {
	if len(revision) > told.NameLimit {
		return false
	}
	if h, err := gitops.ParseHash(revision); err == nil {
		d.Commit = h
		return !h.IsZero()
	}
	d.Ref = revision
	return revision != ""
}

// byImage tells what runs by the tag of this repository's image: the only one, or
// the one of its name.
func (s *Source) byImage(app application, newest sync) ([]gitops.Deployment, error) {
	images := app.Status.Summary.Images
	if len(images) > 1 {
		images = slices.DeleteFunc(slices.Clone(images), func(i string) bool { return !strings.EqualFold(imageName(i), s.opts.Name) })
	}
	var tags []string
	for _, image := range images {
		if tag := imageTag(image); !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	d := s.row(newest, gitops.StatusLive)
	if len(tags) == 1 && set(tags[0], &d) {
		return []gitops.Deployment{d}, nil
	}
	from := newest.Source.RepoURL
	if len(newest.Sources) > 0 {
		from = newest.Sources[0].RepoURL
	}
	what := fmt.Sprintf("%s is deployed from %s, not from this repository", s.opts.Application, clean(from))
	if app.Spec.Hydrator != nil && s.ours(app.Spec.Hydrator.Dry) {
		what = s.opts.Application + " is deployed from manifests that Argo CD made, and it does not know of which commit any more"
	}
	return nil, &gitops.Error{
		Code: gitops.CodeForge, What: what + ", and no image tells which commit runs",
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
