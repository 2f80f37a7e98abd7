package cli

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"ahead/gitops"
	"ahead/gitops/forge"
	"ahead/gitops/health"
)

// setting is one value that flags, environment and files can give. The order
// of power is: flag, AHEAD_* environment, the user's file, the repository's
// file.
type setting struct {
	key string
	// own settings are taken from the user's side only. The repository's file
	// is somebody's commit: it may not name a host that is asked, nor widen
	// what is published.
	own bool
}

var settings = []setting{
	{key: "branch"},
	{key: "theme"},
	{key: "environment"},
	{key: "remote", own: true},
	{key: "health", own: true},
	{key: "forges", own: true},
	{key: "wait", own: true},
}

// repositoryFile is the settings file that a repository may carry.
const repositoryFile = ".ahead.toml"

// configure fills the flags that the person did not give, and checks them all.
func (a *app) configure(flags *pflag.FlagSet) error {
	user, err := a.userFile()
	if err != nil {
		return err
	}
	repository := a.repositorySettings()
	a.warnOfOwn(repository)
	a.sources, a.from = user.sources, map[string]string{}
	for _, s := range settings {
		if err := a.fill(flags, s, user, repository); err != nil {
			return err
		}
	}
	return nil
}

// fill gives one setting its value, and says of a bad one where it stands. What
// the repository's file says is somebody's commit: it stops nobody.
func (a *app) fill(flags *pflag.FlagSet, s setting, user, repository settingsFile) error {
	if flags.Changed(s.key) {
		return a.check(s.key)
	}
	variable := "AHEAD_" + strings.ToUpper(s.key)
	if value := a.env(variable); value != "" {
		a.from[s.key] = variable
		if err := a.set(flags, s.key, value); err != nil {
			return standsIn(err, variable, "mend or unset it")
		}
		return nil
	}
	if value := user.values[s.key]; value != "" {
		a.from[s.key] = user.at(s.key)
		if err := a.set(flags, s.key, value); err != nil {
			return standsIn(err, user.at(s.key), withoutSettings)
		}
		return nil
	}
	if _, own := user.values[s.key]; own || s.own || repository.values[s.key] == "" {
		return nil
	}
	a.from[s.key] = "the repository's " + repositoryFile
	if err := a.set(flags, s.key, repository.values[s.key]); err != nil {
		a.notice(fmt.Sprintf("%s of the repository's %s is left out: %s", s.key, repositoryFile, err))
		return flags.Set(s.key, flags.Lookup(s.key).DefValue)
	}
	return nil
}

func (a *app) set(flags *pflag.FlagSet, key, value string) error {
	if err := flags.Set(key, value); err != nil {
		return err
	}
	return a.check(key)
}

// standsIn says of an error where what is wrong stands, and the way out of it.
func standsIn(err error, where, way string) error {
	out := gitops.Error{Code: gitops.CodeUsage, What: where + ": " + err.Error(), Hint: way}
	var said *gitops.Error
	if errors.As(err, &said) {
		out.What, out.Hint = where+": "+said.Error(), cmp.Or(said.Hint, "mend it")+"; "+way
	}
	return &out
}

// saidBy names, in an error about a branch or a remote that is not there, who said
// so: it is looked for in vain on the command line.
func (a *app) saidBy(err error) error {
	key := map[gitops.Code]string{gitops.CodeNoBranch: "branch", gitops.CodeNoRemote: "remote"}[gitops.CodeOf(err)]
	where := a.from[key]
	var said *gitops.Error
	if where == "" || !errors.As(err, &said) {
		return err
	}
	out := *said
	out.What = where + " names the " + key + ": " + said.What
	out.Hint = said.Hint + "; --" + key + " NAME goes before that"
	return &out
}

// check refuses values that mean nothing.
func (a *app) check(key string) (err error) {
	switch key {
	case "theme":
		return a.checkTheme()
	case "health":
		return a.checkHealth()
	case "forges":
		a.forges, err = forge.ParseHosts(a.flags.forges)
	}
	return err
}

// checkHealth refuses an address that cannot be watched: it must not look as if
// production were down.
func (a *app) checkHealth() error {
	if a.flags.health == "" {
		return nil
	}
	if err := health.CheckURL(a.flags.health); err != nil {
		return &gitops.Error{
			Code: gitops.CodeUsage, What: "--health: " + err.Error(),
			Hint: "give an http or https URL without a password in it",
		}
	}
	return nil
}

func (a *app) checkTheme() error {
	switch a.flags.theme {
	case "", "dark", "light", "mono":
		return nil
	}
	return &gitops.Error{
		Code: gitops.CodeUsage, What: fmt.Sprintf("there is no theme %q", a.flags.theme),
		Hint: "the themes are dark, light and mono",
	}
}

// warnOfOwn says what of the repository's file was ignored.
func (a *app) warnOfOwn(repository settingsFile) {
	warn := func(key string) {
		a.notice(fmt.Sprintf("%s of the repository's %s is ignored: only your own settings may say that", key, repositoryFile))
	}
	for _, s := range settings {
		if _, there := repository.values[s.key]; there && s.own {
			warn(s.key)
		}
	}
	if repository.table != nil {
		warn(sourcesKey)
	}
}
