package suspect

import (
	"context"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// rankAged ranks with the given commits in the suspect deployment, all others in
// earlier ones.
func rankAged(t *testing.T, r *gittest.Repo, e gitops.Evidence, suspects ...gitops.Hash) gitops.Suspects {
	t.Helper()
	objs, q := inquire(t, r, e)
	for i := range q.Candidates {
		q.Candidates[i].Age = 1
		for _, h := range suspects {
			if q.Candidates[i].Commit.Hash == h {
				q.Candidates[i].Age = 0
			}
		}
	}
	c, err := Gather(context.Background(), objs, q)
	if err != nil {
		t.Fatalf("gather: %v", err)
	}
	return Rank(c)
}

func TestTheSuspectDeploymentsEditComesBeforeAnOldLine(t *testing.T) {
	r := gittest.New(t)
	r.Commit("import", map[string]string{"prices/rules.json": numbered(60), "b.txt": "b\n"})
	r.Commit("earlier", map[string]string{"b.txt": "bb\n"})
	edit := r.Commit("a rule", map[string]string{"prices/rules.json": numbered(60, 40)})
	other := r.Commit("other", map[string]string{"b.txt": "bbb\n"})
	e := gitops.Evidence{Trace: "rules.json: bad rule\n\tat prices/rules.json:7\n"}
	if s := rankAged(t, r, e, edit, other); s.Ranked[0].Commit != edit {
		t.Errorf("%v is first", s.Ranked[0])
	}
}

func TestALineOfAnEarlierDeploymentStandsWhereNothingElseChangedItsFile(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"prices/rules.json": numbered(60), "b.txt": "b\n"})
	line := r.Commit("a rule", map[string]string{"prices/rules.json": numbered(60, 7)})
	other := r.Commit("other", map[string]string{"b.txt": "bbb\n"})
	e := gitops.Evidence{Trace: "rules.json: bad rule\n\tat prices/rules.json:7\n"}
	if s := rankAged(t, r, e, other); s.Ranked[0].Commit != line {
		t.Errorf("%v is first", s.Ranked[0])
	}
}

func TestBoilerplateOfRuntimesIsNoEvidence(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"a.txt": "a\n"})
	r.Commit("Dereference the pointer that a goroutine is running with, a runtime error of invalid memory, most recent call last", map[string]string{"a.txt": "b\n"})
	last := r.Commit("Rename the basket", map[string]string{"a.txt": "c\n"})
	for _, trace := range []string{
		"panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]\n\ngoroutine 1 [running]:\n\t/usr/local/go/src/runtime/panic.go:88 +0x1\n",
		"Traceback (most recent call last):\n  File \"/usr/lib/python3/x.py\", line 3, in run\nRuntimeError: \n",
		"Exception in thread \"main\" java.lang.NullPointerException: Cannot read properties of null\n\tat java.lang.Thread.run(Thread.java:1)\n",
	} {
		s := rank(t, r, gitops.Evidence{Trace: trace})
		if s.Ranked[0].Commit != last {
			t.Errorf("%.40q: %v", trace, s.Ranked[0])
		}
		for _, k := range s.Ranked {
			if k.Reasons[0].Kind == gitops.ReasonWords {
				t.Errorf("%.40q: %v", trace, k.Reasons)
			}
		}
	}
}

func TestWhatIsLeftOfBoilerplate(t *testing.T) {
	for text, want := range map[string]string{
		"panic: runtime error: index out of range [3] with length 3":                           "[3] with length 3",
		"TypeError: Cannot read properties of undefined (reading 'basket')":                    ": undefined (reading 'basket')",
		"com.acme.PriceException: no price for gloves":                                         "com.acme.PriceException: no price for gloves",
		"java.lang.IllegalStateException: basket is closed":                                    ": basket is closed",
		"NoMethodError: undefined method `total' for nil:NilClass":                             ": `total'",
		"AttributeError: 'Basket' object has no attribute 'total'":                             ": 'Basket' 'total'",
		"thread 'main' panicked at src/price.rs:41:9:":                                         "src/price.rs:41:9:",
		"System.NullReferenceException: Object reference not set to an instance of an object.": ": .",
	} {
		if got := strings.Join(strings.Fields(withoutBoilerplate(text)), " "); got != want {
			t.Errorf("%q of %q, want %q", got, text, want)
		}
	}
}

func TestPhrasesOfAPersonCountMoreThanTheirWords(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"a.txt": "a\n"})
	phrase := r.Commit("Round the discount up: gift cards", map[string]string{"a.txt": "b\n"})
	r.Commit("Sell cards of any kind, gift boxes as well", map[string]string{"a.txt": "c\n"})
	if s := rank(t, r, gitops.Evidence{Text: "customers cannot pay with gift cards"}); s.Ranked[0].Commit != phrase {
		t.Errorf("%v is first", s.Ranked[0])
	}
}

func TestWhatRobotsCommitComesLater(t *testing.T) {
	by := func(name, subject string) gitops.Commit {
		return gitops.Commit{Author: gitops.Signature{Name: name}, Message: subject + "\n"}
	}
	for _, c := range []struct {
		commit gitops.Commit
		want   float64
	}{
		{by("Jo", "Round the discount"), 0},
		{by("dependabot[bot]", "Bump json from 1 to 2"), byRobot},
		{by("Jo", "Prepare release 2.0"), 1},
		{by("github-actions[bot]", "Update CHANGELOG"), 1},
		{by("Robot Ross", "Round the discount"), 0},
	} {
		if got := chore(c.commit); got != c.want {
			t.Errorf("%s by %s: %v, want %v", c.commit.Subject(), c.commit.Author.Name, got, c.want)
		}
	}
}

func TestWhatAFileWasLongAgoSaysLess(t *testing.T) {
	for _, c := range []struct {
		days     int
		oldFirst bool
	}{{1, true}, {40, false}} {
		r := gittest.New(t)
		r.Commit("start", map[string]string{"c.go": "a\n"})
		old := r.Commit("one", map[string]string{"a/one.go": "b\n"})
		r.SetNow(r.Now().AddDate(0, 0, c.days))
		r.Commit("several", map[string]string{"b/two.go": "b\n", "b/x": "b\n", "b/y": "b\n", "b/z": "b\n"})
		s := rank(t, r, gitops.Evidence{Paths: []string{"a/one.go", "b/two.go"}})
		if got := s.Ranked[0].Commit == old; got != c.oldFirst {
			t.Errorf("%d days apart: %v is first", c.days, s.Ranked[0])
		}
	}
}

func TestALineThatATraceNamesTwiceIsOneReason(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"src/main.rs": numbered(20)})
	culprit := r.Commit("spawn", map[string]string{"src/main.rs": numbered(20, 7, 12)})
	s := rank(t, r, gitops.Evidence{Trace: "thread 'main' panicked at src/main.rs:7:22:\nthere is no reactor running\nstack backtrace:\n" +
		"   3: app::run\n             at ./src/main.rs:7:22\n   4: app::main\n             at ./src/main.rs:12:5\n"})
	var lines []string
	for _, reason := range place1(t, s, culprit).Reasons {
		if reason.Kind == gitops.ReasonLine {
			lines = append(lines, reason.Text)
		}
	}
	want := []string{"changed `src/main.rs:7`, the line that fails, in v2", "changed `src/main.rs:12`, a line that the trace names, in v2"}
	if !slices.Equal(lines, want) {
		t.Errorf("got %q, want %q", lines, want)
	}
}

func TestWhatALogNamesInPassingComesAfterWhatFails(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"tsdb/postings.go": numbered(60), "cmd/main.go": numbered(60)})
	fails := r.Commit("grow", map[string]string{"tsdb/postings.go": numbered(60, 50)})
	logs := r.Commit("reload", map[string]string{"cmd/main.go": numbered(60, 20)})
	const info = "ts=2024-11-03T13:11:09.113Z caller=cmd/main.go:7 level=info msg=\"started\"\n"
	stack := "fatal error: runtime: out of memory\n\ngoroutine 1 [running]:\nmain.add()\n\t/app/tsdb/postings.go:7 +0x1ba\n"
	s := rank(t, r, gitops.Evidence{Trace: info + stack})
	if place1(t, s, fails).Rank > place1(t, s, logs).Rank {
		t.Errorf("got %v", s.Ranked)
	}
	// Where there is no stack, the log is what there is.
	s = rank(t, r, gitops.Evidence{Trace: info, Paths: []string{"tsdb/postings.go"}})
	if place1(t, s, logs).Rank > place1(t, s, fails).Rank {
		t.Errorf("without a stack: %v", s.Ranked)
	}
}
