package cli

import (
	"context"

	"github.com/spf13/cobra"

	"ahead/gitops"
)

// globalFlags are those of every command, after configuration was merged in.
type globalFlags struct {
	repo    string
	branch  string
	remote  string
	config  string
	json    bool
	noFetch bool
	plain   bool
	theme   string
	share   bool
	health  string
	forges  string
	wait    waitFlag
	// environment is the one whose deployments are shown.
	environment string
}

const longHelp = `ahead shows recent deployments and the commits they carried, finds what broke
production, previews the exact result of reverting it, and on one deliberate
confirmation commits the revert on top of the production branch, tags it as the
next release and pushes branch and tag together. It never goes back.

Without a command it opens the screen on the repository you stand in.
` + "`ahead drill`" + ` opens it on a built-in sandbox with a broken production.`

// root builds the tree of commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "ahead",
		Short:         "Revert what broke production, forward only",
		Long:          longHelp,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          a.run(a.screen),
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	// The flag that every program has, beside the command of the contract.
	root.Version = buildVersion().String()
	root.SetVersionTemplate("{{.Version}}\n")
	a.globals(root)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return a.configure(cmd.Flags()) }
	root.AddCommand(
		a.listCommand(), a.planCommand(), a.revertCommand(), a.resumeCommand(), a.suspectsCommand(),
		a.drillCommand(), a.doctorCommand(), a.versionCommand(),
	)
	return root
}

func (a *app) globals(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&a.flags.repo, "repo", ".", "the repository, or any folder in it")
	f.StringVar(&a.flags.branch, "branch", "", "the production branch (default: the remote's own default)")
	f.StringVar(&a.flags.remote, "remote", "", "the remote that deploys (default: origin, or the only one)")
	f.StringVar(&a.flags.config, "config", "", "your settings (default: ahead/config.toml in the configuration folder)")
	f.BoolVar(&a.flags.json, "json", false, "print JSON")
	f.BoolVar(&a.flags.noFetch, "no-fetch", false, "ask neither the remote nor any source of deployments first")
	f.BoolVar(&a.flags.plain, "plain", false, "numbered questions and plain lines instead of the screen")
	f.StringVar(&a.flags.theme, "theme", "", "dark, light or mono (default: told by the terminal)")
	f.BoolVar(&a.flags.share, "share", false, "for a shared screen: strong contrast, keys shown")
	f.StringVar(&a.flags.environment, "environment", "", "whose deployments are shown (default: production)")
	f.Var(&a.flags.wait, "wait", "how long to wait for sources of deployments, such as 20s; 0 for none (default: 5s, longer for one that is new or known to take longer)")
	f.StringVar(&a.flags.health, "health", "", "`URL` that tells whether production is well")
	f.StringVar(&a.flags.forges, "forges", "", "what your own servers are: `HOST=KIND`,… (github, gitlab, bitbucket, gitea, azure)")
}

// screen is `ahead` without a command.
func (a *app) screen(ctx context.Context, _ []string) error {
	if a.flags.json {
		return &gitops.Error{
			Code: gitops.CodeUsage, What: "the screen has no JSON",
			Hint: "`ahead list --json` gives what it shows",
		}
	}
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	return a.show(ctx, onScreen{d}, nil)
}
