package gitops

import "time"

// Location says where a repository is.
type Location struct {
	// Name is what people call it: the last part of the remote's path, else
	// the folder's name.
	Name string
	// GitDir is the repository's own git directory, CommonDir the one that it
	// shares with its linked worktrees (equal unless it is one of them).
	GitDir    string
	CommonDir string
	// WorkTree is empty for a bare repository.
	WorkTree string
}

// Bare reports whether the repository has no working tree.
func (l Location) Bare() bool { return l.WorkTree == "" }

// Snapshot is one consistent look at a repository. Plans are made from a
// Snapshot and are only as good as it: publishing looks again.
type Snapshot struct {
	Location Location
	// Branch is the production branch, without refs/heads/.
	Branch string
	// Remote is the name of the remote, empty where there is none.
	Remote string
	// RemoteURL has no credentials in it.
	RemoteURL string
	// Tip is the remote's tip of Branch as last fetched, or the local branch's
	// where there is no remote.
	Tip Hash
	// LocalTip is the local branch of the same name, zero where there is none.
	LocalTip Hash
	// Unpushed counts the commits of LocalTip that Tip lacks: never shipped.
	Unpushed int
	// FetchedAt is when the remote was last asked; zero when not by this run.
	FetchedAt time.Time
	// Commits are those of Tip and of the deployments, newest first, up to
	// the limit asked for.
	Commits []Commit
	// Unreleased is what Tip holds and the deployed commit does not: the
	// drift. Batches are the deployments, newest first.
	Unreleased Batch
	Batches    []Batch
	// Deployed is what production is known, or with tags only believed, to
	// run. Nil when nothing is known.
	Deployed *Deployment
	// Ahead counts Unreleased in full, beyond what was listed.
	Ahead int
	// Environment is the one that Batches and Deployed are of, Environments all
	// that the sources know, production first.
	Environment  string
	Environments []string
	// Sources are those of the deployments, each with how it stands. Claims are
	// the rows as each of them told them, before they were merged.
	Sources []SourceState
	Claims  []Deployment
	// Drift is counted where production is known or believed to run something.
	Drift Drift
	// Rollback is nil unless production went back.
	Rollback *Rollback
	// Tags are all tags of the repository.
	Tags []Tag
	// Shallow says that history was cut by a shallow clone.
	Shallow bool
	// Notices are things a person should know about this repository.
	Notices []Notice
}

// TipRef is the full name of the ref that Tip was read from.
func (s Snapshot) TipRef() string {
	if s.Remote == "" {
		return "refs/heads/" + s.Branch
	}
	return "refs/remotes/" + s.Remote + "/" + s.Branch
}

// CommitByHash finds a commit among those of the snapshot.
func (s Snapshot) CommitByHash(h Hash) (Commit, bool) {
	for _, c := range s.Commits {
		if c.Hash == h {
			return c, true
		}
	}
	return Commit{}, false
}

// BatchByName finds the batch of the deployment with this tag, short or full
// commit.
func (s Snapshot) BatchByName(name string) (Batch, bool) {
	for _, b := range s.Batches {
		if b.Deployment.Tag == name || b.Deployment.Commit.String() == name || b.Deployment.Name() == name {
			return b, true
		}
	}
	return Batch{}, false
}

// WithBatch gives the snapshot with one batch of it read further. The batch is
// found by its deployment; commits are those of it that may be new.
func (s Snapshot) WithBatch(b Batch, commits []Commit) Snapshot {
	batches := append([]Batch(nil), s.Batches...)
	for i := range batches {
		if d := batches[i].Deployment; d.Commit == b.Deployment.Commit && d.Tag == b.Deployment.Tag {
			batches[i].Commits, batches[i].Truncated = b.Commits, b.Truncated
		}
	}
	known := make(map[Hash]bool, len(s.Commits))
	for _, c := range s.Commits {
		known[c.Hash] = true
	}
	all := append([]Commit(nil), s.Commits...)
	for _, c := range commits {
		if !known[c.Hash] {
			all = append(all, c)
		}
	}
	s.Batches, s.Commits = batches, all
	return s
}

// Notice is something worth knowing that stops nothing.
type Notice struct {
	Code string
	Text string
}
