package planner

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/gitops/history"
	"ahead/gitops/treediff"
)

// finish adds to a merged draft all that a person needs to judge it.
func (d *draft) finish() error {
	if err := d.addFiles(); err != nil {
		return err
	}
	if err := d.addCompany(); err != nil {
		return err
	}
	if err := d.addExactness(); err != nil {
		return err
	}
	if err := d.addMessages(); err != nil {
		return err
	}
	if err := d.addTag(); err != nil {
		return err
	}
	if err := d.addWarnings(); err != nil {
		return err
	}
	d.plan.ID = ID(d.plan)
	return nil
}

func (d *draft) addFiles() error {
	if d.plan.Verdict != gitops.VerdictClean {
		return nil
	}
	files, err := treediff.Changes(d.ctx, d.objects, d.plan.OntoTree, d.plan.Tree)
	if err != nil {
		return fmt.Errorf("compare the trees: %w", err)
	}
	d.plan.Files = files
	return nil
}

// addCompany lists what ships along and what came later on the same paths.
func (d *draft) addCompany() error {
	if d.plan.Verdict != gitops.VerdictClean {
		return nil
	}
	paths := make([]string, 0, len(d.plan.Files))
	for _, f := range d.plan.Files {
		if paths = append(paths, f.Path); f.OldPath != "" {
			paths = append(paths, f.OldPath)
		}
	}
	later, err := d.later()
	if err != nil {
		return err
	}
	touching, err := later.changing(d.ctx, paths, maxListed)
	if err != nil {
		return err
	}
	d.plan.Later = later.names(touching)
	return d.addCollateral()
}

// addCollateral: a restored tree drops what is unreleased, so nothing ships
// along with it but what is left out of it.
func (d *draft) addCollateral() error {
	restored := d.plan.Remedy.Kind == gitops.RestoreDeployment
	if restored && !d.plan.Partial() || d.snap.Deployed == nil {
		return nil
	}
	unreleased, err := d.unreleased()
	if err != nil {
		return err
	}
	reverted := make(map[gitops.Hash]bool, len(d.plan.Selection))
	for _, h := range d.plan.Selection {
		reverted[h] = true
	}
	for _, h := range unreleased {
		along, err := !reverted[h], error(nil)
		if restored {
			along, err = d.changedLeftOut(h)
		}
		if err != nil {
			return err
		}
		if along {
			d.plan.Collateral = append(d.plan.Collateral, h)
		}
	}
	return nil
}

// unreleased are the commits that the new one carries beside itself. Where the
// snapshot lists only some, they are counted again, as far as history is here.
func (d *draft) unreleased() ([]gitops.Hash, error) {
	listed, tip := d.snap.Unreleased, d.onto.Hash == d.snap.Tip
	if tip && !listed.Truncated {
		return listed.Commits, nil
	}
	commits, _, err := history.Between(d.ctx, d.Objects, d.snap.Deployed.Commit, d.onto.Hash, maxListed)
	if tip && errors.Is(err, gitops.ErrMissing) {
		return listed.Commits, nil
	}
	return hashes(commits), err
}

// addMessages writes the message of each new commit and lists the commits.
func (d *draft) addMessages() error {
	if len(d.plan.Selection) == 0 {
		return nil
	}
	h := learnHabit(d.snap.Commits)
	message, defused := d.singleMessage(h)
	d.plan.Message = message
	if d.plan.Verdict == gitops.VerdictClean {
		d.plan.Commits = []gitops.NewCommit{{Tree: d.plan.Tree, Message: message, Reverts: d.plan.Selection}}
		if d.plan.Remedy.Each && len(d.lineup.suspects) > 1 {
			defused = d.eachMessage(h)
		}
	}
	if defused {
		d.warn(gitops.WarnSkipCI, "the message carried a marker that keeps pipelines from running; it was defused")
	}
	return nil
}

func (d *draft) singleMessage(h habit) (string, bool) {
	if own := strings.TrimSpace(d.plan.Remedy.Message); own != "" {
		return defuse(own + "\n")
	}
	if d.plan.Remedy.Kind != gitops.RevertCommits || len(d.lineup.suspects) == 0 {
		if d.plan.Remedy.Deployment == "" {
			return "", false
		}
		return d.deploymentMessage(h)
	}
	return d.messageFor(d.lineup.suspects, d.plan.Resolved, h)
}

// eachMessage makes one commit a suspect, leaving out those that changed
// nothing: git makes no empty commit either.
func (d *draft) eachMessage(h habit) (defused bool) {
	d.plan.Commits = nil
	for i, m := range d.plan.Merges {
		if m.Result == m.Ours {
			continue
		}
		suspect := d.lineup.suspects[i]
		message, skips := d.messageFor([]gitops.Commit{suspect}, d.said.byHand[i], h)
		defused = defused || skips
		d.plan.Commits = append(d.plan.Commits, gitops.NewCommit{
			Tree: m.Result, Message: message, Reverts: []gitops.Hash{suspect.Hash},
		})
	}
	d.plan.Message = d.plan.Commits[len(d.plan.Commits)-1].Message
	return defused
}

// ID is a short digest of all that decides what would be published. Whoever
// changes a plan after it was made gives it a new one.
func ID(p gitops.Plan) string {
	parts := []any{p.Onto, p.Tree, p.Commits, p.Tag, p.Selection, p.Verdict}
	if p.Passage != (gitops.Passage{}) {
		parts = append(parts, p.Passage)
	}
	b, err := json.Marshal(parts)
	if err != nil {
		return "" // nothing in these types can fail to encode
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}
