package outcome

import (
	"time"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// watch is what the deployment sources say of the release so far.
type watch struct {
	// since is the moment from which the wait is counted.
	since time.Time
	asked bool
	// tagsOnly says that no source but the tags answered: then nobody tells
	// when the release is live.
	tagsOnly bool
	err      error
	found    gitops.Deployment
	seen     bool
	// after is how long it took to be live.
	after time.Duration
}

// next takes a fresh answer. What was seen live stays live here, even when a
// source forgets.
func (w watch) next(msg DeploymentsSeen, r gitops.Receipt, now time.Time) watch {
	if w.live() {
		return w
	}
	w.asked, w.err = true, msg.Err
	if msg.Err != nil {
		return w
	}
	w.tagsOnly = true
	for _, d := range msg.Deployments {
		if d.Source != gitops.SourceTags {
			w.tagsOnly = false
		}
	}
	for _, d := range msg.Deployments {
		if !ours(d, r) || d.Source == gitops.SourceTags && !w.tagsOnly {
			continue
		}
		w.found, w.seen = d, true
		if w.live() {
			w.after = now.Sub(w.since)
			// The source knows better than the poll, unless its clock says it
			// was live before it was pushed.
			if at := d.At(); at.After(w.since) && at.Before(now) {
				w.after = at.Sub(w.since)
			}
			return w
		}
	}
	return w
}

func ours(d gitops.Deployment, r gitops.Receipt) bool {
	if !r.Commit.IsZero() && d.Commit == r.Commit {
		return true
	}
	return d.Commit.IsZero() && r.Tag.Name != "" && d.Tag == r.Tag.Name
}

func (w watch) live() bool { return w.seen && w.found.Status == gitops.StatusLive }

// settled reports whether asking again can teach nothing more.
func (w watch) settled() bool {
	return w.live() || w.asked && w.err == nil && w.tagsOnly
}

// say gives the row: its state, and a sentence.
func (w watch) say(name string, now time.Time) (gitops.StepState, string) {
	waited := wording.Span(now.Sub(w.since))
	source := term.Clean(w.found.Source)
	switch {
	case w.live():
		return gitops.StepDone, name + " live after " + wording.Span(w.after) + ", says " + source
	case w.err != nil:
		return gitops.StepUnknown, "the deployment sources do not answer, " + waited + ": " + term.Clean(w.err.Error())
	case w.asked && w.tagsOnly:
		return gitops.StepUnknown, name + " released; no deployment source tells when it is live"
	case w.seen && w.found.Status == gitops.StatusFailed:
		return gitops.StepFailed, "the deployment of " + name + " failed, says " + source
	case w.seen && w.found.Status == gitops.StatusSuperseded:
		return gitops.StepUnknown, name + " was replaced by another deployment, says " + source
	case w.seen && w.found.Status == gitops.StatusPending:
		return gitops.StepRunning, name + " is on its way, " + waited + ", says " + source
	default:
		return gitops.StepRunning, name + " not deployed yet, " + waited
	}
}
