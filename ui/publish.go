package ui

import (
	"context"
	"time"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/outcome"
	"ahead/ui/wording"

	tea "github.com/charmbracelet/bubbletea"
)

// publishing is the one publish that may be under way.
type publishing struct {
	running bool
	plan    gitops.Plan
	// onward says that it goes on with an earlier run, so that what stands in the
	// preview is not about it.
	onward bool
	// failed says that the last one ended with an error.
	failed bool
	// warned says that the person was told what leaving now means.
	warned bool
	link   *link
}

// link joins the goroutine that publishes with the screen, which may end first.
type link struct {
	steps chan gitops.StepResult
	// done is closed when Publish has returned; result holds before that.
	done   chan struct{}
	result published
	cancel context.CancelFunc
}

type stepSeen struct{ step gitops.StepResult }

type published struct {
	receipt gitops.Receipt
	err     error
}

// confirmed ships the plan that the gate let through.
func (m Model) confirmed(p gitops.Plan) (Model, tea.Cmd) {
	if m.screen != keys.Confirm || m.publish.running {
		return m, nil
	}
	if stale(p, m.look.snap) {
		return m.lookAgain(p)
	}
	m = m.newSession()
	// It may be live before the next look.
	m.outcome = m.informed(outcome.New(m.opts.Theme, p, m.look.snap, m.opts.Now))
	svc, replaced := m.svc, m.replacing
	m.replacing = nil
	return m.shipping(p, func(ctx context.Context, observe func(gitops.StepResult)) (gitops.Receipt, error) {
		if replaced != nil {
			if err := svc.CloseRun(ctx, replaced.Run, "planned again: "+replaced.Words); err != nil {
				return gitops.Receipt{}, err
			}
		}
		return svc.Publish(ctx, p, observe)
	})
}

// deed is what publishes: a plan, or the rest of a run.
type deed func(ctx context.Context, observe func(gitops.StepResult)) (gitops.Receipt, error)

// shipping begins the one publish, behind the outcome screen that is made.
func (m Model) shipping(p gitops.Plan, do deed) (Model, tea.Cmd) {
	m.screen = keys.Outcome
	m.outcome, _ = m.outcome.Update(outcome.HealthSeen{State: m.health.state})
	m.follow, m.watch.owed = following{}, nil

	ctx, cancel := context.WithCancel(m.ctx)
	// A publish has a handful of steps; the room keeps it from ever waiting
	// for the screen.
	l := &link{steps: make(chan gitops.StepResult, 256), done: make(chan struct{}), cancel: cancel}
	// What stands should Publish never return.
	l.result.err = &gitops.Error{
		Code: gitops.CodeOutcomeUnknown, What: "publishing broke off",
		Hint: "r asks what the remote holds; by hand: " + asking(p),
	}
	m.publish = publishing{running: true, plan: p, link: l}
	return m, tea.Batch(ship(ctx, do, l), l.listen(), address(m.session.id, m.outcome.Init()))
}

// ship publishes. It says nothing itself: listen does, after the last step, so
// that steps and result keep their order.
func ship(ctx context.Context, do deed, l *link) tea.Cmd {
	return func() tea.Msg {
		defer close(l.done)
		defer l.cancel()
		receipt, err := do(ctx, func(s gitops.StepResult) {
			select {
			case l.steps <- s:
			case <-ctx.Done():
			}
		})
		l.result = published{receipt: receipt, err: err}
		return nil
	}
}

// listen waits for the next step, or for the end.
func (l *link) listen() tea.Cmd {
	return func() tea.Msg {
		select {
		case s := <-l.steps:
			return stepSeen{step: s}
		case <-l.done:
		}
		select {
		case s := <-l.steps:
			return stepSeen{step: s}
		default:
			return l.result
		}
	}
}

func (m Model) stepSeen(msg stepSeen) (Model, tea.Cmd) {
	m.outcome, _ = m.outcome.Update(outcome.StepSeen{Step: msg.step})
	return m, m.publish.link.listen()
}

// published shows the result, looks at the repository anew, and begins to ask
// whether the release is live.
func (m Model) published(msg published) (Model, tea.Cmd) {
	m.publish.running, m.publish.warned, m.said = false, false, ""
	m.outcome, _ = m.outcome.Update(outcome.Finished{Receipt: msg.receipt, Err: msg.err})
	m.publish.failed = msg.err != nil
	if msg.err == nil {
		if !m.publish.onward {
			delete(m.drafts, draftKey(m.asked))
		}
		m.follow = following{on: !wording.Waits(msg.receipt), receipt: msg.receipt, since: m.now}
		m.timeline, m.suspects = m.timeline.Shipped(), m.suspects.done()
	}
	m, look := m.again()
	m, poll := m.followDue()
	m, runs := m.readRuns(false, "")
	return m, tea.Batch(look, poll, runs)
}

// following asks the deployment sources until the release is live.
type following struct {
	on      bool
	asking  bool
	receipt gitops.Receipt
	since   time.Time
	next    time.Time
	// ended is when there was nothing more to learn.
	ended time.Time
}

// followTold is how long what came of a release is told beside the other screens.
const followTold = 10 * time.Minute

// told reports whether it is.
func (f following) told(now time.Time) bool {
	return f.on || !f.ended.IsZero() && now.Sub(f.ended) < followTold
}

// How often the sources are asked, and for how long.
const (
	followPace = 10 * time.Second
	// followSlow is the pace after the first minutes: by then it is a slow
	// pipeline, or one that waits for somebody.
	followSlow  = 30 * time.Second
	followEager = 10 * time.Minute
	followEnd   = 2 * time.Hour
)

type deploymentsSeen struct {
	list []gitops.Deployment
	err  error
}

func (m Model) followDue() (Model, tea.Cmd) {
	if !m.follow.on || m.follow.asking || m.now.Before(m.follow.next) {
		return m, nil
	}
	m.follow.asking = true
	ctx, svc := m.ctx, m.svc
	return m, func() tea.Msg {
		list, err := svc.Deployments(ctx)
		return deploymentsSeen{list: list, err: err}
	}
}

func (m Model) deploymentsSeen(msg deploymentsSeen) (Model, tea.Cmd) {
	pace := followPace
	if m.now.Sub(m.follow.since) > followEager {
		pace = followSlow
	}
	if m.opts.Drill != nil {
		pace = drillPace
	}
	m.follow.asking, m.follow.next = false, m.opts.Now().Add(pace)
	m.outcome, _ = m.outcome.Update(outcome.DeploymentsSeen{Deployments: msg.list, Err: msg.err})
	if !m.follow.on {
		return m, nil
	}
	if m.outcome.Watching() && m.now.Sub(m.follow.since) < followEnd {
		return m, nil
	}
	// It is live, or nobody will ever say: the timeline shows what is known.
	m.follow.on, m.follow.ended = false, m.now
	m.watch.owed = nil
	if d, ok := m.outcome.Live(); ok {
		m.watch.owed = &d
	}
	m, mark := m.recovered()
	m, look := m.again()
	return m, tea.Batch(look, mark)
}
