package wording

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"ahead/gitops"
	"ahead/ui/term"
)

// stillFresh is how old an answer may be while its source is asked anew: until
// then the rows do not change their look for every question.
const stillFresh = 5 * time.Minute

// Stale reports whether the rows of a source are an older answer's.
func Stale(s gitops.SourceState, now time.Time) bool {
	switch s.Condition {
	case gitops.SourceOld:
		return true
	case gitops.SourceAsking:
		return !s.AnsweredAt.IsZero() && now.Sub(s.AnsweredAt) > stillFresh
	default:
		return false
	}
}

// SourceCodes are sources in two letters, for a column. Where two of them begin alike, a
// later letter tells them apart: "argocd-eu" and "argocd-us" are ar and au.
func SourceCodes(states []gitops.SourceState) map[string]string {
	codes := make(map[string]string, len(states)+1)
	taken := map[string]bool{}
	for _, name := range append([]string{gitops.SourceTags}, namesOf(states)...) {
		if codes[name] != "" {
			continue
		}
		first := firstCode(name)
		codes[name] = first
		for _, other := range otherCodes(term.Clean(name)) {
			if !taken[codes[name]] {
				break
			}
			codes[name] = other
		}
		if taken[codes[name]] {
			codes[name] = first
		}
		taken[codes[name]] = true
	}
	return codes
}

func namesOf(states []gitops.SourceState) []string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = s.Name
	}
	return names
}

func firstCode(name string) string {
	switch name {
	case gitops.SourceGitHub:
		return "gh"
	case gitops.SourceGitLab:
		return "gl"
	case gitops.SourceNewRelic:
		return "nr"
	case gitops.SourceTags:
		return "tg"
	}
	return term.Pad(ansi.Truncate(term.Clean(name), 2, ""), 2)
}

// otherCodes are the first letter with each of the letters and digits behind the
// second one, the last ones first: names that begin alike end apart.
func otherCodes(name string) []string {
	var out []string
	runes := []rune(name)
	for i := len(runes) - 1; i > 1; i-- {
		if r := runes[i]; unicode.IsLetter(r) || unicode.IsDigit(r) {
			if code := string(runes[0]) + string(r); term.Width(code) == 2 {
				out = append(out, code)
			}
		}
	}
	return out
}

// Freshness is in a few words how fresh the rows of a source are. It counts no
// seconds, since it stands where nothing needs to move.
func Freshness(s gitops.SourceState, now time.Time) string {
	switch {
	case s.Condition == gitops.SourceIdle:
		return "not asked"
	case s.AnsweredAt.IsZero() && s.Condition == gitops.SourceAsking && s.Trouble == "":
		return "being asked"
	case s.AnsweredAt.IsZero():
		return "no answer"
	case Stale(s, now):
		return Ago(s.AnsweredAt, now) + ", old"
	case now.Sub(s.AnsweredAt) < time.Minute:
		return "just now"
	default:
		return Ago(s.AnsweredAt, now)
	}
}

// Source is a source as a sentence calls it, with what it was asked about:
// "github.com/acme/shop", "file (deploys.jsonl)".
func Source(s gitops.SourceState) string {
	name, place := term.Clean(s.Name), term.Clean(s.Place)
	switch {
	case place == "":
		return name
	case strings.HasPrefix(place, name):
		return place
	default:
		return name + " (" + place + ")"
	}
}

// sourceOf finds the state of a row's source.
func sourceOf(states []gitops.SourceState, name string) gitops.SourceState {
	for _, s := range states {
		if s.Name == name {
			return s
		}
	}
	return gitops.SourceState{Name: name}
}

// StaleRow reports whether a row stands on an older answer of its source.
func StaleRow(states []gitops.SourceState, d gitops.Deployment, now time.Time) bool {
	return Stale(sourceOf(states, d.Source), now)
}

// Until says about how far off a moment is: "in 40 s", "in 3 min". It counts no
// seconds down, since it stands where nothing needs to move.
func Until(then, now time.Time) string {
	s := int64((then.Sub(now) + time.Second - 1) / time.Second)
	switch {
	case s < 1:
		return "now"
	case s < 10:
		return "in a few seconds"
	case s < 100:
		return fmt.Sprintf("in %d s", (s+9)/10*10)
	case s < 2*3600:
		return fmt.Sprintf("in %d min", (s+59)/60)
	default:
		return fmt.Sprintf("in %d h", (s+3599)/3600)
	}
}

// SourceTrouble says what is wrong with a source, what stands of it all the
// same, and when it is asked again; empty where nothing is wrong.
func SourceTrouble(s gitops.SourceState, now time.Time) string {
	if s.Condition == gitops.SourceIdle {
		return join("; ", term.Clean(s.Name)+" is not asked"+because(s.Trouble), term.Clean(s.Hint))
	}
	if s.Trouble == "" {
		return ""
	}
	return join("; ", term.Clean(s.Name)+": "+term.Clean(s.Trouble), rowsOf(s, now), again(s, now), term.Clean(s.Hint))
}

// SourceState says how a source stands, in one sentence, whatever that is.
func SourceState(s gitops.SourceState, now time.Time) string {
	if text := SourceTrouble(s, now); text != "" {
		return text
	}
	who := Source(s)
	switch {
	case s.Condition == gitops.SourceFailed:
		return join("; ", who+" did not answer", again(s, now))
	case s.Condition == gitops.SourceAsking && s.AnsweredAt.IsZero():
		return who + " is being asked"
	case Stale(s, now):
		return who + ": not asked now; " + rowsOf(s, now)
	default:
		return who + ": " + Count(s.Rows, "row") + ", told " + Ago(s.AnsweredAt, now)
	}
}

func because(trouble string) string {
	if trouble == "" {
		return ""
	}
	return ": " + term.Clean(trouble)
}

// rowsOf says how old the rows are that stand in spite of all.
func rowsOf(s gitops.SourceState, now time.Time) string {
	switch {
	case s.AnsweredAt.IsZero():
		return ""
	case s.Rows == 1:
		return "its row is of " + Ago(s.AnsweredAt, now)
	default:
		return "its " + Count(s.Rows, "row") + " are of " + Ago(s.AnsweredAt, now)
	}
}

func again(s gitops.SourceState, now time.Time) string {
	switch {
	case s.Condition == gitops.SourceAsking:
		return "asked again now"
	case s.RetryAt.IsZero():
		return ""
	default:
		return "asked again " + Until(s.RetryAt, now)
	}
}

func join(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

// StatusWord is a status as a row and a sentence call it; a tag proves no more
// than that it was made.
func StatusWord(s gitops.Status) string {
	switch s {
	case gitops.StatusLive:
		return "live"
	case gitops.StatusReleased:
		return "tag"
	case gitops.StatusPending:
		return "pending"
	case gitops.StatusSuperseded:
		return "was live"
	case gitops.StatusFailed:
		return "failed"
	default:
		return "unknown"
	}
}

// Says is who says what of a row, and when they told it, the longest form first:
// "github.com/acme/shop says live, 20 s ago; argocd says failed, 3 min ago".
func Says(d gitops.Deployment, sides []gitops.Deployment, states []gitops.SourceState, now time.Time) []string {
	if len(sides) == 0 {
		if d.Source == gitops.SourceTags {
			return []string{"told by its tag alone: a release, not a deployment", "told by its tag alone"}
		}
		sides = []gitops.Deployment{d}
	}
	var long, short, bare []string
	for _, c := range sides {
		s := sourceOf(states, c.Source)
		says, when := " "+saying(c.Status), ""
		if !s.AnsweredAt.IsZero() {
			when = ", " + Ago(s.AnsweredAt, now)
		}
		if Stale(s, now) {
			when += " (old)"
		}
		long = append(long, Source(s)+says+when)
		short = append(short, term.Clean(s.Name)+says+when)
		bare = append(bare, term.Clean(s.Name)+says)
	}
	return []string{strings.Join(long, "; "), strings.Join(short, "; "), strings.Join(bare, "; ")}
}

func saying(s gitops.Status) string {
	switch s {
	case gitops.StatusPending:
		return "says on its way"
	case gitops.StatusSuperseded:
		return "says replaced"
	case gitops.StatusLive, gitops.StatusFailed, gitops.StatusReleased:
		return "says " + string(s)
	default:
		return "does not say how it went"
	}
}
