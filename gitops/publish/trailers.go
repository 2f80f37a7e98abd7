package publish

import (
	"context"
	"fmt"
	"os"
	"strings"

	"ahead/gitops"
)

// incidentTrailer and signOffTrailer are the trailers that are ours to add.
const (
	incidentTrailer = "Incident"
	signOffTrailer  = "Signed-off-by"
)

// trailers brings a message's trailers into the form that this repository is
// configured for (trailer.*, git-interpret-trailers(1)): the incident that the
// plan wrote, and the sign-off where git is set up for it.
func (g *Git) trailers(ctx context.Context, message string, plan gitops.Plan, h habits) (string, error) {
	settings, err := g.trailerSettings(ctx)
	if err != nil {
		return "", err
	}
	if without, incident := takeIncident(message, plan.Remedy.Incident); incident != "" && len(settings) > 0 {
		if message, err = g.addTrailer(ctx, without, incidentTrailer+": "+incident, settings); err != nil {
			return "", err
		}
	}
	if !h.signOff {
		return message, nil
	}
	// Whoever signed off is named once, wherever that stands. The person's own
	// settings come later and have the last word.
	settings = append([]setting{{"trailer.ifexists", "addIfDifferent"}}, settings...)
	return g.addTrailer(ctx, message, signOffTrailer+": "+h.committer, settings)
}

// takeIncident cuts the line that a plan wrote for its incident off the end of
// a message; a person's own message need not have one.
func takeIncident(message, incident string) (without, value string) {
	value = strings.Join(strings.Fields(incident), " ")
	body, found := strings.CutSuffix(message, "\n"+incidentTrailer+": "+value+"\n")
	if value == "" || !found {
		return message, ""
	}
	return strings.TrimRight(body, "\n") + "\n", value
}

// addTrailer lets git add one trailer. It runs outside the repository with
// nothing but the settings that are given: commands of trailers that nobody
// asked for (trailer.<other>.command) are run by every git interpret-trailers,
// and git commit runs none of them either.
func (g *Git) addTrailer(ctx context.Context, message, trailer string, settings []setting) (string, error) {
	out, err := g.run(ctx, call{
		args:  []string{"interpret-trailers", "--no-divider", "--trailer", trailer},
		stdin: []byte(message), settings: settings,
		env: []string{"GIT_DIR=" + os.DevNull, "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1"},
	})
	if err != nil {
		return "", fmt.Errorf("add the trailer %q: %w", trailer, err)
	}
	return string(out.stdout), nil
}

// trailerSettings reads what the configuration says of all trailers and of
// ours. A trailer's section may have any name; what it is for its key says.
func (g *Git) trailerSettings(ctx context.Context) ([]setting, error) {
	all, err := g.settings(ctx, `^(trailer\..*|core\.commentchar|core\.commentstring)$`)
	if err != nil {
		return nil, err
	}
	ours := map[string]bool{}
	for _, s := range all {
		if section, isKey := strings.CutSuffix(s.key, ".key"); isKey && ownKey(s.value) {
			ours[section] = true
		}
	}
	var settings []setting
	found := false
	for _, s := range all {
		dot := strings.LastIndex(s.key, ".")
		section, name := s.key[:dot], s.key[dot+1:]
		general := section == "trailer" || section == "core"
		token, _ := strings.CutPrefix(section, "trailer.")
		if name == "command" || name == "cmd" || !general && !ours[section] && !ownKey(token) {
			continue
		}
		settings = append(settings, s)
		found = found || section != "core"
	}
	if !found {
		return nil, nil
	}
	return settings, nil
}

// ownKey tells the keys of our trailers; "Incident-Id: " and "incident #" are
// spellings of the first.
func ownKey(key string) bool {
	key = strings.ToLower(strings.TrimSpace(key))
	return strings.HasPrefix(key, strings.ToLower(incidentTrailer)) || strings.HasPrefix(key, strings.ToLower(signOffTrailer))
}

// settings reads the values of all keys that match an extended regular
// expression, in git's order. Keys are in lower case but for subsections.
func (g *Git) settings(ctx context.Context, keys string) ([]setting, error) {
	out, err := g.run(ctx, call{args: []string{"config", "-z", "--get-regexp", keys}})
	if err != nil && exitOf(err) != 1 {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	var settings []setting
	for _, row := range strings.Split(string(out.stdout), "\x00") {
		key, value, hasValue := strings.Cut(row, "\n")
		if key == "" {
			continue
		}
		if !hasValue {
			value = "true"
		}
		settings = append(settings, setting{key, value})
	}
	return settings, nil
}

// cleanMessage is what git commit makes of a message that nobody edited
// (git-commit(1), --cleanup): trailing blanks and surplus empty lines go, line
// endings become git's, comments stay, since nobody was shown one to delete.
// commit.cleanup=verbatim leaves it alone. Bytes that are no UTF-8 become what
// git makes of them, characters of Latin-1.
func (g *Git) cleanMessage(ctx context.Context, message string) (string, error) {
	message = gitops.AsUTF8(message)
	how, err := g.text(ctx, "config", "--get", "commit.cleanup")
	if err != nil && exitOf(err) != 1 {
		return "", fmt.Errorf("read commit.cleanup: %w", err)
	}
	if how == "verbatim" {
		return wholeLine(message), nil
	}
	out, err := g.run(ctx, call{args: []string{"stripspace"}, stdin: []byte(message)})
	if err != nil {
		return "", fmt.Errorf("clean the message: %w", err)
	}
	return string(out.stdout), nil
}
