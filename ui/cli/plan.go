package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"ahead/gitops"
	"ahead/gitops/desk"
)

// selectionFlags say what is to be reverted; plan and revert share them.
type selectionFlags struct {
	onto           string
	mainline       int
	each           bool
	deployment     string
	restore        string
	withDependants bool
	fetchMissing   bool
	partFlags
}

func (s *selectionFlags) add(f *pflag.FlagSet) {
	f.IntVar(&s.mainline, "mainline", 0, "the parent, from 1, that a merge commit is reverted against")
	f.BoolVar(&s.each, "each", false, "one new commit for each instead of one for all")
	f.StringVar(&s.deployment, "deployment", "", "revert all that this deployment brought")
	f.StringVar(&s.restore, "restore", "", "make a new commit with the tree of this deployment")
	f.BoolVar(&s.withDependants, "with-dependants", false, "also revert the later commits that stand in the way")
	addFetchMissing(f, &s.fetchMissing)
	s.partFlags.add(f)
}

// remedy turns flags and arguments into what is asked for.
func (s *selectionFlags) remedy(ctx context.Context, d *desk.Desk, args []string) (gitops.Remedy, error) {
	r := gitops.Remedy{
		Kind: gitops.RevertCommits, Mainline: s.mainline, Each: s.each, WithDependants: s.withDependants,
	}
	if err := s.check(args); err != nil {
		return r, err
	}
	switch {
	case s.deployment != "":
		r.Kind, r.Deployment = gitops.RevertDeployment, s.deployment
	case s.restore != "":
		r.Kind, r.Deployment = gitops.RestoreDeployment, s.restore
	}
	var err error
	if s.onto != "" {
		if r.Onto, err = d.Resolve(ctx, s.onto); err != nil {
			return r, err
		}
	}
	if r.Kind == gitops.RevertCommits {
		r.Commits, err = d.Select(ctx, args)
	}
	return r, err
}

// check refuses what contradicts itself.
func (s *selectionFlags) check(args []string) error {
	ways := 0
	for _, given := range []bool{len(args) > 0, s.deployment != "", s.restore != ""} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 0:
		return &gitops.Error{Code: gitops.CodeUsage, What: "nothing is selected", Hint: "name commits, or --deployment NAME, or --restore NAME"}
	case ways > 1:
		return &gitops.Error{Code: gitops.CodeUsage, What: "more than one selection", Hint: "name commits, or --deployment, or --restore, only one of them"}
	case s.mainline < 0:
		return &gitops.Error{Code: gitops.CodeUsage, What: fmt.Sprintf("--mainline %d", s.mainline), Hint: "parents count from 1"}
	case s.each && s.restore != "":
		return &gitops.Error{Code: gitops.CodeUsage, What: "--each does not go with --restore", Hint: "a restored tree is one commit"}
	case s.each && len(s.leaveOut) > 0:
		return &gitops.Error{Code: gitops.CodeUsage, What: "--each does not go with --leave-out", Hint: "a partial revert is one commit"}
	case s.withDependants && len(args) == 0:
		return &gitops.Error{Code: gitops.CodeUsage, What: "--with-dependants goes with commits", Hint: "name the commits to revert"}
	}
	return nil
}

type planFlags struct {
	selectionFlags
	patch bool
	hunks bool
	stdin bool
}

func (a *app) planCommand() *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use:   "plan COMMIT…",
		Short: "What reverting would come to; changes nothing",
		Long: `Computes what a revert comes to and prints it; nothing is changed.

A COMMIT is an id, a tag, a branch, or a range A..B. The exit code is the
verdict: 0 clean, 3 conflict, 4 empty or already reverted, 5 refused.`,
		RunE: a.run(func(ctx context.Context, args []string) error { return a.plan(ctx, f, args) }),
	}
	f.add(cmd.Flags())
	cmd.Flags().StringVar(&f.onto, "onto", "", "plan onto this commit instead of the remote's tip")
	cmd.Flags().BoolVar(&f.patch, "patch", false, "the diff, as `git apply` takes it")
	cmd.Flags().BoolVar(&f.hunks, "hunks", false, "the conflicting places and how they can be settled, with --json")
	cmd.Flags().BoolVar(&f.stdin, "stdin", false, "one selection a line from standard input, one JSON object a line out")
	return cmd
}

func (a *app) plan(ctx context.Context, f planFlags, args []string) error {
	if f.stdin && (len(args) > 0 || f.deployment != "" || f.restore != "" || f.given()) {
		return &gitops.Error{Code: gitops.CodeUsage, What: "--stdin takes its selections from standard input", Hint: "leave the other selection, --leave-out and --resolve away"}
	}
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	if f.stdin {
		return a.planLines(ctx, d, f)
	}
	if err := f.check(args); err != nil {
		return err
	}
	snap, err := a.look(ctx, d)
	if err != nil {
		return err
	}
	remedy, err := f.remedy(ctx, d, args)
	if err != nil {
		return err
	}
	if err := a.addParts(ctx, d, snap, f.selectionFlags, &remedy); err != nil {
		return err
	}
	p, err := a.planWith(ctx, d, snap, remedy, f.fetchMissing)
	if err != nil {
		return err
	}
	a.code = verdictCode(p.Verdict)
	return a.printPlan(ctx, d, snap, p, f)
}

func (a *app) printPlan(ctx context.Context, d planReader, snap gitops.Snapshot, p gitops.Plan, f planFlags) error {
	switch {
	case a.flags.json:
		doc, err := a.planDocument(ctx, d, p, f)
		if err != nil {
			return err
		}
		printJSON(a.out, doc)
	case f.patch && p.Verdict == gitops.VerdictClean:
		text, err := a.patchText(ctx, d, p)
		if err != nil {
			return err
		}
		// A patch is applied by a program: it is the only thing on stdout
		// that is not sanitised.
		fmt.Fprint(a.out, text)
	default:
		a.describePlan(d, snap, p)
	}
	return nil
}
