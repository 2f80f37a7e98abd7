package wording

import (
	"time"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/term"
)

// Watch is what the deployment sources say of a release so far.
type Watch struct {
	// Since is the moment of confirmation: a person has waited since then.
	Since time.Time
	// Sources are those that may tell, as they stand; Began is when the trouble
	// began by a person's word, zero where nobody said.
	Sources []gitops.SourceState
	Began   time.Time
	asked   bool
	// tagsOnly says that no source but the tags answered: then nobody tells
	// when the release is live.
	tagsOnly bool
	err      error
	found    gitops.Deployment
	seen     bool
	// after is how long it took to be live, liveBy when it was seen to be.
	after  time.Duration
	liveBy time.Time
}

// Next takes a fresh answer of the sources. What was seen live stays live here,
// even when a source forgets.
func (w Watch) Next(list []gitops.Deployment, err error, r gitops.Receipt, now time.Time) Watch {
	if w.Live() {
		return w
	}
	w.asked, w.err = true, err
	if err != nil {
		return w
	}
	w.tagsOnly = !w.mayTell()
	for _, d := range list {
		if d.Source != gitops.SourceTags {
			w.tagsOnly = false
		}
	}
	for _, d := range list {
		if !ours(d, r) || d.Source == gitops.SourceTags && !w.tagsOnly {
			continue
		}
		w.found, w.seen = d, true
		if w.Live() {
			w.after, w.liveBy = now.Sub(w.Since), now
			// The source knows better than the poll, unless its clock says it
			// was live before it was pushed.
			if at := d.At(); at.After(w.Since) && at.Before(now) {
				w.after = at.Sub(w.Since)
			}
			return w
		}
	}
	return w
}

// mayTell reports whether a source is there that could tell, whether or not it
// has answered yet.
func (w Watch) mayTell() bool {
	for _, s := range w.Sources {
		if s.Name != gitops.SourceTags && s.Condition != gitops.SourceIdle {
			return true
		}
	}
	return false
}

// Found is what was seen of the release.
func (w Watch) Found() gitops.Deployment { return w.found }

// deaf says which source cannot tell now; empty where all can.
func (w Watch) deaf(now time.Time) string {
	for _, s := range w.Sources {
		if text := SourceTrouble(s, now); text != "" && s.Condition != gitops.SourceIdle {
			return "; " + text
		}
	}
	return ""
}

func (w Watch) recovery() string {
	if w.Began.IsZero() || !w.Began.Before(w.Since) {
		return ""
	}
	return ", " + Span(w.Since.Sub(w.Began)+w.after) + " after the trouble began"
}

func ours(d gitops.Deployment, r gitops.Receipt) bool {
	if !r.Commit.IsZero() && d.Commit == r.Commit {
		return true
	}
	return d.Commit.IsZero() && r.Tag.Name != "" && d.Tag == r.Tag.Name
}

// Live reports whether a source says that the release is live.
func (w Watch) Live() bool { return w.seen && w.found.Status == gitops.StatusLive }

// InVain reports whether production was asked after the release was seen live,
// and is down all the same.
func (w Watch) InVain(s health.State) bool {
	return w.Live() && s.Trouble() && !s.LastSample.Up && s.LastSample.At.After(w.liveBy)
}

// Settled reports whether asking again can teach nothing more.
func (w Watch) Settled() bool {
	return w.Live() || w.asked && w.err == nil && w.tagsOnly
}

// Say gives the state of the release called name, and a sentence.
func (w Watch) Say(name string, now time.Time) (gitops.StepState, string) {
	waited := Span(now.Sub(w.Since)) + " since you confirmed"
	source := term.Clean(w.found.Source)
	switch {
	case w.Live():
		return gitops.StepDone, name + " live after " + Span(w.after) + ", says " + source + w.recovery()
	case w.err != nil:
		return gitops.StepUnknown, "the deployment sources do not answer, " + waited + ": " + term.Clean(w.err.Error())
	case w.asked && w.tagsOnly:
		return gitops.StepUnknown, name + " released; no deployment source tells when it is live"
	case w.seen && w.found.Status == gitops.StatusFailed:
		return gitops.StepFailed, "the deployment of " + name + " failed, says " + source
	case w.seen && w.found.Status == gitops.StatusSuperseded:
		return gitops.StepUnknown, name + " was replaced by another deployment, says " + source
	case w.seen && w.found.Status == gitops.StatusPending:
		return gitops.StepRunning, name + " is on its way, " + waited + ", says " + source + w.deaf(now)
	default:
		return gitops.StepRunning, name + " not deployed yet, " + waited + w.deaf(now)
	}
}

// InVain says what follows from a release that is live while production is still
// down: what it reverted is not what there is to find. It is true of one that
// brings a change back, too, but there nobody hoped for more.
func InVain(name string, snap gitops.Snapshot, p gitops.Plan) string {
	still := name + " is live, and production is still down: "
	if Reapplies(snap, p) {
		return still + "bringing the change back did not mend it"
	}
	return still + "what it took out was not the cause, or not all of it"
}
