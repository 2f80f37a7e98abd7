package screentest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
)

// Now is the moment of the story: half an hour after v1.42.0 broke production.
var Now = time.Date(2026, 3, 14, 14, 31, 0, 0, time.UTC)

// Commits of the story.
var (
	Suspect   = Hash("a01be77")
	Dependant = Hash("77c0d12")
	Merge     = Hash("90be4f1")
	Tip       = Hash("d93b0c4")
	Deployed  = Hash("3f9c2ab")
	Shipped   = Hash("b7f02c9")
)

// Hash fills a short id up to a whole one.
func Hash(short string) gitops.Hash {
	return gitops.MustHash(short + strings.Repeat("0", 40-len(short)))
}

func commit(h gitops.Hash, subject, author string, ago time.Duration) gitops.Commit {
	who := gitops.Signature{Name: author, Email: strings.ToLower(author) + "@shop.example", When: Now.Add(-ago)}
	return gitops.Commit{
		Hash: h, Tree: h, Parents: []gitops.Hash{Hash("1234567")},
		Author: who, Committer: who, Message: subject + "\n",
	}
}

// Snapshot is the shop's repository: v1.42.0 is live and main is three commits
// ahead.
func Snapshot() gitops.Snapshot {
	live := gitops.Deployment{
		Source: "github", Environment: "production", Commit: Deployed, Tag: "v1.42.0",
		Status: gitops.StatusLive, FinishedAt: Now.Add(-29 * time.Minute), Actor: "release-bot",
	}
	before := gitops.Deployment{
		Source: "github", Commit: Hash("1b2c3d4"), Tag: "v1.41.3",
		Status: gitops.StatusSuperseded, FinishedAt: Now.Add(-26 * time.Hour), Actor: "release-bot",
	}
	merge := commit(Merge, "Merge 'http-client'", "Platform", time.Hour)
	merge.Parents = []gitops.Hash{Hash("c4410aa"), Hash("5d01e3c")}
	return gitops.Snapshot{
		Location: gitops.Location{Name: "shop"},
		Branch:   "main", Remote: "origin", RemoteURL: "https://git.shop.example/shop.git",
		Tip: Tip, LocalTip: Tip, FetchedAt: Now.Add(-20 * time.Second),
		Commits: []gitops.Commit{
			commit(Tip, "Update banner text", "Web", 10*time.Minute),
			commit(Hash("8e1f7a2"), "Bump http client", "Platform", 15*time.Minute),
			commit(Hash("1c0aa3d"), "Enable new search", "Search", 20*time.Minute),
			commit(Suspect, "Round totals per line", "Pricing", 41*time.Minute),
			commit(Dependant, "Cache suggestions", "Search", 52*time.Minute),
			merge,
			commit(Hash("c4410aa"), "Add orders.currency", "Checkout", 2*time.Hour),
			commit(Hash("5d01e3c"), "Use one http client", "Platform", 3*time.Hour),
			commit(Hash("1b2c3d4"), "Show the order number", "Checkout", 26*time.Hour),
		},
		Unreleased: gitops.Batch{Previous: "v1.42.0", Commits: []gitops.Hash{Tip, Hash("8e1f7a2"), Hash("1c0aa3d")}},
		Batches: []gitops.Batch{
			{Deployment: live, Previous: "v1.41.3", Commits: []gitops.Hash{Suspect, Dependant, Merge, Hash("c4410aa"), Hash("5d01e3c")}},
			{Deployment: before, Commits: []gitops.Hash{Hash("1b2c3d4")}},
		},
		Deployed: &live,
		Tags: []gitops.Tag{
			{Name: "v1.42.0", Commit: Deployed, Annotated: true}, {Name: "v1.41.3", Commit: Hash("1b2c3d4"), Annotated: true},
		},
	}
}

// Remedy is the revert of the suspect.
func Remedy() gitops.Remedy {
	return gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{Suspect}}
}

// Clean is the plan that ships.
func Clean(r gitops.Remedy) gitops.Plan {
	message := r.Message
	if message == "" {
		message = "Revert \"Round totals per line\"\n\nThis reverts commit " + Suspect.String() + ".\n"
		if r.Reason != "" {
			message += "\n" + r.Reason + "\n"
		}
		if r.Incident != "" {
			message += "\nIncident: " + r.Incident + "\n"
		}
	}
	tag := gitops.TagPlan{Name: "v1.42.1", Scheme: "patch after v1.42.0", After: "v1.42.0", Annotated: true, Signed: true}
	if r.Tag != "" {
		tag.Name, tag.Scheme = r.Tag, "as you named it"
	}
	if r.NoTag {
		tag = gitops.TagPlan{Scheme: "you asked for no tag"}
	}
	return gitops.Plan{
		ID: "p1", Remedy: r, Selection: []gitops.Hash{Suspect}, Remote: "origin", Branch: "main",
		Onto: Tip, OntoTree: Hash("0123456"), Verdict: gitops.VerdictClean, Tree: Hash("8c1d44e"),
		Commits: []gitops.NewCommit{{Tree: Hash("8c1d44e"), Message: message, Reverts: []gitops.Hash{Suspect}}},
		Files: []gitops.FileChange{
			{
				Path: "app/price/total.go", Status: gitops.Modified, OldMode: gitops.ModeFile, NewMode: gitops.ModeFile,
				Additions: 4, Deletions: 12,
			},
			{Path: "app/price/total_test.go", Status: gitops.Deleted, OldMode: gitops.ModeFile, Deletions: 30},
		},
		Collateral:  []gitops.Hash{Tip, Hash("8e1f7a2"), Hash("1c0aa3d")},
		Message:     message,
		Tag:         tag,
		FromRelease: "v1.41.3",
	}
}

// Conflicted is the plan of a suspect that later work builds on.
func Conflicted(r gitops.Remedy) gitops.Plan {
	p := Clean(r)
	p.Verdict, p.Tree, p.Commits, p.Files, p.FromRelease = gitops.VerdictConflict, gitops.Hash{}, nil, nil, ""
	p.Reason = "app/price/total.go was changed again by later commits"
	p.Dependants = []gitops.Hash{Dependant}
	p.Conflicts = []gitops.Conflict{
		{
			Path: "app/price/total.go", Kind: gitops.ConflictContent, Detail: "both sides changed the same lines",
			Hunks: []gitops.ConflictHunk{{
				BaseLine: 40, OursLine: 41, TheirsLine: 38,
				Before: "\tsum := Money{}\n", After: "\treturn sum\n",
				Base:   "\tsum = sum.Add(l.Total().Round(2))\n",
				Ours:   "\tsum = sum.Add(l.Total().Round(precision))\n",
				Theirs: "\tsum = sum.Add(l.Total())\n",
			}},
		},
		{
			Path: "app/price/rounding.go", Kind: gitops.ConflictModifyDelete,
			Detail: "the branch changed it, the revert deletes it",
		},
	}
	return p
}

// Less plans as plan does, and leaves out what the remedy says: whole paths,
// and hunks as Diff has them. What was in conflict and is left out is settled;
// then the second file of Clean is what ships.
func Less(plan func(gitops.Remedy) gitops.Plan) func(gitops.Remedy) gitops.Plan {
	return func(r gitops.Remedy) gitops.Plan {
		p, clean := plan(r), Clean(r)
		if len(r.LeaveOut) == 0 {
			return p
		}
		files := p.Files
		if len(p.Conflicts) > 0 {
			files = clean.Files[1:]
		}
		var conflicts []gitops.Conflict
		for _, c := range p.Conflicts {
			if !stays(r, c.Path) {
				conflicts = append(conflicts, c)
			}
		}
		p.Conflicts, p.FromRelease = conflicts, ""
		if len(conflicts) > 0 {
			return p
		}
		p.Files = nil
		for _, f := range files {
			if !stays(r, f.Path) {
				p.Files = append(p.Files, lessHunks(r, f))
			}
		}
		for _, l := range r.LeaveOut {
			one := gitops.LeftOut{Path: l.Path, Hunks: len(l.Hunks)}
			if one.Hunks > 0 {
				one.Of = len(Diff(gitops.FileChange{}).Hunks)
			}
			p.LeftOut = append(p.LeftOut, one)
		}
		p.Verdict, p.Reason, p.Tree, p.Commits = gitops.VerdictClean, "", Hash("8c1d44f"), clean.Commits
		if r.Message == "" {
			p.Message = "Partially r" + strings.TrimPrefix(clean.Message, "R")
			p.Commits = []gitops.NewCommit{{Tree: p.Tree, Message: p.Message, Reverts: p.Selection}}
		}
		if len(p.Files) == 0 {
			p.Verdict, p.Reason, p.Tree, p.Commits = gitops.VerdictEmpty, "everything that it would change is left out", gitops.Hash{}, nil
		}
		return p
	}
}

func stays(r gitops.Remedy, path string) bool {
	for _, l := range r.LeaveOut {
		if l.Path == path {
			return len(l.Hunks) == 0
		}
	}
	return false
}

func lessHunks(r gitops.Remedy, f gitops.FileChange) gitops.FileChange {
	for _, l := range r.LeaveOut {
		if l.Path == f.Path {
			f.Additions, f.Deletions, f.NewHash = f.Additions-1, f.Deletions-1, Hash("99"+fmt.Sprint(len(l.Hunks)))
		}
	}
	return f
}

// DiffOf is what a plan's file shows: Diff without the hunks that the plan
// leaves out.
func DiffOf(p gitops.Plan, f gitops.FileChange) gitops.FileDiff {
	d := Diff(f)
	names := d.HunkNames()
	for _, l := range p.Remedy.LeaveOut {
		if l.Path != f.Path {
			continue
		}
		var hunks []gitops.Hunk
		for i, h := range d.Hunks {
			if !slices.Contains(l.Hunks, names[i]) {
				hunks = append(hunks, h)
			}
		}
		d.Hunks = hunks
	}
	return d
}

// Empty is the plan of a suspect that was undone already.
func Empty(r gitops.Remedy) gitops.Plan {
	p := Clean(r)
	p.Verdict, p.Tree, p.Commits, p.Files, p.FromRelease = gitops.VerdictEmpty, gitops.Hash{}, nil, nil, ""
	p.Reason = "90be4f1 undid it already, by its message and by its tree"
	return p
}

// Refused is the plan of something that cannot be reverted here.
func Refused(r gitops.Remedy) gitops.Plan {
	p := Empty(r)
	p.Verdict, p.Reason = gitops.VerdictRefused, "a01be77 is not on main, so production never got it from there"
	return p
}

// Long is a plan with far more of everything than any window holds.
func Long(r gitops.Remedy) gitops.Plan {
	p := Clean(r)
	for i := range 500 {
		p.Files = append(p.Files, gitops.FileChange{
			Path:   fmt.Sprintf("services/checkout/internal/payments/providers/provider_%03d/settlement_batch_reconciliation.go", i),
			Status: gitops.Modified, OldMode: gitops.ModeFile, NewMode: gitops.ModeFile, Additions: i * 7, Deletions: i,
		})
		p.Collateral = append(p.Collateral, Hash(fmt.Sprintf("c%06x", i)))
		p.Later = append(p.Later, Hash(fmt.Sprintf("d%06x", i)))
	}
	for _, code := range []string{gitops.WarnMigration, gitops.WarnCIConfig, gitops.WarnLockfile, gitops.WarnSecurity} {
		p.Warnings = append(p.Warnings, gitops.Warning{
			Code: code, Text: "This is what a person should know before shipping, and it takes more than one line to say.",
		})
	}
	return p
}

// Nasty is text that tries to move the cursor, to hide, and to be wide.
const Nasty = "\x1b[2J\x1b]0;owned\x07\u202egnp.exe\u200b\ttab\x00 \u0085 日本語 e\u0301 👩‍💻 \xff\xfe end"

// Hostile is a plan in which everything foreign is Nasty.
func Hostile(r gitops.Remedy) gitops.Plan {
	p := Clean(r)
	p.Message, p.Tag.Scheme, p.FromRelease = Nasty+"\n\n"+Nasty+"\n", Nasty, Nasty
	p.Commits[0].Message = p.Message
	for i := range p.Files {
		p.Files[i].Path = fmt.Sprint(i, Nasty)
	}
	p.Warnings = []gitops.Warning{{Code: Nasty, Text: strings.Repeat(Nasty, 4)}}
	p.Branch, p.Remote = "br"+Nasty, "re"+Nasty
	return p
}

// HostileSnapshot is a snapshot in which everything foreign is Nasty.
func HostileSnapshot() gitops.Snapshot {
	s := Snapshot()
	s.Branch, s.Remote, s.Location.Name = "br"+Nasty, "re"+Nasty, Nasty
	for i := range s.Commits {
		s.Commits[i].Message = Nasty
	}
	for i := range s.Batches {
		s.Batches[i].Deployment.Tag = "v" + Nasty
		s.Batches[i].Previous = "w" + Nasty
	}
	return s
}

// Diff is the change of app/price/total.go.
func Diff(f gitops.FileChange) gitops.FileDiff {
	return gitops.FileDiff{Change: f, Hunks: []gitops.Hunk{
		{
			OldStart: 38, OldLines: 5, NewStart: 38, NewLines: 5, Section: "func Total(lines []Line) Money {",
			Lines: []gitops.DiffLine{
				{Kind: gitops.LineContext, Text: "\tsum := Money{}", Old: 38, New: 38},
				{Kind: gitops.LineContext, Text: "\tfor _, l := range lines {", Old: 39, New: 39},
				{Kind: gitops.LineRemoved, Text: "\t\tsum = sum.Add(l.Total().Round(2))", Old: 40},
				{Kind: gitops.LineAdded, Text: "\t\tsum = sum.Add(l.Total())", New: 40},
				{Kind: gitops.LineContext, Text: "\t}", Old: 41, New: 41},
				{Kind: gitops.LineRemoved, Text: "\treturn sum", Old: 42},
				{Kind: gitops.LineAdded, Text: "\treturn sum.Round(2)", New: 42},
			},
		},
		{
			OldStart: 90, OldLines: 2, NewStart: 90, NewLines: 1,
			Lines: []gitops.DiffLine{
				{Kind: gitops.LineContext, Text: "}", Old: 90, New: 90},
				{Kind: gitops.LineRemoved, Text: "// " + strings.Repeat("a long line without an end ", 12), Old: 91, NoNewline: true},
			},
		},
	}}
}

// BigDiff is a change of n lines.
func BigDiff(n int) gitops.FileDiff {
	h := gitops.Hunk{OldStart: 1, OldLines: n, NewStart: 1, NewLines: n}
	for i := range n / 2 {
		h.Lines = append(h.Lines,
			gitops.DiffLine{Kind: gitops.LineRemoved, Text: fmt.Sprintf("\tvalue[%d] = compute(%d, before)", i, i), Old: i + 1},
			gitops.DiffLine{Kind: gitops.LineAdded, Text: fmt.Sprintf("\tvalue[%d] = compute(%d, after)", i, i), New: i + 1})
	}
	return gitops.FileDiff{Change: gitops.FileChange{Path: "generated/table.go", Status: gitops.Modified}, Hunks: []gitops.Hunk{h}}
}

// Counted is a text of n lines, with an exclamation mark behind those in loud:
// far enough apart, each makes a hunk of its own.
func Counted(n int, loud ...int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "line %d", i)
		if slices.Contains(loud, i) {
			b.WriteString("!")
		}
		b.WriteString("\n")
	}
	return b.String()
}
