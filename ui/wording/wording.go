// Package wording holds the sentences that the screens and plain mode share.
//
// Promise: a fact reads the same wherever a person meets it, so that what one
// says aloud from the screen the other finds in the lines.
//
// Rules it keeps:
//   - text from repositories and servers leaves here cleaned (ui/term), on one
//     line, and never styled;
//   - sentences say what is known and by whom; a guess says that it is one;
//   - no clock: moments come in as arguments.
package wording

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/term"
)

// Span says a duration in at most two units: "4 s", "31 min 12 s", "3 d 4 h".
// Below zero counts as zero, since clocks of different machines disagree.
func Span(d time.Duration) string {
	s := max(0, int64(d/time.Second))
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return two(s/60, "min", s%60, "s")
	case s < 24*3600:
		return two(s/3600, "h", s%3600/60, "min")
	default:
		return two(s/86400, "d", s%86400/3600, "h")
	}
}

// Took says how long something took, which is never "0 s".
func Took(d time.Duration) string {
	if d < time.Second {
		return "less than 1 s"
	}
	return Span(d)
}

func two(a int64, unitA string, b int64, unitB string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, unitA)
	}
	return fmt.Sprintf("%d %s %d %s", a, unitA, b, unitB)
}

// Ago says how long ago a moment was in one unit: "41 min ago". A zero moment
// is "at an unknown time", one in the future "just now".
func Ago(then, now time.Time) string {
	if then.IsZero() {
		return "at an unknown time"
	}
	s := int64(now.Sub(then) / time.Second)
	switch {
	case s < 1:
		return "just now"
	case s < 60:
		return fmt.Sprintf("%d s ago", s)
	case s < 3600:
		return fmt.Sprintf("%d min ago", s/60)
	case s < 48*3600:
		return fmt.Sprintf("%d h ago", s/3600)
	default:
		return fmt.Sprintf("%d d ago", s/86400)
	}
}

// Unsteady says how it stands with a production that is up and down.
func Unsteady(s health.State) string {
	down, of := s.Looks()
	return fmt.Sprintf("unsteady: down %d of the last %s", down, Count(of, "look"))
}

// Count says a number with its noun: "1 file", "3 files", "1,204 lines".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Number(n) + " " + noun + "s"
}

// Number groups the digits of a large number by thousands.
func Number(n int) string {
	if n < 0 {
		return "-" + Number(-n)
	}
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Subject is the cleaned subject of a commit of the snapshot, or a dash where
// the snapshot does not hold it.
func Subject(snap gitops.Snapshot, h gitops.Hash) string {
	c, ok := snap.CommitByHash(h)
	if !ok {
		return "—"
	}
	if s := term.Clean(c.Subject()); s != "" {
		return s
	}
	return "(no subject)"
}

// Quote puts cleaned text between quotation marks, as it is: a backslash before
// the quotes inside would stand in no commit, and nobody reads it aloud.
func Quote(s string) string { return `"` + s + `"` }

// Title says what a remedy is, as the head of a screen: the verb in capitals,
// what it acts on behind it.
func Title(snap gitops.Snapshot, r gitops.Remedy) (verb, object string) {
	verb = verbOf(r)
	switch r.Kind {
	case gitops.RestoreDeployment:
		return verb, term.Clean(r.Deployment) + ", its tree as a new commit"
	case gitops.RevertDeployment:
		object = "all of " + term.Clean(r.Deployment)
		if b, ok := snap.BatchByName(r.Deployment); ok && !b.Truncated {
			object += ", " + Count(len(b.Commits), "commit")
		}
		return verb, object
	}
	switch len(r.Commits) {
	case 0:
		object = "nothing"
	case 1:
		object = r.Commits[0].Short() + " " + Quote(Subject(snap, r.Commits[0]))
	default:
		names := make([]string, 0, 4)
		for i, h := range r.Commits {
			if i == 3 {
				names = append(names, "…")
				break
			}
			names = append(names, h.Short())
		}
		object = Count(len(r.Commits), "commit") + ": " + strings.Join(names, ", ")
	}
	if r.WithDependants {
		object += " + dependants"
	}
	if r.Mainline > 1 {
		object += fmt.Sprintf(", against parent %d", r.Mainline)
	}
	return verb, object
}

func verbOf(r gitops.Remedy) string {
	verb := "REVERT"
	if r.Kind == gitops.RestoreDeployment {
		verb = "RESTORE"
	}
	if len(r.LeaveOut) > 0 {
		verb = "PARTIALLY " + verb
	}
	return verb
}

// Release says what is known of production: "live" only where a source says
// so, "latest release" where there are only tags.
func Release(d gitops.Deployment) string {
	switch d.Status {
	case gitops.StatusLive:
		return "live"
	case gitops.StatusReleased:
		return "latest release"
	case gitops.StatusPending:
		return "on its way"
	case gitops.StatusFailed:
		return "failed"
	case gitops.StatusSuperseded:
		return "earlier"
	default:
		return "unknown"
	}
}

// Change says in words what happens to a file: "modified app/x.go, 4 lines added, 12 removed".
func Change(f gitops.FileChange) string {
	verb := map[gitops.ChangeStatus]string{
		gitops.Added: "added", gitops.Deleted: "deleted", gitops.Modified: "modified",
		gitops.Renamed: "renamed", gitops.TypeChanged: "type changed",
	}[f.Status]
	out := verb + " " + term.Clean(f.Path)
	if f.OldPath != "" && f.OldPath != f.Path {
		out = verb + " " + term.Clean(f.OldPath) + " to " + term.Clean(f.Path)
	}
	switch {
	case f.Binary:
		return out + ", binary"
	case f.OldMode == gitops.ModeSubmodule || f.NewMode == gitops.ModeSubmodule:
		return out + ", submodule"
	}
	return fmt.Sprintf("%s, %s added, %s removed", out, Count(f.Additions, "line"), Number(f.Deletions))
}

// Verdict says a plan's verdict in words, with its reason.
func Verdict(p gitops.Plan) string {
	switch p.Verdict {
	case gitops.VerdictClean:
		return "clean"
	case gitops.VerdictConflict:
		return "conflict in " + Count(len(p.Conflicts), "file")
	case gitops.VerdictEmpty:
		return "nothing to do"
	case gitops.VerdictRefused:
		return "refused"
	default:
		return "unknown"
	}
}

// Exactness says whether production goes back to something it ran before, or
// is empty where that is not known.
func Exactness(p gitops.Plan) string {
	if p.FromRelease == "" || p.Verdict != gitops.VerdictClean {
		return ""
	}
	name := term.Clean(p.FromRelease)
	if p.Remedy.Kind == gitops.RestoreDeployment {
		return "the whole tree is identical to " + name
	}
	return "reverted paths are identical to " + name
}

// ByGit says that the system git computed the plan, and why; empty where it did
// not.
func ByGit(p gitops.Plan) string {
	if p.ByGit == "" {
		return ""
	}
	return "git computed this plan: " + term.Clean(p.ByGit)
}

// TabStop is the distance of tab stops in quoted text and code.
const TabStop = 4

// Problem is an error with what to do about it, in one line.
func Problem(err error) string {
	var known *gitops.Error
	if errors.As(err, &known) && known.Hint != "" {
		return term.Clean(known.Error()) + " — " + term.Clean(known.Hint)
	}
	return term.Clean(err.Error())
}
