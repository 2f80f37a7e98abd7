package diffview

import (
	"unicode"
	"unicode/utf8"
)

// maxTokens bounds the table of emphasise: beyond it a line is shown as
// changed as a whole, which is what a person sees in such a line anyway.
const maxTokens = 160

// minShared is the share of a line's letters that both lines must have before
// parts of it are emphasised; below it the emphasis would be confetti.
const minShared = 0.35

// stretch is a run of bytes [from, to) of one line.
type stretch struct{ from, to int }

// emphasise finds what changed inside a pair of lines: the stretches of a and
// of b that are not in their longest common subsequence of words. Both are
// nil when the lines have too little in common or too many words.
//
// The subsequence is the textbook dynamic programme over words (Wagner and
// Fischer, 1974), after the common prefix and suffix are set aside.
func emphasise(a, b string) (inA, inB []stretch) {
	ta, tb := tokens(a), tokens(b)
	head := 0
	for head < len(ta) && head < len(tb) && ta[head].text == tb[head].text {
		head++
	}
	tail := 0
	for tail < len(ta)-head && tail < len(tb)-head &&
		ta[len(ta)-1-tail].text == tb[len(tb)-1-tail].text {
		tail++
	}
	midA, midB := ta[head:len(ta)-tail], tb[head:len(tb)-tail]
	if len(midA) > maxTokens || len(midB) > maxTokens {
		return nil, nil
	}
	keepA, keepB := common(midA, midB)
	shared := weigh(ta[:head]) + weigh(ta[len(ta)-tail:])
	for i, keep := range keepA {
		if keep {
			shared += midA[i].weight
		}
	}
	if float64(shared) < minShared*float64(max(weigh(ta), weigh(tb))) {
		return nil, nil
	}
	return stretches(midA, keepA), stretches(midB, keepB)
}

// token is a word, a run of blanks, or one other character.
type token struct {
	text   string
	at     int
	weight int
}

func tokens(s string) []token {
	var out []token
	for pos := 0; pos < len(s); {
		r, size := utf8.DecodeRuneInString(s[pos:])
		end, kind := pos+size, kindOf(r)
		for kind != other && end < len(s) {
			next, n := utf8.DecodeRuneInString(s[end:])
			if kindOf(next) != kind {
				break
			}
			end += n
		}
		weight := end - pos
		if kind == blank {
			weight = 0
		}
		out = append(out, token{text: s[pos:end], at: pos, weight: weight})
		pos = end
	}
	return out
}

type runeKind uint8

const (
	other runeKind = iota
	blank
	letter
)

func kindOf(r rune) runeKind {
	switch {
	case unicode.IsSpace(r):
		return blank
	// Marks join the letter before them: a stretch must not split what the
	// terminal draws as one character.
	case unicode.IsLetter(r), unicode.IsDigit(r), r == '_', unicode.IsMark(r):
		return letter
	default:
		return other
	}
}

func weigh(ts []token) int {
	n := 0
	for _, t := range ts {
		n += t.weight
	}
	return n
}

// common marks the tokens of a longest common subsequence by weight.
func common(a, b []token) (inA, inB []bool) {
	best := make([][]int, len(a)+1)
	for i := range best {
		best[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if a[i].text == b[j].text {
				best[i][j] = max(best[i][j], best[i+1][j+1]+a[i].weight+1)
			}
		}
	}
	inA, inB = make([]bool, len(a)), make([]bool, len(b))
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].text == b[j].text && best[i][j] == best[i+1][j+1]+a[i].weight+1:
			inA[i], inB[j] = true, true
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
	return inA, inB
}

// stretches joins neighbouring tokens that are not kept.
func stretches(ts []token, keep []bool) []stretch {
	var out []stretch
	for i, t := range ts {
		if keep[i] {
			continue
		}
		end := t.at + len(t.text)
		if n := len(out); n > 0 && out[n-1].to == t.at {
			out[n-1].to = end
			continue
		}
		out = append(out, stretch{from: t.at, to: end})
	}
	return out
}
