package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/desk"
	"ahead/gitops/drill"
	"ahead/ui/term"
)

type drillFlags struct {
	list bool
	seed uint64
	auto bool
	keep string
}

func (a *app) drillCommand() *cobra.Command {
	var f drillFlags
	cmd := &cobra.Command{
		Use:   "drill [SCENARIO]",
		Short: "Practise on a built-in sandbox with a broken production",
		Long: `Builds a sandbox: a shop's repository with some weeks of history, a bare remote
beside it, and a production on a loopback port that a pipeline deploys whenever a
release tag arrives. One release broke it. Find the commit and ship its revert.

The sandbox is a temporary folder that goes away at the end; --keep DIR keeps it.`,
		Args: cobra.MaximumNArgs(1),
	}
	cmd.RunE = a.run(func(ctx context.Context, args []string) error {
		if !cmd.Flags().Changed("seed") {
			f.seed = uint64(a.now().UnixNano()) % 10000
		}
		return a.drill(ctx, f, args)
	})
	cmd.Flags().BoolVar(&f.list, "list", false, "list the scenarios")
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "which history and culprit (default: another each time)")
	cmd.Flags().BoolVar(&f.auto, "auto", false, "play the expected solution without a terminal")
	cmd.Flags().StringVar(&f.keep, "keep", "", "build in this `folder` and keep it")
	return cmd
}

type scenarioDocument struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Story string `json:"story"`
}

func (a *app) drill(ctx context.Context, f drillFlags, args []string) error {
	if f.list {
		return a.listScenarios()
	}
	scenario := drill.ScenarioForSeed(f.seed)
	if len(args) == 1 {
		var err error
		if scenario, err = drill.ScenarioByName(args[0]); err != nil {
			return err
		}
	}
	if !f.auto {
		if err := a.needTerminal(); err != nil {
			return err
		}
	}
	var opts []drill.Option
	if f.auto {
		opts = append(opts, drill.WithPipelineDelay(0))
	}
	began := a.now()
	box, err := drill.Build(ctx, f.keep, scenario, f.seed, opts...)
	if err != nil {
		return err
	}
	defer func() {
		if err := box.Close(f.keep != ""); err != nil {
			a.notice("the sandbox was not removed: " + err.Error())
		}
	}()
	if f.auto {
		return a.playDrill(ctx, box, began)
	}
	return a.showDrill(ctx, box)
}

func (a *app) listScenarios() error {
	if a.flags.json {
		docs := []scenarioDocument{}
		for _, s := range drill.Scenarios() {
			docs = append(docs, scenarioDocument{Name: s.Name, Title: s.Title, Story: s.Story})
		}
		printJSON(a.out, docs)
		return nil
	}
	for _, s := range drill.Scenarios() {
		a.say("%-16s %s", s.Name, s.Title)
	}
	return nil
}

// drillDesk opens the sandbox as any repository is opened; what differs is
// handed in: the story's clock, the pipeline that knows what is deployed, and
// a git that a person's own configuration does not reach.
func (a *app) drillDesk(ctx context.Context, box *drill.Sandbox) (*desk.Desk, error) {
	return desk.Open(ctx, desk.Options{
		Dir: box.WorkTree, Branch: drill.Branch, Remote: drill.Remote,
		HealthURL: box.HealthURL, Sources: []deploy.Source{box.Pipeline},
		Now: box.Clock(), Story: true,
	})
}

// shipped remembers the plans that a desk published, for the score.
type shipped struct {
	onScreen
	plans []gitops.Plan
}

// Publish implements ui.Service.
func (s *shipped) Publish(ctx context.Context, plan gitops.Plan, observe func(gitops.StepResult)) (gitops.Receipt, error) {
	receipt, err := s.Desk.Publish(ctx, plan, observe)
	if err == nil {
		s.plans = append(s.plans, plan)
	}
	return receipt, err
}

// CarryOn implements ui.Service.
func (s *shipped) CarryOn(ctx context.Context, st gitops.Standing, observe func(gitops.StepResult)) (gitops.Receipt, error) {
	receipt, err := s.Desk.CarryOn(ctx, st, observe)
	if err == nil {
		s.plans = append(s.plans, st.Run.Plan)
	}
	return receipt, err
}

// showDrill opens the screen on the sandbox and says at the end how it went.
func (a *app) showDrill(ctx context.Context, box *drill.Sandbox) error {
	d, err := a.drillDesk(ctx, box)
	if err != nil {
		return err
	}
	defer d.Close()
	svc := &shipped{onScreen: onScreen{d}}
	if err := a.show(ctx, svc, box); err != nil {
		return err
	}
	a.sayScore(ctx, box, svc)
	return nil
}

func (a *app) sayScore(ctx context.Context, box *drill.Sandbox, svc *shipped) {
	if len(svc.plans) == 0 {
		a.say("drill %s, seed %d: nothing was shipped, production stays down", box.Scenario.Name, box.Seed)
		a.say("try it again: ahead drill %s --seed %d", box.Scenario.Name, box.Seed)
		return
	}
	last := svc.plans[len(svc.plans)-1]
	attempt := drill.Attempt{Kind: last.Remedy.Kind, Took: svc.Now().Sub(box.DownSince), Releases: len(svc.plans)}
	if last.Remedy.Kind == gitops.RevertCommits {
		for _, p := range svc.plans {
			attempt.Reverted = append(attempt.Reverted, p.Selection...)
		}
	}
	sample, _ := svc.Probe(ctx)
	attempt.Recovered = sample.Up
	card := drill.Expected(box).Score(attempt)
	a.say("drill %s, seed %d: %s", box.Scenario.Name, box.Seed, term.Clean(card.Text))
	a.say("the cause: %s %s", box.Culprit.Short(), term.Clean(drill.Expected(box).Why))
}

// drillLine is what the permanent band says.
func drillLine(box *drill.Sandbox) string {
	return fmt.Sprintf("%s · seed %d", box.Scenario.Title, box.Seed)
}
