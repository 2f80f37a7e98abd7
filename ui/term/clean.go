package term

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// TabStop is the distance of tab stops where the caller has no better idea.
const TabStop = 8

// Clean makes foreign text safe to show on one line.
//
// What a terminal would obey or a reader could not see is spelled out:
// <1b> is the byte 0x1b (all control bytes, and bytes that are not UTF-8),
// <U+202E> is that character (C1 controls, bidirectional and invisible
// characters, unassigned ones). Line ends are control bytes too. Tabs are
// expanded to TabStop, counted from the start of s.
func Clean(s string) string { return CleanTabs(s, TabStop) }

// CleanTabs is Clean with tab stops every stop cells; a stop below 1 counts
// as 1.
func CleanTabs(s string, stop int) string {
	if plain(s) {
		return s
	}
	if stop < 1 {
		stop = 1
	}
	c := cleaner{stop: stop}
	for len(s) > 0 {
		s = s[c.next(s):]
	}
	return c.out.String()
}

// CleanBlock is CleanTabs for text of several lines: it splits s at LF and
// CRLF and cleans each line. A final line end makes no empty last line; empty
// text gives no line.
func CleanBlock(s string, stop int) []string {
	if s == "" {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i, l := range lines {
		lines[i] = CleanTabs(strings.TrimSuffix(l, "\r"), stop)
	}
	return lines
}

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

type cleaner struct {
	out  strings.Builder
	cell int
	stop int
}

// next takes one grapheme cluster and reports its bytes.
func (c *cleaner) next(s string) int {
	if s[0] == '\t' {
		n := c.stop - c.cell%c.stop
		c.put(strings.Repeat(" ", n), n)
		return 1
	}
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		c.spell(s, 1)
		return 1
	}
	cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	if seen, ok := asWritten(cluster); ok {
		c.put(seen, ansi.StringWidth(seen))
		return len(cluster)
	}
	c.apart(cluster)
	return len(cluster)
}

// maxMarks bounds the marks on one character: more are an attack on the lines
// above and below, not writing.
const maxMarks = 3

// asWritten gives a cluster as it may be shown whole. Where counting by
// grapheme and counting by character disagree, terminals disagree too, and the
// cluster must be taken apart.
func asWritten(cluster string) (string, bool) {
	base, size := utf8.DecodeRuneInString(cluster)
	if end := len(cluster) - len(string(variationEmoji)); end >= size && unicode.IsOneOf(symbols, base) {
		if v := cluster[end:]; v == string(variationEmoji) || v == string(variationText) {
			cluster = cluster[:end]
		}
	}
	marks := 0
	for i, r := range cluster {
		_, n := utf8.DecodeRuneInString(cluster[i:])
		if _, bad := spelling(r, n, cluster[i]); bad {
			return "", false
		}
		if i > 0 {
			marks++
		}
	}
	// A sign that joins whatever follows or precedes it has no width of its own.
	after, _ := ansi.FirstGraphemeCluster(cluster+"a", ansi.GraphemeWidth)
	before, _ := ansi.FirstGraphemeCluster("a"+cluster, ansi.GraphemeWidth)
	if after != cluster || before != "a" {
		return "", false
	}
	w := ansi.StringWidth(cluster)
	ok := marks <= maxMarks && w >= 1 && w <= 2 && w == ansi.StringWidthWc(cluster) && !unicode.Is(unicode.M, base)
	return cluster, ok
}

// apart shows the characters of a cluster one by one. Two that would join stay
// apart because at least every second one is spelled out.
func (c *cleaner) apart(cluster string) {
	spelled := true
	for len(cluster) > 0 {
		_, size := utf8.DecodeRuneInString(cluster)
		if seen, ok := asWritten(cluster[:size]); ok && spelled {
			c.put(seen, ansi.StringWidth(seen))
			spelled = false
		} else {
			c.spell(cluster, size)
			spelled = true
		}
		cluster = cluster[size:]
	}
}

// spell puts the first character of s, spelled out unless it is printable
// ASCII.
func (c *cleaner) spell(s string, size int) {
	if s[0] >= 0x20 && s[0] < 0x7f {
		c.put(s[:1], 1)
		return
	}
	r, _ := utf8.DecodeRuneInString(s)
	out, bad := spelling(r, size, s[0])
	if !bad {
		out = fmt.Sprintf("<U+%04X>", r)
	}
	c.put(out, len(out))
}

func (c *cleaner) put(s string, width int) {
	c.out.WriteString(s)
	c.cell += width
}
