package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/argocd"
	"ahead/gitops/deploy/events"
	"ahead/gitops/deploy/feed"
	hubsource "ahead/gitops/deploy/github"
	labsource "ahead/gitops/deploy/gitlab"
	"ahead/gitops/deploy/newrelic"
	"ahead/gitops/forge"
	"ahead/gitops/publish"
)

// SourceSetting is one source of deployments as the person's own settings
// describe it. A command in it is run and a server in it gets a token, so it may
// come from nowhere else.
type SourceSetting struct {
	// Name is what its rows carry, Kind one of the names of sources in gitops;
	// empty where Name is one.
	Name, Kind string
	// Off leaves out a source that would be found.
	Off bool
	// Repositories are the remotes that it is for, such as "github.com/acme/*";
	// none means all.
	Repositories []string
	// Environment is that of rows which name none; of a forge and of Argo CD it is
	// the one that is asked for.
	Environment string
	// Path is a file; Command a program with its arguments, Timeout how long it may
	// run, 0 for the usual time.
	Path    string
	Command []string
	Timeout time.Duration
	// Server is the host of Argo CD, Application one of its applications and
	// Namespace where that is.
	Server, Application, Namespace string
	// Account is New Relic's account, Entity the GUID of the service in it, Region
	// us, eu, jp or gov.
	Account, Entity, Region string
	// Task is the task of GitHub's deployments.
	Task string
	// Address is that of the repository on its forge, host/path or as git spells it, where that is not what
	// the remote's own address says.
	Address string
	// Fault is what is wrong with the table that describes it, Mend what to do:
	// such a source is not asked, and its line says so.
	Fault, Mend string
}

// kind is what the source is.
func (s SourceSetting) kind() string { return cmp.Or(s.Kind, s.Name) }

// beliefs are the kinds of sources, those first that stand nearest to what runs.
var beliefs = []string{
	gitops.SourceArgo, gitops.SourceCommand, gitops.SourceFile, gitops.SourceGitHub, gitops.SourceGitLab, gitops.SourceNewRelic,
}

// KnownSource reports whether there is such a kind of source.
func KnownSource(kind string) bool { return slices.Contains(beliefs, kind) }

// findSources gives the sources of this repository: those handed in, those that
// the settings describe, and the forge that the remote lies on. It may ask git's
// credential helpers, and is no part of a look.
func (d *Desk) findSources(ctx context.Context) feed.Found {
	found := feed.Found{Sources: slices.Clone(d.opts.Sources)}
	place, git, located := d.forgePlace(ctx)
	settings := d.settingsFor(place, located)
	for _, s := range settings {
		var source deploy.Source
		var err error
		switch kind := s.kind(); {
		case s.Fault != "":
			err = s.fault()
		case kind == gitops.SourceGitHub, kind == gitops.SourceGitLab:
			source, err = d.forgeSource(ctx, git, place, s)
		default:
			source, err = d.settingSource(s, place)
		}
		switch {
		case err != nil:
			found.Idle = append(found.Idle, idle(s, err))
		case source != nil:
			found.Sources = append(found.Sources, source)
		}
	}
	return found
}

// settingsFor are the sources to ask about a place, those first that are believed
// first: what the settings say, and its forge where they do not speak of that.
func (d *Desk) settingsFor(place forge.Place, located bool) []SourceSetting {
	var all []SourceSetting
	for _, s := range d.opts.SourceSettings {
		if d.isFor(s, place) {
			all = append(all, s)
		}
	}
	if located && hasSource(place) && !slices.ContainsFunc(all, func(s SourceSetting) bool { return s.kind() == string(place.Kind) }) {
		all = append(all, SourceSetting{Name: string(place.Kind)})
	}
	all = slices.DeleteFunc(all, func(s SourceSetting) bool { return s.Fault == "" && (s.Off || s.ofOther(place)) })
	slices.SortStableFunc(all, func(a, b SourceSetting) int {
		return slices.Index(beliefs, a.kind()) - slices.Index(beliefs, b.kind())
	})
	return all
}

// ofOther reports whether it is a forge's and says no address, where the place is
// on none of that kind.
func (s SourceSetting) ofOther(place forge.Place) bool {
	kind := forge.Kind(s.kind())
	return (kind == forge.KindGitHub || kind == forge.KindGitLab) && s.Address == "" && kind != place.Kind
}

// hasSource reports whether the forge is of a kind that tells of deployments.
func hasSource(place forge.Place) bool {
	return place.Kind == forge.KindGitHub || place.Kind == forge.KindGitLab
}

// faults are the tables of the settings that are not understood. Without a
// network nobody looks for sources, and they are said all the same.
func (d *Desk) faults() []gitops.SourceState {
	place, located := forge.Locate(d.remoteURL(), d.opts.Forges)
	var bad []gitops.SourceState
	for _, s := range d.settingsFor(place, located) {
		if s.Fault != "" {
			bad = append(bad, idle(s, s.fault()))
		}
	}
	return bad
}

func (s SourceSetting) fault() error {
	return &gitops.Error{Code: gitops.CodeUsage, What: s.Fault, Hint: s.Mend}
}

func idle(s SourceSetting, err error) gitops.SourceState {
	state := gitops.SourceState{Name: cmp.Or(s.Name, s.Kind), Condition: gitops.SourceIdle, Trouble: err.Error()}
	var said *gitops.Error
	if errors.As(err, &said) {
		state.Trouble, state.Hint = said.Error(), said.Hint
	}
	return state
}

// isFor reports whether a source is for the repository at hand. Patterns are
// held against host/path of the remote; * stands for anything but a slash.
func (d *Desk) isFor(s SourceSetting, place forge.Place) bool {
	if len(s.Repositories) == 0 {
		return true
	}
	for _, pattern := range s.Repositories {
		for _, name := range []string{place.String(), d.remoteURL()} {
			if ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(name)); ok && err == nil {
				return true
			}
		}
	}
	return false
}

// forgePlace finds the forge that a push goes to, as server does, or the one that
// is fetched from where that is none to ask; without git, from the remote's
// address alone.
func (d *Desk) forgePlace(ctx context.Context) (forge.Place, *publish.Git, bool) {
	if d.remote == "" {
		return forge.Place{}, nil, false
	}
	git, err := d.system()
	if err != nil {
		place, ok := forge.Locate(d.remoteURL(), d.opts.Forges)
		return place, nil, ok
	}
	locate := func(address string) (forge.Place, bool) {
		place, ok := forge.Locate(address, d.opts.Forges)
		if !ok {
			return forge.Place{}, false
		}
		return place.Through(git.SSHHost(ctx, address), d.opts.Forges), true
	}
	var place forge.Place
	located := false
	// Pushed to several addresses it is to none in particular.
	if address, err := git.PushURL(ctx, d.remote); err == nil {
		place, located = locate(address)
	}
	if !located || !hasSource(place) {
		if fetched, ok := locate(d.remoteURL()); ok && (!located || hasSource(fetched)) {
			place, located = fetched, true
		}
	}
	return place, git, located
}

// forgeSource makes the source of a forge. Without a token it asks as a
// stranger, as long as it does not have to do so in the clear.
func (d *Desk) forgeSource(ctx context.Context, git *publish.Git, place forge.Place, s SourceSetting) (deploy.Source, error) {
	if s.Address != "" {
		var ok bool
		if place, ok = forge.Locate(s.Address, d.opts.Forges); !ok {
			place, ok = forge.Locate("https://"+s.Address, d.opts.Forges)
		}
		if !ok || string(place.Kind) != s.kind() {
			return nil, wants(s, fmt.Sprintf("the address %q names no repository on a server that is known to be %s", s.Address, forge.Kind(s.kind()).Title()),
				`address = "`+s.kind()+`.com/OWNER/NAME"`)
		}
	}
	if place.Plain {
		return nil, &gitops.Error{
			Code: gitops.CodeForge, What: place.String() + " is reached over http, which protects nothing",
			Hint: "give the remote an https or ssh address",
		}
	}
	token := forge.TokenFromEnvironment(place, d.opts.Forges, d.opts.Getenv)
	if token.IsZero() && git != nil {
		var err error
		if token, err = d.token(ctx, git, place); err != nil {
			return nil, fmt.Errorf("look for the token of %s: %w", place.Host, err)
		}
	}
	switch place.Kind {
	case forge.KindGitHub:
		return hubsource.New(place, token, hubsource.Options{
			Label: cmp.Or(s.Name, s.Kind), Environment: s.Environment, Task: s.Task, First: d.opts.Environment,
			Tag: d.tagCommit, Transport: d.opts.ForgeTransport, Now: d.opts.Now,
		})
	case forge.KindGitLab:
		return labsource.New(place, token, labsource.Options{
			Label: cmp.Or(s.Name, s.Kind), Environment: s.Environment, First: d.opts.Environment,
			Tag: d.tagCommit, Transport: d.opts.ForgeTransport, Now: d.opts.Now,
		})
	}
	return nil, nil
}

// tagCommit finds the commit of a tag.
func (d *Desk) tagCommit(name string) (gitops.Hash, bool) {
	h, err := d.repo.Resolve(context.Background(), "refs/tags/"+name)
	return h, err == nil
}

// settingSource makes a source that the settings describe.
func (d *Desk) settingSource(s SourceSetting, place forge.Place) (deploy.Source, error) {
	label := cmp.Or(s.Name, s.Kind)
	switch s.kind() {
	case gitops.SourceFile:
		path := s.Path
		if rest, below := strings.CutPrefix(path, "~/"); below {
			path = filepath.Join(d.opts.Getenv("HOME"), rest)
		}
		if !filepath.IsAbs(path) {
			return nil, wants(s, fmt.Sprintf("the path %q is not absolute", s.Path), `path = "/var/log/deployments.jsonl"`)
		}
		return events.File{Label: label, Path: path, Environment: s.Environment}, nil
	case gitops.SourceCommand:
		if len(s.Command) == 0 {
			return nil, wants(s, "there is no command to run", `command = ["PROGRAM", "ARGUMENT"]`)
		}
		at := d.repo.Location()
		return events.Command{
			Label: label, Args: s.Command, Dir: cmp.Or(at.WorkTree, at.GitDir), Env: os.Environ(), Environment: s.Environment,
			Limit: s.Timeout,
		}, nil
	}
	return d.serviceSource(s, place)
}

// serviceSource makes a source of a service that tokens of the environment
// belong to.
func (d *Desk) serviceSource(s SourceSetting, place forge.Place) (deploy.Source, error) {
	label := cmp.Or(s.Name, s.Kind)
	switch s.kind() {
	case gitops.SourceArgo:
		return argocd.New(argocd.Options{
			Label: label, Server: s.Server, Application: s.Application, Namespace: s.Namespace, Environment: s.Environment,
			Ours: d.isOurs(place), Name: d.repo.Location().Name,
			Token: d.secret(argocd.TokenVariable), Transport: d.opts.ForgeTransport, Now: d.opts.Now,
		})
	case gitops.SourceNewRelic:
		return newrelic.New(newrelic.Options{
			Label: label, Account: s.Account, Region: s.Region, Entity: s.Entity, Name: s.Application, Environment: s.Environment,
			Key: d.secret(newrelic.KeyVariable), Transport: d.opts.ForgeTransport, Now: d.opts.Now,
		})
	}
	return nil, &gitops.Error{
		Code: gitops.CodeUsage, What: fmt.Sprintf("there is no source of kind %q", s.kind()),
		Hint: "the kinds are " + strings.Join(beliefs, ", "),
	}
}

// secret is a token of the environment. What would not be one header's value is
// none.
func (d *Desk) secret(variable string) gitops.Secret {
	text := strings.TrimSpace(d.opts.Getenv(variable))
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return gitops.Secret{}
	}
	return gitops.NewSecret(text)
}

// isOurs tells whether an address is of the repository at hand, however it is
// spelled: where pushes go, where it is fetched from, and what the configuration
// calls it are one repository by the person's word. Where none of them is on a
// server nobody can tell, and all are.
func (d *Desk) isOurs(place forge.Place) func(string) bool {
	configured, _ := d.repo.Config("remote." + d.remote + ".url")
	var names []string
	if place.Path != "" {
		names = append(names, place.String())
	}
	for _, address := range []string{d.remoteURL(), configured} {
		if own, ok := forge.Locate(address, d.opts.Forges); ok {
			names = append(names, own.String())
		}
	}
	if len(names) == 0 {
		return nil
	}
	return func(address string) bool {
		other, ok := forge.Locate(address, d.opts.Forges)
		return ok && slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(other.String(), name) })
	}
}

// wants says what the settings of a source lack.
func wants(s SourceSetting, what, example string) error {
	return &gitops.Error{
		Code: gitops.CodeUsage, What: what,
		Hint: fmt.Sprintf("write %s below [sources.%s] in your settings", example, cmp.Or(s.Name, s.Kind)),
	}
}
