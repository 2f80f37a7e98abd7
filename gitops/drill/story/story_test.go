package story

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/drill/shop"
)

// TestMain draws fewer stories than rapid would: each property reads some
// sixty commits. `go test -rapid.checks=1000` draws more.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", "15"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func write(t rapid.TB, s Scenario, seed uint64) *History {
	t.Helper()
	h, err := Write(s, seed)
	if err != nil {
		t.Fatalf("%s, seed %d: %v", s.Name, seed, err)
	}
	return h
}

func open(files map[string]string) *shop.Site {
	f := shop.Files{}
	for path, text := range files {
		f[path] = []byte(text)
	}
	return shop.Open(f)
}

func anyStory(t *rapid.T) (Scenario, *History) {
	s := rapid.SampledFrom(Scenarios()).Draw(t, "scenario")
	return s, write(t, s, rapid.Uint64().Draw(t, "seed"))
}

// main gives the commits of the first-parent chain, newest first.
func (h *History) firstParents() []Commit {
	byHash := map[gitops.Hash]Commit{}
	for _, c := range h.Commits {
		byHash[c.Hash] = c
	}
	var chain []Commit
	for c := byHash[h.Tip]; ; c = byHash[c.Parents[0]] {
		chain = append(chain, c)
		if c.IsRoot() {
			return chain
		}
	}
}

func TestTheCulpritAndOnlyTheCulpritBreaksTheShop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, h := anyStory(t)
		chain := h.firstParents()
		at := slices.IndexFunc(chain, func(c Commit) bool { return c.Hash == h.Culprit })
		if at < 0 {
			t.Fatal("the culprit is not on main")
		}
		for i, c := range chain {
			faults := open(c.Files).Faults()
			if sound := i > at; sound != (len(faults) == 0) {
				t.Fatalf("%s %q: sound should be %v, faults %v", c.Hash.Short(), c.Subject(), sound, faults)
			}
		}
	})
}

func TestTheFirstFaultStandsInAFileThatTheCulpritChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, h := anyStory(t)
		chain := h.firstParents()
		at := slices.IndexFunc(chain, func(c Commit) bool { return c.Hash == h.Culprit })
		touched := changed(chain[at+1].Files, chain[at].Files)
		bad := h.FilesAt(h.Releases[len(h.Releases)-1].Commit)
		for _, f := range open(bad).Faults() {
			if !slices.Contains(touched, f.Path) {
				t.Fatalf("fault %v, but the culprit changed %v", f, touched)
			}
			if n := strings.Count(bad[f.Path], "\n"); f.Line < 1 || f.Line > n {
				t.Fatalf("fault %v: the file has %d lines", f, n)
			}
		}
	})
}

func TestTheShapeOfAHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, h := anyStory(t)
		merges := 0
		for _, c := range h.Commits {
			if c.IsMerge() {
				merges++
			}
			if c.IsMerge() != strings.HasPrefix(c.Message, "Merge branch") {
				t.Fatalf("%q has %d parents", c.Subject(), len(c.Parents))
			}
		}
		if n := len(h.Commits); n < 52 || n > 70 {
			t.Fatalf("%d commits", n)
		}
		if len(h.Releases) != 8 || merges < 3 {
			t.Fatalf("%d releases, %d merges", len(h.Releases), merges)
		}
		if n := len(h.Unreleased); n < 2 || n > 3 {
			t.Fatalf("%d unreleased commits", n)
		}
		x := h.Exhibits
		for _, e := range []gitops.Hash{x.Conflicting, x.Overlaid, x.Undone, x.Undoing, x.Merge, x.Migration, x.Lockfile, x.Pipeline, h.Culprit} {
			if !slices.Contains(h.BadBatch, e) {
				t.Fatalf("%s: exhibit %s is not in the bad release", s.Name, e)
			}
		}
		if len(x.SameFiles) == 0 {
			t.Fatal("no innocent change of the culprit's file")
		}
	})
}

// A clock that runs backwards would sort a commit behind its parent.
func TestTimeOnlyMovesForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, h := anyStory(t)
		when := map[gitops.Hash]time.Time{}
		for _, c := range h.Commits {
			when[c.Hash] = c.Committer.When
			for _, p := range c.Parents {
				if !when[p].Before(c.Committer.When) {
					t.Fatalf("%q is not after its parent", c.Subject())
				}
			}
			if !c.Committer.When.Before(h.Now) {
				t.Fatalf("%q lies in the future", c.Subject())
			}
		}
		last := time.Time{}
		for _, r := range h.Releases {
			if !when[r.Commit].Before(r.Tagger.When) || !r.Tagger.When.Before(r.LiveAt) || !last.Before(r.Tagger.When) {
				t.Fatalf("%s: committed %s, tagged %s, live %s", r.Tag, when[r.Commit], r.Tagger.When, r.LiveAt)
			}
			last = r.LiveAt
		}
	})
}

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(Scenarios()).Draw(t, "scenario")
		seed := rapid.Uint64().Draw(t, "seed")
		var first, second bytes.Buffer
		write(t, s, seed).Export(&first, "main")
		write(t, s, seed).Export(&second, "main")
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatal("two streams from one seed")
		}
		if other := write(t, s, seed+1); other.Tip == write(t, s, seed).Tip {
			t.Fatal("another seed gave the same tip")
		}
	})
}

// The ids of released seeds are a promise: people name a seed to play the same
// drill again. A change of this one is a change of all.
func TestTheIdsOfAKnownSeedStay(t *testing.T) {
	h := write(t, Scenarios()[0], 1)
	if got, want := h.Tip.String(), "9d24e24143e59a07f374676b5f325e55d3ccde4c"; got != want {
		t.Errorf("tip %s, want %s", got, want)
	}
}

func TestSubjectsDoNotTellTheCulprit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, h := anyStory(t)
		subject := strings.ToLower(h.commit(h.Culprit).Subject())
		for _, word := range []string{"break", "broken", "bad", "wrong", "bug", "fail"} {
			if strings.Contains(subject, word) {
				t.Fatalf("%q gives the culprit away", subject)
			}
		}
	})
}

func TestEverySeedHasAScenario(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(200) {
		seen[ForSeed(seed).Name] = true
	}
	if len(seen) != len(Scenarios()) {
		t.Errorf("200 seeds play only %v", seen)
	}
}
