package desk

import (
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
	// answeredFor is how long an answer counts: the next trouble is another one.
	answeredFor = 24 * time.Hour
)

// Answer is what somebody found out of one commit.
type Answer struct {
	Commit gitops.Hash `json:"commit"`
	// Good says that it does not have the trouble.
	Good bool      `json:"good"`
	At   time.Time `json:"at"`
}

// answerBook is the file. What it holds is of one deployed commit: of another one
// the trouble may be another, too.
type answerBook struct {
	Version  int         `json:"version"`
	Deployed gitops.Hash `json:"deployed"`
	Answers  []Answer    `json:"answers"`
}

// Answers are those that are remembered of the trouble with a deployed commit, not
// older than a day; none where the file is not there or damaged.
func (d *Desk) Answers(deployed gitops.Hash) []Answer {
	book, err := readAnswers(filepath.Join(d.answersDir(), answersFile))
	if err != nil || book.Version != answersVersion || book.Deployed != deployed {
		return nil
	}
	now := d.opts.Now()
	return slices.DeleteFunc(book.Answers, func(a Answer) bool {
		return a.Commit.IsZero() || a.At.After(now.Add(time.Hour)) || now.Sub(a.At) > answeredFor
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
// kept. A newer answer about a commit takes the place of an older one.
func (d *Desk) Remember(deployed gitops.Hash, good, bad []gitops.Hash) error {
	answers := d.Answers(deployed)
	add := func(commits []gitops.Hash, isGood bool) {
		for _, h := range commits {
			answers = slices.DeleteFunc(answers, func(a Answer) bool { return a.Commit == h })
			answers = append(answers, Answer{Commit: h, Good: isGood, At: d.opts.Now().UTC()})
		}
	}
	add(good, true)
	add(bad, false)
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

// Forget drops all answers.
func (d *Desk) Forget() error {
	err := os.Remove(filepath.Join(d.answersDir(), answersFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
