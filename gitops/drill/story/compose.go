package story

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
)

// Write writes the history of a scenario for a seed. It fails only when a
// scenario contradicts itself, which the tests rule out for the known ones.
func Write(s Scenario, seed uint64) (*History, error) {
	if s.plot == nil {
		return nil, fmt.Errorf("scenario %q has no plot", s.Name)
	}
	w := newWriter(seed, s.Name)
	if err := w.found(); err != nil {
		return nil, err
	}
	p := s.plot(w).cast()
	if err := w.quietWeeks(); err != nil {
		return nil, err
	}
	if err := w.badRelease(p); err != nil {
		return nil, err
	}
	after := w.unreleased()
	if err := w.putAll(after, moments(w.rnd, badTagged, present.Add(-time.Minute), len(after))); err != nil {
		return nil, err
	}
	w.finish()
	return w.h, nil
}

// quietWeeks writes the releases before the bad one.
func (w *writer) quietWeeks() error {
	pool := w.everyday()
	numbers := [2]int{w.rnd.between(18, 40), 0}
	from := founded
	for i, days := range releaseDays {
		size := 5 + w.rnd.below(2)
		batch := w.fold(pool[:size], i%2 == 1)
		pool = pool[size:]
		tagged := badTagged.AddDate(0, 0, -days).Add(-time.Duration(w.rnd.below(240)) * time.Minute)
		if err := w.putAll(batch, moments(w.rnd, from, tagged.Add(-4*time.Minute), len(batch))); err != nil {
			return err
		}
		w.release(numbers, tagged, tagged.Add(time.Duration(w.rnd.between(170, 290))*time.Second))
		from = tagged
		if numbers[1]++; w.rnd.below(5) < 3 {
			numbers = [2]int{numbers[0] + 1, 0}
		}
	}
	return nil
}

// fold makes a topic branch of some of the changes of one batch: those of the
// first one's team. Commits of a branch have one author, so a team it must be.
func (w *writer) fold(batch []change, wanted bool) []change {
	batch = slices.Clone(batch)
	if !wanted {
		return batch
	}
	lead := batch[0]
	var rest []change
	topic := change{team: lead.team, branch: slug(lead.subject)}
	for _, c := range batch {
		if c.team == lead.team && len(topic.parts) < 3 {
			topic.parts = append(topic.parts, c)
			continue
		}
		rest = append(rest, c)
	}
	return slices.Insert(rest, len(rest)/2, topic)
}

// filler are the words that a branch's name does without.
var filler = strings.Fields("a an and by for from in is its of on the to under what when where")

// slug makes a branch's name of the first words of a subject that say
// something.
func slug(subject string) string {
	words := strings.FieldsFunc(strings.ToLower(subject), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	words = slices.DeleteFunc(words, func(word string) bool { return slices.Contains(filler, word) })
	return strings.Join(words[:min(3, len(words))], "-")
}

// badRelease writes the release that breaks production: the culprit somewhere
// among innocent changes, some of them of the same file.
func (w *writer) badRelease(p plot) error {
	threads := append(w.exhibits(), []change{p.culprit})
	for _, c := range p.beside {
		threads = append(threads, []change{c})
	}
	batch := w.braid(threads)
	last := w.h.Releases[len(w.h.Releases)-1]
	if err := w.putAll(batch, moments(w.rnd, last.Tagger.When, badTagged.Add(-4*time.Minute), len(batch))); err != nil {
		return err
	}
	numbers := [2]int{0, 0}
	if _, err := fmt.Sscanf(last.Tag, "v1.%d.", &numbers[0]); err != nil {
		return fmt.Errorf("read the version of %q: %w", last.Tag, err)
	}
	numbers[0]++
	w.release(numbers, badTagged, badLive)
	return nil
}

// braid merges threads at random, each in its own order.
func (w *writer) braid(threads [][]change) []change {
	var turns []int
	for i, t := range threads {
		for range t {
			turns = append(turns, i)
		}
	}
	shuffle(w.rnd, turns)
	var out []change
	next := make([]int, len(threads))
	for _, i := range turns {
		out = append(out, threads[i][next[i]])
		next[i]++
	}
	return out
}

func (w *writer) putAll(changes []change, times []time.Time) error {
	for i, c := range changes {
		if err := w.put(c, times[i]); err != nil {
			return err
		}
	}
	return nil
}

// release tags main's tip as v1.<minor>.<patch>.
func (w *writer) release(numbers [2]int, tagged, live time.Time) {
	tag := fmt.Sprintf("v1.%d.%d", numbers[0], numbers[1])
	w.h.Releases = append(w.h.Releases, Release{
		Tag: tag, Commit: w.h.Commits[w.tip()].Hash, Tagger: releaseBot.at(tagged),
		Message: "Release " + tag + "\n", LiveAt: live,
	})
}

// finish derives what follows from the commits and the releases.
func (w *writer) finish() {
	h := w.h
	h.Tip = h.Commits[w.tip()].Hash
	bad, good := h.Releases[len(h.Releases)-1], h.Releases[len(h.Releases)-2]
	h.BadBatch = h.between(good.Commit, bad.Commit)
	h.Unreleased = h.between(bad.Commit, h.Tip)
	slices.Reverse(h.CulpritParts)
}

// between gives the commits that to reaches and from does not, newest first.
func (h *History) between(from, to gitops.Hash) []gitops.Hash {
	old, reached := map[gitops.Hash]bool{from: true}, map[gitops.Hash]bool{to: true}
	var out []gitops.Hash
	// Parents stand before children: one pass from the end follows them all.
	for i := len(h.Commits) - 1; i >= 0; i-- {
		c := h.Commits[i]
		for _, p := range c.Parents {
			old[p] = old[p] || old[c.Hash]
			reached[p] = reached[p] || reached[c.Hash]
		}
		if reached[c.Hash] && !old[c.Hash] {
			out = append(out, c.Hash)
		}
	}
	slices.SortStableFunc(out, func(a, b gitops.Hash) int {
		return h.commit(b).Committer.When.Compare(h.commit(a).Committer.When)
	})
	return out
}

func (h *History) commit(hash gitops.Hash) gitops.Commit {
	for i := range h.Commits {
		if h.Commits[i].Hash == hash {
			return h.Commits[i].Commit
		}
	}
	return gitops.Commit{}
}
