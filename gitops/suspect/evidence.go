package suspect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/blame"
)

// beside is how many lines on either side of the one that fails count as beside
// it.
const beside = 3

// maxBlamed bounds the frames whose lines are followed.
const maxBlamed = 200

// placeEvidence finds the frames and the names of the evidence in the tree.
func (c *Case) placeEvidence(ctx context.Context, objs gitops.Objects) error {
	frames := Parse(c.Evidence.Trace)
	if c.Evidence.Text != "" {
		frames = append(frames, Parse(c.Evidence.Text)...)
	}
	paths := slices.Concat(c.Evidence.Paths, pathsIn(c.Evidence.Text))
	if len(frames) == 0 && len(paths) == 0 {
		return nil
	}
	if c.Files == nil {
		deployed, err := objs.Commit(c.Deployed)
		if err != nil {
			return fmt.Errorf("read the deployed commit: %w", err)
		}
		c.Files, err = NewIndex(ctx, objs, deployed.Tree)
		if errors.Is(err, gitops.ErrMissing) {
			c.absent = true
			return nil
		}
		if err != nil {
			return err
		}
	}
	c.placeFrames(frames)
	for _, p := range c.Evidence.Paths {
		if !c.name(p) {
			c.unknown = append(c.unknown, p)
		}
	}
	for _, p := range pathsIn(c.Evidence.Text) {
		c.name(p)
	}
	return nil
}

// inPassing is what a place counts that a log names in prose, beside a stack: the
// statement that wrote a line is seldom what failed.
const inPassing = 0.5

func (c *Case) placeFrames(frames []Frame) {
	ranks := map[int]int{}
	stacked := false
	for _, f := range frames {
		files := c.Files.Find(f)
		if len(files) == 0 {
			f, files = c.Files.compiledFrom(f)
		}
		if len(files) == 0 {
			c.unplaced++
			continue
		}
		rank, share := ranks[f.Stack], 1/float64(len(files))
		if f.Loose {
			// Behind all that stacks name.
			rank = len(c.frames)
			if stacked {
				share *= inPassing
			}
		}
		stacked = stacked || !f.Loose
		c.frames = append(c.frames, placed{f, files, rank})
		for _, file := range files {
			c.named = append(c.named, named{path: file, frame: len(c.frames) - 1, share: share})
		}
		ranks[f.Stack]++
	}
}

// name finds what a person calls a file or a folder. What a candidate took away
// counts, too.
func (c *Case) name(path string) bool {
	path = strings.TrimSuffix(strings.TrimPrefix(cleanPlace(path), "/"), "/")
	if path == "" {
		return false
	}
	if c.Files.Has(path) || c.touched(path) {
		c.named = append(c.named, named{path: path, frame: -1, share: 1})
		return true
	}
	if c.isFolder(path) {
		c.named = append(c.named, named{path: path, folder: true, frame: -1, share: 1})
		return true
	}
	files := c.Files.Find(Frame{Path: path})
	for _, file := range files {
		c.named = append(c.named, named{path: file, frame: -1, share: 1 / float64(len(files))})
	}
	return len(files) > 0
}

func (c *Case) touched(path string) bool {
	for i := range c.deeds {
		if c.deeds[i].touches(named{path: path}) {
			return true
		}
	}
	return false
}

func (c *Case) isFolder(path string) bool {
	for file := range c.Files.files {
		if strings.HasPrefix(file, path) && strings.HasPrefix(file[len(path):], "/") {
			return true
		}
	}
	for i := range c.deeds {
		if c.deeds[i].touches(named{path: path, folder: true}) {
			return true
		}
	}
	return false
}

// touches reports whether a named place is among the changes.
func (d *deed) touches(n named) bool {
	for _, f := range d.changes {
		if n.holds(f.Path) || f.OldPath != "" && n.holds(f.OldPath) {
			return true
		}
	}
	return false
}

func (n named) holds(path string) bool {
	if n.folder {
		return strings.HasPrefix(path, n.path) && strings.HasPrefix(path[len(n.path):], "/")
	}
	return path == n.path
}

// neighbours reports whether a change lies in the folder of a named file.
func (d *deed) neighbours(n named) bool {
	folder := n.path[:strings.LastIndexByte(n.path, '/')+1]
	if n.folder || folder == "" {
		return false
	}
	for _, f := range d.changes {
		if strings.HasPrefix(f.Path, folder) && strings.IndexByte(f.Path[len(folder):], '/') < 0 {
			return true
		}
	}
	return false
}

// blameFrames finds the candidates that last changed the lines of the frames, and
// those beside them.
func (c *Case) blameFrames(ctx context.Context, objs gitops.Objects) error {
	questions, frames := c.blameQuestions()
	if len(questions) == 0 {
		return nil
	}
	within := func(h gitops.Hash) bool { _, ok := c.index[h]; return ok }
	answers, err := blame.Lines(ctx, objs, c.Deployed, questions, blame.Options{Within: within})
	if errors.Is(err, gitops.ErrMissing) {
		// A partial clone: the files that are named still count.
		c.absent = true
		return nil
	}
	if err != nil {
		return err
	}
	for i, origins := range answers {
		for k, o := range origins {
			at, ok := c.index[o.Commit]
			if o.Boundary {
				at, ok = c.outside[o.Commit]
			}
			if ok {
				c.deeds[at].hit(hit{frames[i], (k + 1) / 2, -1, questions[i].Path})
			}
		}
	}
	return nil
}

// blameQuestions ask, for the frame of the same position in frames, who wrote its
// line, which comes first, and those beside it, the nearest first.
func (c *Case) blameQuestions() (questions []blame.Question, frames []int) {
	touched := map[string]bool{}
	for i := range c.deeds {
		for _, f := range c.deeds[i].changes {
			touched[f.Path] = true
		}
	}
	for k, f := range c.frames[:min(len(c.frames), maxBlamed)] {
		for _, file := range f.files {
			// A file that no candidate touched has no line of theirs.
			if f.Line == 0 || !touched[file] {
				continue
			}
			lines := []int{f.Line}
			for n := 1; n <= beside; n++ {
				lines = append(lines, f.Line-n, f.Line+n)
			}
			questions = append(questions, blame.Question{Path: file, Lines: lines})
			frames = append(frames, k)
		}
	}
	return questions, frames
}

// hit notes the nearest line of a frame only.
func (d *deed) hit(h hit) {
	for i := range d.lines {
		if d.lines[i].frame == h.frame {
			if h.near < d.lines[i].near {
				d.lines[i] = h
			}
			return
		}
	}
	d.lines = append(d.lines, h)
}
