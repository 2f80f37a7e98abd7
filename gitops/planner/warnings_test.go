package planner

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/release"
)

// story builds a history commit by commit, one hour apart.
type story struct{ *graph }

func newStory(start files) story {
	s := story{newGraph()}
	s.graph.commit(start, gittest.Start, "root\n")
	return s
}

// then commits on the tip; a nil file deletes.
func (s story) then(message string, changes map[string]*file) gitops.Hash {
	return s.on(message, changes, s.tip())
}

func (s story) on(message string, changes map[string]*file, parents ...gitops.Hash) gitops.Hash {
	t := maps.Clone(s.trees[parents[0]])
	for path, f := range changes {
		if f == nil {
			delete(t, path)
		} else {
			t.put(path, *f)
		}
	}
	return s.graph.commit(t, gittest.Start.Add(time.Duration(len(s.order))*time.Hour), message, parents...)
}

func text(s string) *file { return &file{gitops.ModeFile, s} }

const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12\n"

// warningCases revert one commit each. Every code of the plan is in want, with
// a word of its sentence; no other code is there.
var warningCases = []struct {
	name, message string
	start         files
	changes       map[string]*file
	want          map[string]string
}{
	{name: "nothing", changes: map[string]*file{"a": text("b\n")}},
	{
		name: "migrations dropped", changes: map[string]*file{"db/migrate/1_x.rb": text("x\n"), "db/migrate/2_y.rb": text("y\n")},
		want: map[string]string{gitops.WarnMigration: "db/migrate/1_x.rb, db/migrate/2_y.rb would be deleted"},
	},
	{
		name: "migration changed", start: files{"db/migrate/1_x.rb": *text("x\n")}, changes: map[string]*file{"db/migrate/1_x.rb": text("y\n")},
		want: map[string]string{gitops.WarnMigration: "changes; one that has run"},
	},
	{
		name: "migration brought back", start: files{"db/migrate/1_x.rb": *text("x\n")}, changes: map[string]*file{"db/migrate/1_x.rb": nil},
		want: map[string]string{gitops.WarnMigration: "changes; one that has run"},
	},
	{name: "lockfile", changes: map[string]*file{"web/yarn.lock": text("x\n")}, want: map[string]string{gitops.WarnLockfile: "web/yarn.lock"}},
	{name: "ci", changes: map[string]*file{".gitlab-ci.yml": text("x\n")}, want: map[string]string{gitops.WarnCIConfig: ".gitlab-ci.yml"}},
	{
		name: "workflow moved into place", start: files{"draft.yml": *text(lines(1, 20))},
		changes: map[string]*file{"draft.yml": nil, ".github/workflows/ci.yml": text(lines(1, 20))},
		want:    map[string]string{gitops.WarnCIConfig: "draft.yml"},
	},
	{name: "version", changes: map[string]*file{"VERSION": text("2\n")}, want: map[string]string{gitops.WarnVersionFile: "VERSION"}},
	{name: "binary", changes: map[string]*file{"logo.png": text("\x00\x01")}, want: map[string]string{gitops.WarnBinary: "logo.png"}},
	{
		name: "lfs", start: files{"big": *text(fmt.Sprintf(pointer, strings.Repeat("0a", 32)))},
		changes: map[string]*file{"big": text(fmt.Sprintf(pointer, strings.Repeat("0b", 32)))},
		want:    map[string]string{gitops.WarnLFS: "big"},
	},
	{name: "security", message: "Fix CVE-2024-12345\n", changes: map[string]*file{"a": text("b\n")}, want: map[string]string{gitops.WarnSecurity: "security fix"}},
	{name: "skip ci", message: "Docs [skip ci]\n", changes: map[string]*file{"a": text("b\n")}, want: map[string]string{gitops.WarnSkipCI: "defused"}},
	{
		name: "release bot", start: files{".releaserc": *text("{}\n")}, changes: map[string]*file{"a": text("b\n")},
		want: map[string]string{gitops.WarnReleaseBot: "semantic-release"},
	},
}

func TestEachWarning(t *testing.T) {
	for _, c := range warningCases {
		t.Run(c.name, func(t *testing.T) {
			start := files{"a": *text("a\n"), "keep": *text("keep\n")}
			maps.Copy(start, c.start)
			if c.message == "" {
				c.message = "Change\n"
			}
			s := newStory(start)
			p := s.planOf(t, s.snapshot(), gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{s.then(c.message, c.changes)}})
			holdsWarnings(t, p, c.want)
			if strings.Contains(p.Message, "[skip ci]") {
				t.Errorf("the message keeps the marker: %q", p.Message)
			}
		})
	}
}

func (s story) planOf(t *testing.T, snap gitops.Snapshot, r gitops.Remedy) gitops.Plan {
	t.Helper()
	snap.Tip = s.tip()
	p, err := s.planner().PlanRevert(context.Background(), snap, r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func holdsWarnings(t *testing.T, p gitops.Plan, want map[string]string) {
	t.Helper()
	var codes []string
	for _, w := range p.Warnings {
		codes = append(codes, w.Code)
		if !strings.Contains(w.Text, want[w.Code]) || w.Text == "" {
			t.Errorf("%s says %q, want %q", w.Code, w.Text, want[w.Code])
		}
	}
	slices.Sort(codes)
	if p.Verdict != gitops.VerdictClean || !slices.Equal(codes, slices.Sorted(maps.Keys(want))) {
		t.Errorf("%s %q: codes %v, want %v", p.Verdict, p.Reason, codes, slices.Sorted(maps.Keys(want)))
	}
}

func TestSubmoduleWarning(t *testing.T) {
	h := newGraph()
	at := func(commit string) gitops.Hash {
		return h.add(gitops.KindTree, gitops.EncodeTree([]gitops.TreeEntry{
			{Name: "lib", Mode: gitops.ModeSubmodule, Hash: gitops.MustHash(strings.Repeat(commit, 40))},
		}))
	}
	root := h.commit(files{}, gittest.Start, "root\n")
	moved := h.commit(files{}, gittest.Start, "move\n", root)
	for id, tree := range map[gitops.Hash]gitops.Hash{root: at("1"), moved: at("2")} {
		c := h.commits[id]
		c.Tree = tree
		h.commits[id] = c
	}
	p := story{h}.planOf(t, h.snapshot(), gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{moved}})
	holdsWarnings(t, p, map[string]string{gitops.WarnSubmodule: "lib"})
}

func TestShallowWarningEvenWithoutACleanPlan(t *testing.T) {
	s := newStory(files{"a": *text("a\n")})
	suspect := s.then("one\n", map[string]*file{"a": text("b\n")})
	s.then("two\n", map[string]*file{"a": text("c\n")})
	snap := s.snapshot()
	snap.Shallow = true
	p := s.planOf(t, snap, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect}})
	if p.Verdict != gitops.VerdictConflict || !warns(p, gitops.WarnShallow) {
		t.Errorf("%s %v", p.Verdict, p.Warnings)
	}
}

// TestRevertedInPart: a later message says "reverts", the tree says otherwise.
func TestRevertedInPart(t *testing.T) {
	s := newStory(files{"a": *text(lines(1, 20)), "b": *text("b\n")})
	suspect := s.then("both\n", map[string]*file{"a": text(lines(1, 20, 3)), "b": text("changed\n")})
	by := s.then(fmt.Sprintf("Revert half\n\nThis reverts commit %s.\n", suspect), map[string]*file{"b": text("b\n")})
	p := s.planOf(t, s.snapshot(), gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect}})
	holdsWarnings(t, p, map[string]string{gitops.WarnAlreadyReverted: by.Short() + " says that it already reverts"})
}

// TestDeploymentWarnsOfWhatItTakesBack: a whole deployment that goes back
// takes its security fixes along, whether reverted or restored over.
func TestDeploymentWarnsOfWhatItTakesBack(t *testing.T) {
	s := newStory(files{"a": *text("a\n"), "b": *text("b\n"), "c": *text("c\n")})
	first := s.tip()
	topic := s.then("Fix CVE-2024-12345\n", map[string]*file{"a": text("fixed\n")})
	side := s.on("side\n", map[string]*file{"b": text("side\n")}, first)
	merge := s.on("Merge side\n", map[string]*file{"b": text("side\n")}, topic, side)
	later := s.then("Later on b\n", map[string]*file{"c": text("later\n"), "b": text("side\nlater\n")})
	tip := s.then("Undo on b\n", map[string]*file{"b": text("side\n")})
	snap := s.snapshot()
	snap.Batches = []gitops.Batch{
		{Deployment: gitops.Deployment{Tag: "v2", Commit: merge}, Previous: "v1", Commits: []gitops.Hash{merge, side, topic}},
		{Deployment: gitops.Deployment{Tag: "v1", Commit: first}, Commits: []gitops.Hash{first}},
	}
	want := map[string]string{gitops.WarnSecurity: topic.Short(), gitops.WarnMergeReland: merge.Short()}
	p := s.planOf(t, snap, gitops.Remedy{Kind: gitops.RevertDeployment, Deployment: "v2"})
	holdsWarnings(t, p, want)
	if !slices.Equal(p.Later, []gitops.Hash{tip, later}) {
		t.Errorf("later %v", p.Later)
	}
	holdsWarnings(t, s.planOf(t, snap, gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: "v1"}), want)
}

func TestUnsignedWarning(t *testing.T) {
	s := newStory(files{"a": *text("a\n")})
	h := s.then("change\n", map[string]*file{"a": text("b\n")})
	p := s.planner()
	p.Scheme = release.Infer([]gitops.Tag{{Name: "v1.0.0", Commit: h, Annotated: true, Signed: true}}, nil, release.Options{})
	plan, err := p.PlanRevert(context.Background(), s.snapshot(), gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{h}})
	if err != nil {
		t.Fatal(err)
	}
	holdsWarnings(t, plan, map[string]string{gitops.WarnUnsigned: "v1.0.0 was signed"})
}

// TestOnlyMessagesAfterASuspectAreRead, a day for wrong clocks included: what is
// older cannot name it.
func TestOnlyMessagesAfterASuspectAreRead(t *testing.T) {
	h := newGraph()
	day := 24 * time.Hour
	root := h.commit(files{"a": *text("a\n")}, gittest.Start, "root\n")
	for i := range 5 {
		root = h.commit(files{"a": *text(fmt.Sprintln(i))}, gittest.Start.Add(time.Duration(i)*day), "old\n", root)
	}
	at := gittest.Start.Add(30 * day)
	own := h.commit(files{"gui": *text("a\n")}, at, "root of another history\n")
	suspect := h.commit(files{"gui": *text("b\n")}, at, "suspect\n", own)
	both := files{"a": *text("4\n"), "gui": *text("b\n")}
	merged := h.commit(both, at, "merge\n", root, suspect)
	// The clock of this one is wrong by hours.
	said := h.commit(both, at.Add(-20*time.Hour), "This reverts commit "+suspect.String()+".\n", merged)
	p := h.planner()
	p.Trails = NewTrails(h)
	plan, err := p.PlanRevert(context.Background(), h.snapshot(), gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect}})
	if err != nil || plan.Verdict != gitops.VerdictClean || !warns(plan, gitops.WarnAlreadyReverted) {
		t.Fatalf("%s %q %v %v, want a word of %s", plan.Verdict, plan.Reason, plan.Warnings, err, said.Short())
	}
	read := 0
	for _, done := range p.Trails.from(said).reverts.done {
		if done {
			read++
		}
	}
	if read != 2 {
		t.Errorf("%d messages were read, want those of the merge and of %s", read, said.Short())
	}
}
