package threeway_test

import (
	"fmt"
	"strings"

	"ahead/gitops"
)

// agreementLine is one line of the table: one kind of commits, reverted onto
// one or more points.
type agreementLine struct {
	name   string
	points []point
}

func (l agreementLine) size() int {
	n := 0
	for _, p := range l.points {
		n += len(p.cases)
	}
	return n
}

// point is a commit onto which others are reverted.
type point struct {
	onto  string
	cases []revertCase
}

// revertCase is the revert of one commit, against one of its parents.
type revertCase struct {
	name string
	treeTriple
}

// commitKind is what to select, and which parent to go back to.
type commitKind struct {
	name     string
	filter   []string
	mainline int
}

func (r repositoryRun) lines() []agreementLine {
	r.t.Helper()
	kinds := []commitKind{{"plain", []string{"--no-merges", "--min-parents=1"}, 1}, {"merges", []string{"--merges"}, 1}}
	if *mainlineFlag == 2 {
		kinds = append(kinds, commitKind{"merges -m 2", []string{"--merges"}, 2})
	}
	tip := r.revList("-n1", *fromFlag)[0]
	older := r.olderPoints(tip)
	var lines []agreementLine
	for _, kind := range kinds {
		lines = append(lines, agreementLine{"tip, " + kind.name, []point{r.point(tip, kind, *lastFlag)}})
		if len(older) == 0 {
			continue
		}
		line := agreementLine{name: fmt.Sprintf("%d older, %s", len(older), kind.name)}
		for _, onto := range older {
			line.points = append(line.points, r.point(onto, kind, *lastFlag/len(older)))
		}
		lines = append(lines, line)
	}
	return lines
}

// olderPoints are spread evenly over the first-parent history behind the tip.
func (r repositoryRun) olderPoints(tip string) []string {
	if *olderFlag <= 0 {
		return nil
	}
	all := r.revList("--first-parent", tip)
	var points []string
	for i := 1; i <= *olderFlag; i++ {
		points = append(points, all[i*(len(all)-1)/(*olderFlag+1)])
	}
	return points
}

func (r repositoryRun) point(onto string, kind commitKind, n int) point {
	r.t.Helper()
	args := append([]string{fmt.Sprintf("-n%d", n), onto}, kind.filter...)
	if !*allFlag {
		args = append(args, "--first-parent")
	}
	if *onlyFlag != "" {
		args = append([]string{"--no-walk", *onlyFlag}, kind.filter...)
	}
	p := point{onto: onto}
	ours := r.tree(gitops.MustHash(onto))
	for _, id := range r.revList(args...) {
		c, err := r.store.Commit(gitops.MustHash(id))
		if err != nil {
			r.t.Fatal(err)
		}
		p.cases = append(p.cases, revertCase{
			name:       fmt.Sprintf("%s -m %d", id, kind.mainline),
			treeTriple: treeTriple{base: c.Tree, ours: ours, theirs: r.tree(c.Parents[kind.mainline-1])},
		})
	}
	return p
}

func (r repositoryRun) tree(id gitops.Hash) gitops.Hash {
	r.t.Helper()
	c, err := r.store.Commit(id)
	if err != nil {
		r.t.Fatal(err)
	}
	return c.Tree
}

func (r repositoryRun) revList(args ...string) []string {
	r.t.Helper()
	return strings.Fields(string(r.o.git(nil, append([]string{"--git-dir", *repoFlag, "rev-list"}, args...)...)))
}
