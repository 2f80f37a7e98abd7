package release_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/release"
)

// TestRealTags goes back in time: for each of the last releases of real
// repositories, would the tags before it have led to its name? It runs where
// AHEAD_REAL_REPOSITORIES names folders, separated as in PATH, and prints a
// table.
func TestRealTags(t *testing.T) {
	folders := filepath.SplitList(os.Getenv("AHEAD_REAL_REPOSITORIES"))
	if len(folders) == 0 {
		t.Skip("AHEAD_REAL_REPOSITORIES is not set")
	}
	for _, folder := range folders {
		tags := realTags(t, folder)
		var row tally
		releases := finished(tags)
		for _, at := range releases[max(0, len(releases)-30):] {
			row.add(judge(t, folder, tags, at), tags[at].Name)
		}
		fmt.Printf("%-34s %3d releases: %2d exact, %2d a step that people chose to be larger, %2d other  %s\n",
			filepath.Base(filepath.Dir(folder)), row.exact+row.larger+row.other, row.exact, row.larger, row.other, strings.Join(row.words, "; "))
	}
}

type tally struct {
	exact, larger, other int
	words                []string
}

func (r *tally) add(verdict, name string) {
	switch verdict {
	case "exact":
		r.exact++
	case "larger":
		r.larger++
	default:
		r.other++
		r.words = append(r.words, name+": "+verdict)
	}
}

func git(t *testing.T, folder string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", folder}, args...)...)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %v: %v %s", args, err, problems.String())
	}
	return string(out)
}

// realTags are a repository's tags, oldest first.
func realTags(t *testing.T, folder string) []gitops.Tag {
	t.Helper()
	var tags []gitops.Tag
	format := "%(refname)%09%(objecttype)%09%(objectname)%09%(*objectname)%09%(creatordate:raw)%09%(contents:subject)"
	for line := range strings.Lines(git(t, folder, "for-each-ref", "--format="+format, "refs/tags")) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		commit := f[2]
		if f[1] == "tag" {
			commit = f[3]
		}
		seconds, _, _ := strings.Cut(f[4], " ")
		n, _ := strconv.ParseInt(seconds, 10, 64)
		object, err := gitops.ParseHash(f[2])
		id, idErr := gitops.ParseHash(commit)
		if err != nil || idErr != nil || n == 0 {
			continue
		}
		tags = append(tags, gitops.Tag{
			Name: strings.TrimPrefix(f[0], "refs/tags/"), Object: object, Commit: id, Annotated: f[1] == "tag",
			Tagger: gitops.Signature{When: time.Unix(n, 0).UTC()}, Message: f[5],
		})
	}
	sort.SliceStable(tags, func(i, j int) bool { return tags[i].Tagger.When.Before(tags[j].Tagger.When) })
	return tags
}

// finished are the tags that a person would call a release: those that read
// like one and are neither a pre-release nor a channel.
func finished(tags []gitops.Tag) []int {
	var at []int
	for i, tag := range tags {
		s := release.Infer([]gitops.Tag{tag}, nil, release.Options{})
		if s.Found() && !s.OnlyPre() {
			at = append(at, i)
		}
	}
	return at
}

// judge names the release at a place by what was there before it and on its
// branch.
func judge(t *testing.T, folder string, tags []gitops.Tag, at int) string {
	t.Helper()
	real := tags[at]
	merged := map[string]bool{}
	for name := range strings.Lines(git(t, folder, "tag", "--merged", real.Commit.String())) {
		merged[strings.TrimSuffix(name, "\n")] = true
	}
	var before []gitops.Tag
	taken := map[string]bool{}
	for _, tag := range tags[:at] {
		// Tags of one moment are made by one command: the release of a monorepo.
		if tag.Commit != real.Commit {
			before, taken[tag.Name] = append(before, tag), true
		}
	}
	opts := release.Options{}
	if own := release.Infer([]gitops.Tag{real}, nil, opts); own.Component != "" {
		opts.Component = own.Component
	} else {
		opts.AsOne = true
	}
	s := release.Infer(before, func(tag gitops.Tag) bool { return merged[tag.Name] }, opts)
	if !s.Found() {
		s = release.Infer(before, nil, opts)
	}
	plan, err := s.Next(func(name string) bool { return taken[name] }, real.Tagger.When)
	switch {
	case err != nil:
		return err.Error()
	case plan.Name == "":
		return "no scheme yet"
	case plan.Name == real.Name:
		return "exact"
	case s.IsRelease(real.Name) && s.Less(plan.Name, real.Name) && strings.HasPrefix(real.Name, s.Prefix):
		return "larger"
	}
	return plan.Name + " after " + plan.After
}
