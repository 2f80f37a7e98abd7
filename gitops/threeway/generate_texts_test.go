package threeway_test

import (
	"fmt"
	"strings"
)

// treeGen draws trees and changes of them. The names are few, so that the two
// sides meet.
type treeGen struct {
	dice
	// focus is a path that both sides like to change.
	focus string
}

func (g treeGen) pick(from ...string) string { return from[g.roll(len(from)-1)] }

// text is a file of some lines of its own, so that it is not alike another.
func (g treeGen) text() string {
	topic := g.pick("alpha", "beta", "gamma", "delta", "epsilon")
	text := g.body(topic)
	switch g.roll(11) {
	case 0:
		return ""
	case 1:
		return text + "binary\x00tail\n"
	case 2, 3:
		return strings.TrimSuffix(text, "\n")
	case 4, 5:
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// body is plain lines, paragraphs between blank lines, code whose lines repeat,
// or one line so often that histogram gives up on it.
func (g treeGen) body(topic string) string {
	var b strings.Builder
	style, n := g.roll(9), 6+g.roll(8)
	for i := range n {
		switch style {
		case 0, 1:
			fmt.Fprintf(&b, "%s paragraph %d\n%s", topic, i/2, strings.Repeat("\n", i%3))
		case 2, 3:
			fmt.Fprintf(&b, "func %s%d() {\n\tif err != nil {\n\t\treturn err\n\t}\n}\n\n", topic, i)
		case 4:
			b.WriteString(strings.Repeat("same\n", 8))
			if i%3 == 0 {
				fmt.Fprintf(&b, "%s rare %d\n", topic, i)
			}
		default:
			fmt.Fprintf(&b, "%s line %d of a file about it\n", topic, i)
		}
	}
	return b.String()
}

// edit changes a line or two, moves or doubles a block, or changes how lines
// end.
func (g treeGen) edit(content string) string {
	lines := strings.SplitAfter(content, "\n")
	if last := len(lines) - 1; lines[last] == "" && last > 0 {
		lines = lines[:last]
	}
	for range 1 + g.roll(2) {
		at := g.roll(len(lines) - 1)
		to := min(len(lines), at+1+g.roll(3))
		block := strings.Join(lines[at:to], "")
		switch g.roll(10) {
		case 0:
			lines[at] += "an added line\n"
		case 1:
			lines[at] = ""
		case 2:
			lines[at] += block
		case 3:
			lines[g.roll(len(lines)-1)] += block
			lines[at] = ""
		case 4:
			lines[at] += "\n"
		case 5:
			return g.reend(strings.Join(lines, ""))
		default:
			lines[at] = g.pick("one", "two") + " changed line\n"
		}
	}
	return strings.Join(lines, "")
}

// reend changes how lines end: all of them, or the last one.
func (g treeGen) reend(text string) string {
	switch {
	case g.roll(1) == 0 && strings.HasSuffix(text, "\n"):
		return strings.TrimRight(text, "\r\n")
	case strings.Contains(text, "\r\n"):
		return strings.ReplaceAll(text, "\r\n", "\n")
	default:
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
}

// rules is an attributes file.
func (g treeGen) rules() string {
	var b strings.Builder
	for range 1 + g.roll(2) {
		b.WriteString(g.pick("*", "*", "f", "*.c", "/a/**") + " ")
		b.WriteString(g.pick("merge=union", "merge=union", "merge=union", "-merge", "merge=binary", "merge=mine", "text=auto") + "\n")
	}
	return b.String()
}
