package linediff

// Limits and weights of the indent heuristic. The weights are Michael
// Haggerty's, found by fitting them to diffs that people had judged
// (github.com/mhagger/diff-slider-tools, and git's commit "diff: improve
// positioning of add/delete blocks in diffs", 2016).
const (
	maxIndent  = 200 // columns: deeper is no different
	maxBlanks  = 20  // lines: a longer blank stretch counts as this and ends at column 0
	maxSliding = 100 // lines: places further up are not looked at

	startOfFile          = 1
	endOfFile            = 21
	perBlank             = -30
	perBlankBehind       = 6
	relativeIndent       = -4
	relativeIndentBlank  = 10
	relativeOutdent      = 24
	relativeOutdentBlank = 17
	relativeDedent       = 23
	relativeDedentBlank  = 17
	indentWeight         = 60
	noIndent             = -1
)

// splitScorer judges places between two lines by how natural it is for a reader
// that a changed block begins or ends there.
type splitScorer struct {
	text []Line // by id
}

// score is worse the higher it is. indent is compared on its own, by its sign
// only, so that one column counts as much as ten.
type score struct {
	indent, penalty int
}

func (s score) worseThan(o score) bool {
	sign := 0
	switch {
	case s.indent > o.indent:
		sign = 1
	case s.indent < o.indent:
		sign = -1
	}
	return indentWeight*sign+s.penalty-o.penalty > 0
}

// best gives the end at which a run of size lines stands best, between top and
// bottom. Of equal places the lowest wins.
func (c *splitScorer) best(ids []int32, top, bottom, size int) int {
	from := max(top, bottom-size-1, bottom-maxSliding)
	best, bestScore := from, score{}
	for end := from; end <= bottom; end++ {
		var s score
		c.add(&s, ids, end)
		c.add(&s, ids, end-size)
		if end == from || !s.worseThan(bestScore) {
			best, bestScore = end, s
		}
	}
	return best
}

// add judges a split before line at.
func (c *splitScorer) add(s *score, ids []int32, at int) {
	indent := noIndent
	if at < len(ids) {
		indent = c.indent(ids[at])
	} else {
		s.penalty += endOfFile
	}
	above, blanksAbove := c.look(ids, at-1, -1)
	below, blanksBelow := c.look(ids, at+1, +1)
	if above == noIndent && blanksAbove == 0 {
		s.penalty += startOfFile
	}
	behind := 0
	if indent == noIndent {
		behind = 1 + blanksBelow
		indent = below
	}
	blanks := blanksAbove + behind
	s.penalty += perBlank*blanks + perBlankBehind*behind
	s.indent += indent
	s.penalty += relation(above, indent, below, blanks > 0)
}

// relation judges the step of indentation from above the split to behind it.
// Out is a line such as "} else {" or the head of the next block, deeper lines
// following; a dedent without them closes something.
func relation(above, indent, below int, blank bool) int {
	choose := func(plain, withBlank int) int {
		if blank {
			return withBlank
		}
		return plain
	}
	switch {
	case indent == noIndent, above == noIndent, indent == above:
		return 0
	case indent > above:
		return choose(relativeIndent, relativeIndentBlank)
	case below != noIndent && below > indent:
		return choose(relativeOutdent, relativeOutdentBlank)
	default:
		return choose(relativeDedent, relativeDedentBlank)
	}
}

// look finds the indentation of the nearest line that is not blank, going by
// step from line i, and the blank lines before it.
func (c *splitScorer) look(ids []int32, i, step int) (indent, blanks int) {
	for ; i >= 0 && i < len(ids); i += step {
		if indent = c.indent(ids[i]); indent != noIndent {
			return indent, blanks
		}
		if blanks++; blanks == maxBlanks {
			return 0, blanks
		}
	}
	return noIndent, blanks
}

// indent counts the columns before a line's first visible character, tabs
// reaching to the next multiple of eight; noIndent for a blank line.
func (c *splitScorer) indent(id int32) int {
	col := 0
	for _, b := range c.text[id] {
		switch b {
		case ' ':
			col++
		case '\t':
			col += 8 - col%8
		case '\n', '\v', '\f', '\r':
		default:
			return col
		}
		if col >= maxIndent {
			return maxIndent
		}
	}
	return noIndent
}
