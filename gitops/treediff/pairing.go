package treediff

import (
	"context"
	"slices"
	"strings"

	"ahead/gitops"
)

// File is one side of a possible rename.
type File struct {
	Path string
	Mode gitops.Mode
	Hash gitops.Hash
}

// Pair says that the destination with index Dest came from the source with
// index Source. Score is their similarity, MaxScore when they are identical.
type Pair struct {
	Source, Dest int
	Score        int
}

// PairOptions choose how PairRenames works. The zero value is git's default
// for a diff, without a limit.
type PairOptions struct {
	// MinScore is the least score of a rename; 0 means DefaultScore.
	MinScore int
	// Limit bounds the search by content: when there are more than Limit²
	// pairs to compare, only the cheap steps are done. 0 means no limit.
	Limit int
	// SkipEmpty leaves empty files out, as a merge does: they say nothing
	// about where something went.
	SkipEmpty bool
	// DropTail leaves text after the last line feed out of the estimate, as
	// git before 2.44 does.
	DropTail bool
	// Reading says how the content at a path is to be read, for those where it
	// makes a difference; nil for all by their content.
	Reading func(path string) (Reading, error)
	// Prints are fingerprints that searches share; nil for none.
	Prints *Prints
	// Merge says what a merge needs to know; nil for a diff, which needs all.
	Merge *MergeNeeds
}

// PairRenames pairs files that went away with files that came, both in path
// order. limited reports that the limit kept it from comparing contents.
func PairRenames(ctx context.Context, objs gitops.Objects, sources, dests []File, opt PairOptions) (pairs []Pair, limited bool, err error) {
	if opt.MinScore == 0 {
		opt.MinScore = DefaultScore
	}
	p := &pairing{
		ctx: ctx, opt: opt, sources: sources, dests: dests,
		prints: newPrints(objs, opt),
		used:   make([]bool, len(sources)), taken: make([]bool, len(dests)),
	}
	defer p.prints.close()
	p.start()
	if len(p.left) == 0 || len(p.open) == 0 {
		return nil, false, nil
	}
	p.exact()
	if opt.MinScore < MaxScore {
		p.settleSources()
		if err = p.byName(); err == nil {
			p.dropUnneeded()
			limited, err = p.byContent()
		}
	}
	p.forgetUnknown()
	slices.SortFunc(p.pairs, func(a, b Pair) int { return a.Dest - b.Dest })
	return p.pairs, limited, err
}

var emptyBlob = gitops.HashObject(gitops.KindBlob, nil)

type pairing struct {
	ctx            context.Context
	opt            PairOptions
	sources, dests []File
	prints         prints
	used, taken    []bool
	// left are the sources that may still be paired, open the destinations
	// that were there to begin with; both hold indexes in path order.
	left, open []int
	pairs      []Pair
	// guess names, for a removed directory, the directory to which most of
	// its files went unchanged.
	guess map[string]string
}

func (p *pairing) start() {
	p.left = candidates(p.sources, p.opt.SkipEmpty)
	p.open = candidates(p.dests, p.opt.SkipEmpty)
}

func candidates(files []File, skipEmpty bool) []int {
	var out []int
	for i, f := range files {
		if !skipEmpty || f.Hash != emptyBlob {
			out = append(out, i)
		}
	}
	return out
}

func (p *pairing) join(source, dest, score int) {
	p.used[source], p.taken[dest] = true, true
	p.pairs = append(p.pairs, Pair{Source: source, Dest: dest, Score: score})
	p.countMove(p.sources[source].Path, p.dests[dest].Path)
}

// keepSources drops the sources that are paired or not wanted any more.
func (p *pairing) keepSources(wanted func(File) bool) {
	p.left = slices.DeleteFunc(p.left, func(i int) bool {
		return p.used[i] || wanted != nil && !wanted(p.sources[i])
	})
}

// exactLooks is how many identical sources git weighs for one destination
// before it takes the best so far.
const exactLooks = 100

// exact pairs identical files, those of the same base name first.
func (p *pairing) exact() {
	byHash := make(map[gitops.Hash][]int)
	for _, i := range p.left {
		byHash[p.sources[i].Hash] = append(byHash[p.sources[i].Hash], i)
	}
	for _, d := range p.open {
		if best := p.identical(byHash[p.dests[d].Hash], p.dests[d]); best >= 0 {
			p.join(best, d, MaxScore)
		}
	}
}

func (p *pairing) identical(same []int, to File) int {
	best, looks := -1, 0
	for _, i := range same {
		from := p.sources[i]
		if p.used[i] || !pairable(from.Mode, to.Mode) {
			continue
		}
		if baseName(from.Path) == baseName(to.Path) {
			return i
		}
		if best < 0 {
			best = i
		}
		if looks++; looks == exactLooks {
			break
		}
	}
	return best
}

// pairable reports whether a file of one mode can have become one of the
// other: regular files among themselves, all else only unchanged.
func pairable(a, b gitops.Mode) bool {
	return a.IsRegular() && b.IsRegular() || a == b
}

func baseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// dirName is the directory of a path without its slash, "" at the top.
func dirName(path string) string { return path[:max(0, strings.LastIndexByte(path, '/'))] }

// settleSources prepares what comes after the exact matches.
func (p *pairing) settleSources() {
	p.keepSources(nil)
	p.guess = p.mostLikelyDirs()
}

// byName pairs files whose base name is the only one of its kind among the
// sources and among the destinations that are left, or that a directory's
// other files point at. Such a pair has to be closer than an ordinary one:
// half way from the threshold to identity.
func (p *pairing) byName() error {
	threshold := p.opt.MinScore + (MaxScore-p.opt.MinScore)/2
	from := uniqueNames(p.left, p.sources, p.used)
	to := uniqueNames(p.open, p.dests, p.taken)
	byPath := p.destsByPath()
	for _, s := range p.left {
		if !p.opt.Merge.needs(p.sources[s].Path) {
			continue
		}
		name := baseName(p.sources[s].Path)
		d, known := to[name]
		if !known {
			continue
		}
		if d < 0 || from[name] < 0 {
			if d = p.guessDest(p.sources[s].Path, byPath); d < 0 {
				continue
			}
		}
		if p.taken[d] {
			continue
		}
		score, err := p.prints.score(p.sources[s], p.dests[d], p.opt.MinScore)
		if err != nil {
			return err
		}
		if score >= threshold {
			p.join(s, d, score)
		}
	}
	return p.ctx.Err()
}

// uniqueNames maps base names to the one index that has it, to -1 where
// several do.
func uniqueNames(indexes []int, files []File, done []bool) map[string]int {
	names := make(map[string]int)
	for _, i := range indexes {
		if done[i] {
			continue
		}
		name := baseName(files[i].Path)
		if _, seen := names[name]; seen {
			names[name] = -1
		} else {
			names[name] = i
		}
	}
	return names
}

// destsByPath is only needed where directories are followed.
func (p *pairing) destsByPath() map[string]int {
	if len(p.guess) == 0 {
		return nil
	}
	byPath := make(map[string]int)
	for _, d := range p.open {
		if !p.taken[d] {
			byPath[p.dests[d].Path] = d
		}
	}
	return byPath
}

func (p *pairing) guessDest(path string, byPath map[string]int) int {
	dir, ok := p.guess[dirName(path)]
	if !ok {
		return -1
	}
	target := baseName(path)
	if dir != "" {
		target = dir + "/" + target
	}
	if d, ok := byPath[target]; ok {
		return d
	}
	return -1
}
