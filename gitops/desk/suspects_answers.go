package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ahead/gitops"
	"ahead/gitops/publish/journal"
)

// What is known to be good or bad is kept in <common git dir>/ahead/suspects, so
// that whoever asks next, on the screen or from the command line, need not tell it
// again.
const (
	answersFolder  = "suspects"
	answersFile    = "answers.json"
	answersVersion = 1
	// answersLimit bounds the file, in bytes, mostAnswers what is kept of one
	// search.
	answersLimit = 64 << 10
	mostAnswers  = 100
)

// answerBook is the file. What it holds is of one deployed commit: of another one
// the trouble may be another, too.
type answerBook struct {
	Version  int             `json:"version"`
	Deployed gitops.Hash     `json:"deployed"`
	Answers  []gitops.Answer `json:"answers"`
}

// Answers are those that are remembered of the trouble with a deployed commit, not
// older than a day; none where the file is not there or damaged.
func (d *Desk) Answers(deployed gitops.Hash) []gitops.Answer {
	book, err := readAnswers(filepath.Join(d.answersDir(), answersFile))
	if err != nil || book.Version != answersVersion || book.Deployed != deployed {
		return nil
	}
	now := d.opts.Now()
	return slices.DeleteFunc(book.Answers, func(a gitops.Answer) bool {
		return a.Commit.IsZero() || a.At.After(now.Add(time.Hour)) || now.Sub(a.At) > gitops.AnswerLasts
	})
}

func (d *Desk) answersDir() string {
	return filepath.Join(d.repo.Location().CommonDir, "ahead", answersFolder)
}

// readAnswers reads a plain file only: opening a pipe would wait for ever.
func readAnswers(path string) (answerBook, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return answerBook{}, err
	}
	if !info.Mode().IsRegular() {
		return answerBook{}, fmt.Errorf("%s is no plain file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return answerBook{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, answersLimit))
	if err != nil {
		return answerBook{}, fmt.Errorf("read %q: %w", path, err)
	}
	var book answerBook
	return book, json.Unmarshal(data, &book)
}

// Remember adds answers about the trouble with a deployed commit to those that are
// kept. A newer answer about a commit takes the place of an older one; the same
// answer said again keeps its time, so that asking again does not make it younger.
func (d *Desk) Remember(deployed gitops.Hash, good, bad []gitops.Hash) error {
	answers := d.Answers(deployed)
	changed := false
	add := func(commits []gitops.Hash, isGood bool) {
		for _, h := range commits {
			if slices.ContainsFunc(answers, func(a gitops.Answer) bool { return a.Commit == h && a.Good == isGood }) {
				continue
			}
			answers = slices.DeleteFunc(answers, func(a gitops.Answer) bool { return a.Commit == h })
			answers = append(answers, gitops.Answer{Commit: h, Good: isGood, At: d.opts.Now().UTC()})
			changed = true
		}
	}
	add(good, true)
	add(bad, false)
	if !changed {
		return nil
	}
	return d.keepAnswers(deployed, answers)
}

func (d *Desk) keepAnswers(deployed gitops.Hash, answers []gitops.Answer) error {
	answers = answers[max(0, len(answers)-mostAnswers):]
	data, err := json.Marshal(answerBook{answersVersion, deployed, answers})
	if err != nil {
		return err
	}
	shared, _ := d.repo.Config("core.sharedrepository")
	sharing := journal.ParseSharing(shared)
	dir, err := journal.OwnFolder(d.repo.Location().CommonDir, sharing, answersFolder)
	if err != nil {
		return fmt.Errorf("keep what is good and bad: %w", err)
	}
	return replaceFile(dir, answersFile, data, sharing)
}

// replaceFile writes beside the old file and puts the new one in its place, so
// that a reader never sees half of it.
func replaceFile(dir, name string, data []byte, sharing journal.Sharing) error {
	f, err := os.CreateTemp(dir, name+".*.part")
	if err != nil {
		return fmt.Errorf("keep what is good and bad: %w", err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, sharing.Share(f), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("keep what is good and bad: %w", err)
	}
	return nil
}

// Recalled are the answers that would count for this evidence beside its own; disk
// only.
func (d *Desk) Recalled(snap gitops.Snapshot, e gitops.Evidence) []gitops.Answer {
	w := &suspectWindow{Desk: d, snap: snap, evidence: e, opt: SuspectOptions{Recall: true}}
	w.findRemedies(context.Background())
	w.choose()
	return d.Answers(w.deployed)
}

// recall adds the answers that are kept of what production runs to those that the
// evidence has, and keeps the latter for whoever asks next. What cannot be kept
// counts all the same.
func (w *suspectWindow) recall() {
	said := len(w.evidence.Good) + len(w.evidence.Bad)
	if err := w.Remember(w.deployed, w.evidence.Good, w.evidence.Bad); err != nil {
		w.notice(gitops.NoticeNotKept, "what is good and bad counts now, but is not kept for the next time: "+err.Error())
	}
	good, bad := slices.Clone(w.evidence.Good), slices.Clone(w.evidence.Bad)
	for _, a := range w.Answers(w.deployed) {
		switch {
		case slices.Contains(w.evidence.Good, a.Commit) || slices.Contains(w.evidence.Bad, a.Commit):
		case a.Good:
			good = append(good, a.Commit)
		default:
			bad = append(bad, a.Commit)
		}
	}
	w.evidence.Good, w.evidence.Bad = good, bad
	if len(good)+len(bad) > said {
		w.notice(gitops.NoticeRecalled, "what was found good or bad within the last day counts, too")
	}
}

// answered are the answers that count, with their time where it is kept.
func (w *suspectWindow) answered() []gitops.Answer {
	var out []gitops.Answer
	for _, h := range w.evidence.Good {
		out = append(out, gitops.Answer{Commit: h, Good: true})
	}
	for _, h := range w.evidence.Bad {
		out = append(out, gitops.Answer{Commit: h})
	}
	kept := w.Answers(w.deployed)
	for i, a := range out {
		if at := slices.IndexFunc(kept, func(k gitops.Answer) bool { return k.Commit == a.Commit && k.Good == a.Good }); at >= 0 {
			out[i].At = kept[at].At
		}
	}
	slices.SortStableFunc(out, func(a, b gitops.Answer) int { return a.At.Compare(b.At) })
	return out
}

// Forget drops the answers about these commits, all answers where none is named.
func (d *Desk) Forget(commits ...gitops.Hash) error {
	path := filepath.Join(d.answersDir(), answersFile)
	if len(commits) > 0 {
		book, err := readAnswers(path)
		if err == nil && book.Version == answersVersion {
			return d.keepAnswers(book.Deployed, slices.DeleteFunc(book.Answers, func(a gitops.Answer) bool { return slices.Contains(commits, a.Commit) }))
		}
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget what is good and bad: %w", err)
	}
	return nil
}
