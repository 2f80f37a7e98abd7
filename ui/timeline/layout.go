package timeline

// Widths and heights at which the screen changes its shape.
const (
	stackBelow  = 80
	tightBelow  = 120
	authorFrom  = 64
	rulesFrom   = 14
	columnsFrom = 18
	shareFrom   = 22
)

// layout is how the screen's area is shared out. It depends on the size, the
// theme and the model, never on the clock, so that Update and View agree on what
// a page is.
type layout struct {
	width, height int
	// stacked says that deployments are a line of tabs above the commits.
	stacked bool
	// tight says that the pane of deployments has one column for status and
	// age.
	tight bool
	// left and right are the widths of the panes, without the line between.
	left, right int
	// rules are the lines above and below, columns the names of the columns.
	rules, columns bool
	// detail is the number of lines below the commits, without its rule; foot says
	// that the deployments have as many below them.
	detail int
	foot   bool
	// stride is the number of lines from one row to the next.
	stride int
}

func (m Model) layout(width, height int) layout {
	l := layout{width: width, height: height, stride: 1}
	l.stacked = width < stackBelow
	l.rules = height >= rulesFrom && !l.stacked
	l.columns = height >= columnsFrom
	switch {
	case height >= 40:
		l.detail = 8
	case height >= 22:
		l.detail = 5
	case height >= 16:
		l.detail = 3
	case height >= 9:
		l.detail = 2
	}
	if l.detail == 2 && m.rank.on {
		l.detail = 3 // the subject, why it is suspected, and the question
	}
	if m.th.Share && height >= shareFrom {
		l.stride = 2
	}
	if l.stacked {
		l.right = width
		return l
	}
	l.left = max(34, min(width*34/100, 70))
	if l.tight = width < tightBelow; l.tight {
		l.left = max(26, min(m.longest+18, width/3))
		if m.sourced() {
			l.left = max(26, min(m.longest+18+markWidth, width*3/8))
		}
	}
	l.right = width - l.left - 1
	l.foot = l.detail > 0 && m.sourced() && len(m.groups) > 1
	return l
}

// body is the height between the rules.
func (l layout) body() int {
	if l.rules {
		return max(0, l.height-2)
	}
	return l.height
}

// list is the number of lines for the rows of commits.
func (l layout) list() int {
	n := l.body() - 1
	if l.stacked {
		n--
	}
	if l.columns {
		n--
	}
	if l.detail > 0 {
		n -= l.detail + 1
	}
	return max(0, n)
}

// rows is the number of commits on a page, groupRows that of deployments.
func (l layout) rows() int { return (l.list() + l.stride - 1) / l.stride }

func (l layout) groupRows() int {
	n := l.body() - 1
	if l.foot {
		n -= l.detail + 1
	}
	return (max(0, n) + l.stride - 1) / l.stride
}
