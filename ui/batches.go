package ui

import (
	"slices"

	"ahead/gitops"
	"ahead/ui/timeline"

	tea "github.com/charmbracelet/bubbletea"
)

// batches are the deployments whose commits lie beyond what a look reads: each
// is read when a person comes to it, and kept over the next looks.
type batches struct {
	asked map[batchKey]bool
	read  map[batchKey]batchRead
}

// batchKey is a deployment; redeployments of one commit have the same commits.
type batchKey struct {
	commit gitops.Hash
	tag    string
}

type batchRead struct {
	batch   gitops.Batch
	commits []gitops.Commit
	err     error
}

func newBatches() batches {
	return batches{asked: map[batchKey]bool{}, read: map[batchKey]batchRead{}}
}

func keyOf(b gitops.Batch) batchKey { return batchKey{b.Deployment.Commit, b.Deployment.Tag} }

// into puts all that was read into a new look.
func (b batches) into(s gitops.Snapshot) gitops.Snapshot {
	for key, r := range b.read {
		at := slices.IndexFunc(s.Batches, func(now gitops.Batch) bool { return keyOf(now) == key })
		if at >= 0 && s.Batches[at].Previous != r.batch.Previous {
			// A deployment between the two is known by now: the commits are others.
			delete(b.read, key)
			delete(b.asked, key)
			continue
		}
		s = s.WithBatch(r.batch, r.commits)
	}
	return s
}

// readBatch asks for the chosen deployment's commits, once.
func (m Model) readBatch() tea.Cmd {
	b, cut := m.timeline.CutOff()
	if !m.look.have || !cut || m.batches.asked[keyOf(b)] {
		return nil
	}
	m.batches.asked[keyOf(b)] = true
	ctx, svc, snap := m.ctx, m.svc, m.look.snap
	return func() tea.Msg {
		batch, commits, err := svc.Batch(ctx, snap, b)
		return batchRead{batch: batch, commits: commits, err: err}
	}
}

func (m Model) batchRead(msg batchRead) Model {
	if msg.err != nil {
		m.timeline, _ = m.timeline.Update(timeline.BatchUnread{Deployment: msg.batch.Deployment, Err: msg.err})
		return m
	}
	m.batches.read[keyOf(msg.batch)] = msg
	m.look.snap = m.look.snap.WithBatch(msg.batch, msg.commits)
	m.timeline = m.timeline.SetSnapshot(m.look.snap)
	m.judging = m.judging.anew(m.ctx, m.look.snap, m.timeline.Listed())
	return m
}
