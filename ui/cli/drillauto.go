package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/gitops/drill"
	"ahead/gitops/health"
	"ahead/ui/term"
)

// healTimeout bounds the wait for production after the push has arrived.
const healTimeout = 30 * time.Second

type autoDocument struct {
	Scenario string         `json:"scenario"`
	Seed     uint64         `json:"seed"`
	Culprit  string         `json:"culprit"`
	Healthy  bool           `json:"healthy"`
	Steps    []stepDocument `json:"steps"`
}

// performance is one play of the expected solution.
type performance struct {
	app   *app
	box   *drill.Sandbox
	desk  *desk.Desk
	began time.Time
	doc   autoDocument
}

// playDrill plays the expected solution and prints each step with its time.
// It is the whole road: nothing is taken past the desk.
func (a *app) playDrill(ctx context.Context, box *drill.Sandbox, began time.Time) error {
	d, err := a.drillDesk(ctx, box)
	if err != nil {
		return err
	}
	defer d.Close()
	p := &performance{app: a, box: box, desk: d, began: began}
	p.doc = autoDocument{Scenario: box.Scenario.Name, Seed: box.Seed, Culprit: box.Culprit.String()}
	p.note("sandbox", fmt.Sprintf("%s, seed %d", box.Scenario.Title, box.Seed))
	err = p.play(ctx)
	if a.flags.json {
		printJSON(a.out, p.doc)
	}
	return err
}

func (p *performance) play(ctx context.Context) error {
	sample, _ := p.desk.Probe(ctx)
	if sample.Up {
		return &gitops.Error{Code: gitops.CodeInternal, What: "the sandbox's production is not broken", Hint: "report the scenario and the seed"}
	}
	p.note("down", fmt.Sprintf("health %d: %s", sample.Status, firstLine(sample)))
	if err := p.desk.Fetch(ctx); err != nil {
		return err
	}
	snap, err := p.desk.Snapshot(ctx)
	if err != nil {
		return err
	}
	p.note("live", deployedLine(snap, p.desk.Now())+fmt.Sprintf(", %d releases, drift %d", len(snap.Batches), snap.Ahead))
	remedy := drill.Expected(p.box).Remedy
	remedy.Reason = p.box.Scenario.Symptom
	plan, err := p.desk.Plan(ctx, snap, remedy)
	if err != nil {
		return err
	}
	p.note("plan", fmt.Sprintf("%s: %s, %s, tag %s", planTitle(p.desk, plan), plan.Verdict, count(len(plan.Files), "file"), plan.Tag.Name))
	if err := p.desk.Check(ctx, plan); err != nil {
		return err
	}
	p.note("check", "git computes the same tree "+plan.Tree.Short())
	if _, err := p.desk.Publish(ctx, plan, func(s gitops.StepResult) {
		if s.State != gitops.StepRunning {
			p.note(s.Name, s.Detail)
		}
	}); err != nil {
		return err
	}
	return p.awaitHealth(ctx, plan)
}

// awaitHealth watches production until it answers healthy.
func (p *performance) awaitHealth(ctx context.Context, plan gitops.Plan) error {
	ctx, cancel := context.WithTimeout(ctx, healTimeout)
	defer cancel()
	deployed, err := p.box.Pipeline.WaitFor(ctx, plan.Tag.Name)
	if err == nil {
		p.note("deployed", deployed.Tag+" "+string(deployed.Status))
	}
	sample, _ := p.desk.Probe(context.WithoutCancel(ctx))
	if err != nil || !sample.Up {
		return &gitops.Error{
			Code: gitops.CodeStillDown, What: "production is still down: " + firstLine(sample),
			Hint: "report the scenario and the seed", Err: err,
		}
	}
	p.doc.Healthy = true
	p.note("healthy", fmt.Sprintf("health %d: %s, %.1f s after the start", sample.Status, firstLine(sample), p.app.now().Sub(p.began).Seconds()))
	return nil
}

func (p *performance) note(name, detail string) {
	p.doc.Steps = append(p.doc.Steps, stepDocument{Name: name, State: string(gitops.StepDone), At: p.desk.Now().UTC(), Detail: detail})
	if !p.app.flags.json {
		p.app.say("%6.2f s  %-9s %s", p.app.now().Sub(p.began).Seconds(), name, term.Clean(detail))
	}
}

func firstLine(s health.Sample) string {
	text := s.Body
	if s.Err != "" {
		text = s.Err
	}
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
