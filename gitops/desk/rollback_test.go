package desk

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/gittest"
)

// lines are branches on which production can be rolled back and go on:
//
//	main     a - b - c - d          (a is v1, c is v2)
//	hotfix   a - h - i              (h is v1.0.1)
//	undone   a - b - c - d - r      r reverts c
//	again    … - r - s              s reverts r
//	restored a - b - c - d - t      t has the tree of a
//	without  a - w                  what was pushed over main
//	merged   a - b - m - n          m merges e, f; n reverts m
//	anew     o
//	repo     web and api have tags of their own
func lines(t *testing.T) *gittest.Repo {
	r := gittest.New(t)
	commit := func(name, message, file string) {
		r.Commit(message, map[string]string{file: name + "\n"})
		r.Tag("at/" + name)
	}
	commit("a", "Open", "shop")
	r.AnnotatedTag("v1.0.0")
	r.Git("branch", "hotfix")
	r.Git("branch", "without")
	commit("b", "Round totals", "total")
	r.Git("branch", "merged")
	commit("c", "Break it", "shop")
	r.AnnotatedTag("v2.0.0")
	commit("d", "Fix a typo", "banner")
	for _, b := range []string{"undone", "restored"} {
		r.Git("branch", b)
	}
	r.Checkout("hotfix")
	commit("h", "Hotfix", "tax")
	r.AnnotatedTag("v1.0.1")
	commit("i", "Hotfix, too", "tax")
	r.Checkout("undone")
	commit("r", "Revert \"Break it\"\n\nThis reverts commit "+r.Rev("at/c").String()+".", "shop")
	r.CheckoutNew("again")
	commit("s", "Reapply \"Break it\"\n\nThis reverts commit "+r.Rev("at/r").String()+".", "shop")
	r.Checkout("restored")
	r.Git("read-tree", "-u", "--reset", "at/a")
	r.Git("commit", "-q", "-m", "Restore v1.0.0")
	r.Tag("at/t")
	r.Checkout("without")
	commit("w", "Something else", "other")
	r.Checkout("merged")
	r.CheckoutNew("topic")
	commit("e", "Topic", "topic")
	commit("f", "Topic, too", "topic")
	r.Checkout("merged")
	commit("g", "Beside", "beside")
	m := r.Merge("topic")
	r.Tag("at/m")
	commit("n", "Revert \"Merge topic\"\n\nThis reverts commit "+m.String()+", reversing\nchanges made to "+r.Rev("at/g").String()+".", "topic")
	r.Git("checkout", "-q", "--orphan", "anew")
	commit("o", "Open again", "shop")
	r.Checkout("main")
	return r
}

// say reads rows as "source: a live 30, b superseded 20 [v1.0]; source: …", newest
// first; a time of "-" is none, and a name in brackets the row's own tag.
func say(r *gittest.Repo, text string) []deploy.Source {
	var out []deploy.Source
	for _, part := range strings.Split(text, ";") {
		name, rows, _ := strings.Cut(part, ":")
		source := rowsOf{name: strings.TrimSpace(name)}
		for _, row := range strings.Split(rows, ",") {
			words := strings.Fields(row)
			d := gitops.Deployment{Environment: "production", Status: gitops.Status(words[1])}
			if d.Commit = gitops.HashObject(gitops.KindBlob, []byte(words[0])); words[0] != "nowhere" {
				d.Commit = r.Rev("at/" + words[0] + "^{commit}")
			}
			if minutes, err := strconv.Atoi(words[2]); err == nil {
				d.StartedAt = r.Now().Add(time.Duration(minutes) * time.Minute)
			}
			for _, word := range words[3:] {
				if tag, ok := strings.CutPrefix(word, "["); ok {
					d.Tag = strings.TrimSuffix(tag, "]")
				} else {
					d.Environment = word
				}
			}
			source.rows = append(source.rows, d)
		}
		out = append(out, source)
	}
	return out
}

// TestGoingBack is a table of what production may do: whether it went back is what
// people act on at night, so neither an alarm too many nor one too few.
func TestGoingBack(t *testing.T) {
	r := lines(t)
	for _, c := range []struct {
		name, branch, told string
		// runs is what counts as deployed; left, what was given up, with the commits
		// that come back and those that come back reverted.
		runs, left string
	}{
		{"forward", "main", "ci: c live 30, a superseded 0", "c", ""},
		{"back", "main", "ci: a live 30, c superseded 20, a superseded 0", "a", "c 2 0"},
		{"back to what no row tells of", "main", "ci: a live 30, c superseded 20", "a", "c 2 0"},
		{"back step by step", "main", "ci: a live 40, b superseded 30, d superseded 20, b superseded 10", "a", "d 3 0"},
		{"back, and the same again", "main", "ci: a live 40, a superseded 30, c superseded 20, a superseded 0", "a", "c 2 0"},
		{"back, and forward", "main", "ci: d live 40, a superseded 30, c superseded 20, a superseded 0", "d", ""},
		{"the old row is live again", "main", "ci: c superseded 20, a live 0", "a", "c 2 0"},
		{"the new one failed", "main", "ci: c failed 20, a live 0", "a", ""},
		{"failed, and deployed the old one again", "main", "ci: a live 30, c failed 20, a superseded 0", "a", ""},
		{"a failed one in between", "main", "ci: a live 30, d failed 25, c superseded 20, a superseded 0", "a", "c 2 0"},
		{"on its way", "main", "ci: c pending 20, a live 0", "a", ""},
		{"on its way back", "main", "ci: a pending 30, c live 20, a superseded 0", "c", ""},
		{"the same commit twice", "main", "ci: c live 30, c superseded 20, a superseded 0", "c", ""},
		{"not known", "main", "ci: c unknown 20, a live 0", "a", ""},
		// Canaries, and blue beside green: both run.
		{"a canary of the old one", "main", "ci: a live 30, c live 20", "a", ""},
		{"a canary", "main", "ci: c live 30, a live 0", "c", ""},
		{"a canary that was given up", "main", "ci: c superseded 30, a live 0", "a", "c 2 0"},
		{"what was before is not in this clone", "main", "ci: a live 30, nowhere superseded 20, a superseded 0", "a", " 0 0"},
		{"nor what was before that", "main", "ci: b live 30, a superseded 20, nowhere superseded 10", "b", ""},
		// Hotfixes lie beside the branch.
		{"a hotfix", "main", "ci: h live 30, a superseded 0", "h", ""},
		{"a hotfix of the old release", "main", "ci: h live 30, c superseded 20, a superseded 0", "h", ""},
		{"from the hotfix to the branch", "main", "ci: c live 40, h superseded 30, a superseded 0", "c", ""},
		{"back to the hotfix", "main", "ci: h live 50, c superseded 40, h superseded 30, a superseded 0", "h", "c 2 0"},
		{"back from the hotfix", "main", "ci: a live 40, h superseded 30, a superseded 0", "a", "h 0 0"},
		{"a hotfix after going back", "main", "ci: h live 40, a superseded 30, c superseded 20, a superseded 0", "h", "c 2 0 onward"},
		{"two of them", "main", "ci: i live 50, h superseded 40, a superseded 30, c superseded 20, a superseded 0", "i", "c 2 0 onward"},
		{"and then all of it", "main", "ci: d live 50, h superseded 40, a superseded 30, c superseded 20", "d", ""},
		{"and then all of it, and the hotfix again", "main", "ci: i live 60, d superseded 50, h superseded 40, a superseded 30, c superseded 20", "i", ""},
		{"back twice, of which one is over", "main", "ci: i live 60, h superseded 50, i superseded 45, h superseded 40, a superseded 30, c superseded 20, a superseded 0", "i", "c 2 0 onward"},
		{"back from a hotfix that nobody merged, and on", "main", "ci: c live 50, a superseded 40, i superseded 30, a superseded 0", "c", ""},
		// What the branch did meanwhile.
		{"taken back on the branch", "undone", "ci: a live 30, c superseded 20, a superseded 0", "a", "c 2 1"},
		{"and brought back", "again", "ci: a live 30, c superseded 20, a superseded 0", "a", "c 2 0"},
		{"the revert is deployed", "undone", "ci: r live 40, a superseded 30, c superseded 20, a superseded 0", "r", ""},
		{"restored on the branch", "restored", "ci: a live 30, c superseded 20, a superseded 0", "a", "c 2 2"},
		{"the restore is deployed", "restored", "ci: t live 40, a superseded 30, c superseded 20, a superseded 0", "t", ""},
		{"a merge taken back", "merged", "ci: g live 30, m superseded 20, g superseded 0", "g", "m 3 3"},
		{"a hotfix, and all is taken back", "restored", "ci: h live 40, a superseded 30, c superseded 20", "h", ""},
		{"pushed over", "without", "ci: a live 30, c superseded 20, a superseded 0", "a", "c 0 0"},
		{"begun anew", "anew", "ci: a live 30, c superseded 20, a superseded 0", "a", "c 0 0"},
		{"pushed over, and deployed", "without", "ci: w live 40, a superseded 30, c superseded 20, a superseded 0", "w", ""},
		// Times.
		{"a slow deployment of the elder that ended last", "main", "ci: a live 12, c superseded 10", "a", "c 2 0"},
		{"a line without a time follows the one above it", "main", "ci: a live -, c superseded 20, a superseded 0", "a", "c 2 0"},
		{"that one, and forward", "main", "ci: d live 30, a superseded -, c superseded 20, a superseded 0", "d", ""},
		{"no times at all", "main", "ci: c live -, a superseded -", "c", ""},
		{"no times at all, and back", "main", "ci: a live -, c superseded -, a superseded -", "a", "c 2 0"},
		// Several services, each with tags of its own.
		{"another service runs an older commit", "main", "ci: b live 30 [web-v1.0.0], c live 20 [api-v1.0.0], a superseded 0 [web-v0.9.0]", "b", ""},
		{"one live row for both", "main", "ci: b live 30 [web-v1.0.0], c superseded 20 [api-v1.0.0], a superseded 0 [web-v0.9.0]", "b", ""},
		{"one of two went back", "main", "ci: a live 40 [web-v0.9.0], b superseded 30 [web-v1.0.0], c superseded 20 [api-v1.0.0]", "a", "b 1 0"},
		// Two places, of which only one went back.
		{"the other place went back", "main", "ci: a live 30 staging, c live 25, c superseded 20 staging, a superseded 0", "c", ""},
		// Two sources.
		{"both tell it", "main", "ci: a live 30, c superseded 20, a superseded 0; lab: a live 31, c superseded 21, a superseded 1", "a", "c 2 0"},
		{"the second knows the old one only", "main", "ci: c live 30, a superseded 0; lab: a live 2", "c", ""},
		{"only the second heard of it", "main", "ci: c live 30, a superseded 0; lab: a live 90, c superseded 31, a superseded 1", "a", "c 2 0"},
		{"only the first heard of it", "main", "ci: a live 90, c superseded 30, a superseded 0; lab: c live 31, a superseded 1", "a", "c 2 0"},
		{"the second is late", "main", "ci: c live 30, a superseded 25; lab: a live 33", "c", ""},
		{"the second's clock is an hour ahead", "main", "ci: c live 30, a superseded 0; lab: c live 90, a superseded 60", "c", ""},
		{"the first's clock is an hour ahead", "main", "ci: c live 90, a superseded 60; lab: c live 30, a superseded 0", "c", ""},
		{"one without statuses", "main", "ci: c live 30, a superseded 0; lab: a unknown 90, c unknown 31", "c", ""},
		{"one without times says what runs", "main", "ci: a live -; lab: c live 30, a superseded 0", "a", "c 2 0"},
		{"one without times that is believed less", "main", "ci: c live 30, a superseded 0; lab: a live -", "c", ""},
	} {
		d := open(t, r, func(o *Options) { o.Sources, o.Branch = say(r, c.told), c.branch })
		s := told(t, d)
		got := ""
		if b := s.Rollback; b != nil {
			got = fmt.Sprintf("%s %d %d", nameAt(r, b.Left.Commit), b.Pending, b.Reverted)
			if b.Onward {
				got += " onward"
			}
		}
		runs := ""
		if s.Deployed != nil {
			runs = nameAt(r, s.Deployed.Commit)
		}
		if runs != c.runs || got != c.left {
			t.Errorf("%s: runs %s, left %q; want %s, %q", c.name, runs, got, c.runs, c.left)
		}
		if (notice(s, "rolled-back") != "") != (c.left != "") {
			t.Errorf("%s: notice %q", c.name, notice(s, "rolled-back"))
		}
	}
}

// What a person reads of it.
func TestARollbackInWords(t *testing.T) {
	r := lines(t)
	const rows = "ci: a live 30, c superseded 20, a superseded 0"
	for _, c := range []struct{ branch, told, want string }{
		{"main", rows, "production went back from v2.0.0 to v1.0.0: main still holds 2 commits that were given up, and the next ordinary deploy brings them back, the bad one among them"},
		{"main", "ci: b live 30, c superseded 20", "production went back from v2.0.0 to " + r.Rev("at/b").Short() + ": main still holds the commit that was given up, and the next ordinary deploy brings it back"},
		{"undone", rows, "production went back from v2.0.0 to v1.0.0: undone still holds 1 commit that was given up, and the next ordinary deploy brings it back, 1 more together with its revert"},
		{"restored", rows, "production went back from v2.0.0 to v1.0.0; restored holds what was given up together with its revert: the next deploy does not bring it back"},
		{"without", rows, "production went back from v2.0.0 to v1.0.0; without does not hold any more what v2.0.0 had brought"},
		{"main", "ci: a live 30, nowhere superseded 20, a superseded 0", "production went back from " + gitops.HashObject(gitops.KindBlob, []byte("nowhere")).Short() + " to v1.0.0; what " +
			gitops.HashObject(gitops.KindBlob, []byte("nowhere")).Short() + " had brought cannot be counted here: take it that the next ordinary deploy brings it back"},
		{"main", "ci: h live 40, a superseded 30, c superseded 20", "production went back from v2.0.0, which v1.0.1 does not have either: main still holds 2 commits that were given up, and the next ordinary deploy brings them back, the bad one among them"},
	} {
		s := told(t, open(t, r, func(o *Options) { o.Sources, o.Branch = say(r, c.told), c.branch }))
		if got := notice(s, "rolled-back"); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

// What lies behind the end of a shallow clone may be an ancestor or not: nobody
// knows, and no alarm is raised.
func TestAShallowCloneRaisesNoFalseAlarm(t *testing.T) {
	r := lines(t)
	bare := r.WithRemote()
	r.Git("push", "-q", "origin", "main", "--tags")
	for _, c := range []struct {
		told string
		back bool
	}{
		{"ci: d live 30, a superseded 20, d superseded 10", false}, // it went forward from a
		{"ci: c live 30, d superseded 20, c superseded 10", true},
		{"ci: c live 30, d superseded 20", true},
		{"ci: d live 30, c superseded 20", false},
	} {
		clone := bare.Clone("--depth", "2", "--no-local", "--branch", "main", "--no-tags")
		for _, own := range []string{"", "at/a"} {
			if own != "" {
				clone.Git("fetch", "-q", "--no-tags", "origin", own)
			}
			s := told(t, open(t, clone, sources(say(r, c.told)...)))
			if (s.Rollback != nil) != c.back || !s.Shallow {
				t.Errorf("%s: %+v", c.told, s.Rollback)
			}
		}
	}
}

// However many commits were given up, all that the branch holds come back.
func TestAllThatWasGivenUpIsCounted(t *testing.T) {
	r := lines(t)
	var many strings.Builder
	const n = longestBatch + 50
	for i := range n {
		fmt.Fprintf(&many, "commit refs/heads/main\ncommitter A <a@example.com> %d +0000\ndata 1\nx\n", r.Now().Unix()+int64(i))
		if i == 0 {
			many.WriteString("from " + r.Rev("at/d").String() + "\n")
		}
		fmt.Fprintf(&many, "M 100644 inline many\ndata <<E\n%d\nE\n\n", i)
	}
	if out, err := r.GitInput(many.String(), "fast-import", "--quiet", "--force"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	r.Git("tag", "at/z", "main")
	s := told(t, open(t, r, func(o *Options) { o.Sources, o.Branch = say(r, "ci: d live 30, z superseded 20"), "main" }))
	if s.Rollback == nil || s.Rollback.Lost != n || s.Rollback.Pending != n || s.Rollback.Reverted != 0 {
		t.Errorf("%+v", s.Rollback)
	}
}

func nameAt(r *gittest.Repo, c gitops.Hash) string {
	if c == gitops.HashObject(gitops.KindBlob, []byte("nowhere")) {
		return ""
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(r.Git("tag", "--points-at", c.String(), "at/*"), "at/"), "\n")
	return name
}
