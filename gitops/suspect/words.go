package suspect

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode"

	"ahead/gitops"
)

// Bounds of what is read for words.
const (
	// maxWords is how much of a person's text, and of the parts of a trace that are
	// no frames, is taken.
	maxWords = 16 << 10
	// maxBodyWords is how much of a message is.
	maxBodyWords = 16 << 10
	// maxDiffFiles and maxDiffBlob bound the changes of which lines are read.
	maxDiffFiles = 24
	maxDiffBlob  = 256 << 10
	longestWord  = 64
)

// Where a word stands says how much it means.
const (
	wordInSubject = 1.0
	wordInPath    = 0.9
	wordInBody    = 0.8
	wordInDiff    = 0.5
	// wordWhole is for the name of a function or variable, which hardly stands
	// anywhere by chance.
	wordWhole = 0.8
	// wordOfTrace is what a word of an error's message or a function's name counts
	// beside one of a person.
	wordOfTrace = 0.5
	// askedWhole is what a whole name of the evidence counts.
	askedWhole = 2
)

// query are the words of the evidence, by their stems: how much each counts by
// itself, and how it was spelled.
type query map[string]asked

type asked struct {
	weight  float64
	spelled string
}

func (q query) ask(text string, weight float64) {
	terms(head(text, maxWords), func(stem, spelled string) {
		if weight == wordOfTrace && runtimeWords[spelled] {
			return
		}
		w := weight
		if strings.HasPrefix(stem, wholeName) {
			w = askedWhole
		}
		if q[stem].weight < w {
			q[stem] = asked{w, spelled}
		}
	})
}

// stopwords are too common to tell commits apart even where few commits are
// compared.
var stopwords = setOf(`the and for are but not you all any can had her was one our out has have this that with from they will
	would there their what when which who been were into than then them these those some such only over also just more most
	other its it's too very via per yet due does did done doing being about after before because could should may might must
	revert reverts reverted reverting commit commits merge merged pull request branch change changes changed changing
	pr issue issues see ref refs use used using uses make makes made get gets set sets new old now still again
	fix fixes fixed fixing error errors failed fails failing failure exception stack trace line file call caused
	http https www com org github reported signed off by co authored reviewed cc tested acked date noreply users
	main master null nil none true false void int string func function return var let const def end self`)

// wholeName begins the term of a name of several words, which is not stemmed.
const wholeName = "="

// terms cuts text into words: names are cut where their case changes, and kept
// whole beside. Numbers and hashes are left out: they differ where the matter is
// the same.
func terms(text string, each func(stem, spelled string)) {
	for from := 0; from < len(text); {
		n := strings.IndexFunc(text[from:], wordRune)
		if n < 0 {
			return
		}
		from += n
		n = strings.IndexFunc(text[from:], func(r rune) bool { return !wordRune(r) })
		if n < 0 {
			n = len(text) - from
		}
		name := text[from : from+n]
		from += n
		if len(name) > longestWord || isNumber(name) || isHash(name) {
			continue
		}
		parts := 0
		for part := range nameParts(name) {
			if len(part) > 1 && !isNumber(part) {
				parts++
			}
			one(part, each)
		}
		if parts > 1 {
			each(wholeName+strings.ToLower(strings.ReplaceAll(name, "_", "")), name)
		}
	}
}

func one(word string, each func(string, string)) {
	word = strings.ToLower(word)
	if len(word) < 3 || stopwords[word] || isNumber(word) {
		return
	}
	each(stem(word), word)
}

func wordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func isNumber(s string) bool {
	return strings.Trim(s, "0123456789_") == "" || strings.HasPrefix(s, "0x") || strings.HasPrefix(s, "0X")
}

// isHash takes what looks like a git id, or any other long hexadecimal number.
func isHash(s string) bool {
	if len(s) < 7 || strings.Trim(s, "0123456789abcdefABCDEFx") != "" {
		return false
	}
	return strings.ContainsAny(s, "0123456789")
}

// nameParts cuts a name at underscores, where a capital letter begins a word, and
// between letters and digits.
func nameParts(name string) func(func(string) bool) {
	return func(yield func(string) bool) {
		runes := []rune(name)
		start := 0
		for i := 1; i <= len(runes); i++ {
			if i < len(runes) && !cutBetween(runes, i) {
				continue
			}
			part := strings.Trim(string(runes[start:i]), "_")
			if start = i; part != "" && !yield(part) {
				return
			}
		}
	}
}

func cutBetween(r []rune, i int) bool {
	a, b := r[i-1], r[i]
	switch {
	case b == '_' || a == '_':
		return true
	case unicode.IsDigit(a) != unicode.IsDigit(b):
		return true
	case unicode.IsUpper(b) && !unicode.IsUpper(a):
		return true
	default:
		// The last capital of HTTPServer begins a word.
		return unicode.IsUpper(a) && unicode.IsUpper(b) && i+1 < len(r) && unicode.IsLower(r[i+1])
	}
}

// stem takes the endings off that English puts to a word, roughly: both sides of
// a comparison get the same.
func stem(w string) string {
	for _, ending := range [...]string{"ations", "ation", "ments", "ment", "ings", "ing", "ies", "ed", "es", "s", "e", "y"} {
		if len(w)-len(ending) >= 4 && strings.HasSuffix(w, ending) {
			return w[:len(w)-len(ending)]
		}
	}
	return strings.TrimSuffix(w, "s")
}

// readWords takes the words of the evidence, and those of every candidate that
// are among them.
func (c *Case) readWords(ctx context.Context, objs gitops.Objects) error {
	c.words, c.phrases = query{}, map[string]bool{}
	phrases(head(c.Evidence.Text, maxWords), func(p string) { c.phrases[p] = true })
	c.words.ask(withoutBoilerplate(head(c.Evidence.Text, maxWords)), 1)
	for _, f := range c.frames {
		c.words.ask(f.Func, wordOfTrace)
	}
	c.words.ask(withoutBoilerplate(head(proseOf(c.Evidence.Trace), maxWords)), wordOfTrace)
	if len(c.words) == 0 {
		return nil
	}
	return c.each(ctx, func(i int) error {
		d := &c.deeds[i]
		d.terms = map[string]float64{}
		known := map[string]bool{}
		defer func() { d.vocabulary = len(known) }()
		add := func(weight float64) func(string, string) {
			return func(w, _ string) {
				known[w] = true
				weight := weight
				if strings.HasPrefix(w, wholeName) {
					weight = max(weight, wordWhole)
				}
				if _, wanted := c.words[w]; wanted {
					d.terms[w] = max(d.terms[w], weight)
				}
			}
		}
		k := c.Candidates[i].Commit
		terms(k.Subject(), add(wordInSubject))
		terms(head(k.Message, maxBodyWords), add(wordInBody))
		d.phrases = c.commonPhrases(k.Message)
		for _, f := range d.changes[:min(len(d.changes), 200)] {
			terms(f.Path, add(wordInPath))
		}
		// What a merge brought is read with those that it brought.
		if !c.readsDiffs() || len(d.brought) > 0 {
			return nil
		}
		return diffWords(ctx, objs, d.changes, add(wordInDiff))
	})
}

// phrases are two words that follow each other, but for those that are too common.
func phrases(text string, each func(string)) {
	last := ""
	terms(text, func(w, _ string) {
		if strings.HasPrefix(w, wholeName) {
			return
		}
		if last != "" {
			each(last + " " + w)
		}
		last = w
	})
}

// commonPhrases counts the different phrases that a message has in common with what
// a person wrote.
func (c *Case) commonPhrases(message string) int {
	if len(c.phrases) == 0 {
		return 0
	}
	had := map[string]bool{}
	phrases(head(message, maxBodyWords), func(p string) {
		if c.phrases[p] {
			had[p] = true
		}
	})
	return len(had)
}

// readsDiffs: the words of what changed cost more to read than all else. Where a
// trace names places of the repository, those say more than its words do.
func (c *Case) readsDiffs() bool { return c.Evidence.Text != "" || len(c.frames) == 0 }

func head(s string, n int) string { return s[:min(len(s), n)] }

// proseOf is what the last lines of a trace say that are no frames: the message of the
// error, and what was logged before it.
func proseOf(trace string) string {
	var kept []string
	size := 0
	var said strings.Builder
	for _, p := range pieces(tail(trace, MaxTrace)) {
		said.WriteString(p.text)
	}
	lines := strings.SplitAfter(tail(said.String(), 8*maxWords), "\n")
	for _, line := range slices.Backward(lines) {
		for part := range strings.Lines(unfold(line)) {
			if len(scanLine(part)) > 0 {
				part = messageBeside(part)
			}
			kept = append(kept, part)
			size += len(part)
		}
		if size > maxWords {
			break
		}
	}
	return strings.Join(kept, "\n")
}

// rarity is how much a word counts by how few of the candidates have it.
func (c *Case) rarity() map[string]float64 {
	count := map[string]int{}
	for i := range c.deeds {
		for w := range c.deeds[i].terms {
			count[w]++
		}
	}
	rare := make(map[string]float64, len(count))
	for w, n := range count {
		rare[w] = math.Log(float64(len(c.deeds)+1) / (float64(n) + 0.5))
	}
	return rare
}

// pathsIn are the words of a text that look like paths or names of files.
func pathsIn(text string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(head(text, maxWords), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("`'\"()[]{}<>,;", r)
	}) {
		w = strings.TrimRight(w, ".:!?")
		if at := strings.LastIndexByte(w, ':'); at > 0 && isNumber(w[at+1:]) {
			w = w[:at]
		}
		name := w[strings.LastIndexByte(w, '/')+1:]
		ext := name[strings.LastIndexByte(name, '.')+1:]
		switch {
		case strings.Contains(w, "://"):
		case len(name) < len(w) && !strings.HasPrefix(w, "/"), len(ext) < len(name) && sources[ext]:
			out = append(out, w)
		}
	}
	return out
}
