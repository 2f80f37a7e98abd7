package suspect

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds of a trace. What lies behind them is not read.
const (
	// MaxTrace is how many bytes are read; of more the last.
	MaxTrace = 8 << 20
	// maxLine is how much of one line is looked at; a minified script or a whole
	// log in one line is longer.
	maxLine = 64 << 10
	// MaxFrames is how many different places are taken from a text.
	MaxFrames = 400
	// maxStack is how much is kept of one stack: what recurses is longer.
	maxStack = 200
	// maxStacks and maxLoose are how many stacks, and places outside of them, are
	// kept; of more the last: what one looks for is at the end of a log.
	maxStacks = 200
	maxLoose  = 60
)

// Frame is one place that a text names.
type Frame struct {
	// Path is as the text has it, with slashes, without a scheme. For Java and
	// its kin it is made of the package and the file's name.
	Path string
	// Line counts from 1; 0 where only the file is named.
	Line int
	// Func is the function's name where the text tells it.
	Func string
	// Stack counts the stacks of the text, the one with the root cause first;
	// Depth counts the frames of a stack, the innermost first.
	Stack, Depth int
	// Library says that the place is no part of any repository but of what it
	// was built with.
	Library bool
	// Loose says that the place stands in a line of prose, as a log names the
	// statement that wrote it. Loose places come last, the latest first.
	Loose bool
	// packaged says that the folders are a package's, which need not all be
	// folders of the source.
	packaged bool
}

// Parse reads the places that a text names: stack traces of any of the known
// languages, several of them, among any other text. Innermost frames come first.
// A place that is named several times is given once, where it came first.
func Parse(text string) []Frame {
	p := parser{}
	for _, part := range pieces(tail(text, MaxTrace)) {
		if part.stack != nil {
			p.told(*part.stack)
			continue
		}
		for line := range strings.Lines(part.text) {
			for part := range strings.Lines(unfold(line)) {
				p.line(strings.TrimRight(part, "\r\n"))
			}
		}
	}
	return p.finish()
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// unfold gives the lines that a log keeps in one, with \n and \t spelled out, as
// JSON and quoted fields do.
func unfold(line string) string {
	if len(line) > maxLine {
		line = line[:maxLine]
	}
	line = withoutCollector(strings.ReplaceAll(withoutColour(line), "\x00", " "))
	line = oneEach(line)
	if !strings.Contains(line, `\n`) {
		return line
	}
	for _, mark := range [...]string{`\n\t`, `\n `, `\\n`, `\ngoroutine`, `\nTraceback`, `\nCaused by`, `\n#`, `\nfrom `} {
		if strings.Contains(line, mark) {
			return unescape.Replace(line)
		}
	}
	if strings.HasPrefix(strings.TrimSpace(line), "{") {
		return unescape.Replace(line)
	}
	return line
}

// oneEach gives the entries of a list of frames their own lines, as AWS Lambda and
// others write a trace in JSON.
func oneEach(line string) string {
	for _, mark := range [...]string{`","    at `, `", "    at `, `","  File \"`, `", "  File \"`} {
		if strings.Contains(line, mark) {
			return betweenEntries.Replace(line)
		}
	}
	return line
}

var betweenEntries = strings.NewReplacer(`","`, "\n", `", "`, "\n")

var unescape = strings.NewReplacer(`\\n`, "\n", `\\t`, "\t", `\r`, "", `\n`, "\n", `\t`, "\t", `\"`, `"`, `\\`, `\`, `\/`, "/")

// withoutColour takes terminal colours out.
func withoutColour(s string) string {
	if !strings.Contains(s, "\x1b[") {
		return s
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := strings.IndexFunc(after, func(r rune) bool { return r >= '@' && r <= '~' })
		if end < 0 {
			return b.String()
		}
		s = after[end+1:]
	}
}

// parser collects the frames of a text, stack by stack.
type parser struct {
	stacks []stack
	loose  []Frame
	// pending is the name of a function that stands on a line of its own before
	// its place (Go, Rust, V8's async frames).
	pending string
	// quiet counts lines without a frame since the last one.
	quiet int
}

// stack is a run of frames in the order of the text.
type stack struct {
	frames []Frame
	// reversed says that the text has the outermost frame first.
	reversed bool
	// cause says that the stack above was caused by this one.
	cause bool
}

// maxQuiet is how many lines without a frame a stack may have between two of its
// frames: Rust prints the function, Python the source and its markers.
const maxQuiet = 3

func (p *parser) line(s string) {
	switch trimmed := strings.TrimSpace(s); {
	case strings.Contains(s, "Traceback (most recent call last)"):
		p.begin(stack{reversed: true})
	case strings.HasPrefix(trimmed, "Caused by:"), strings.HasPrefix(trimmed, "[cause]:"), strings.HasPrefix(trimmed, "Wrapped by:"):
		p.begin(stack{cause: true})
	case strings.HasPrefix(trimmed, "goroutine "), strings.HasPrefix(trimmed, "Exception in thread "),
		strings.HasPrefix(trimmed, "During handling of the above"), strings.HasPrefix(trimmed, "The above exception was"):
		p.begin(stack{})
	}
	found := scanLine(s)
	if len(found) == 0 {
		p.noFrame(s)
		return
	}
	p.add(found, isPython(s))
}

// isPython reports whether a line has a frame as only Python writes one, wherever
// in the line it begins: the first of a list in JSON has the object before it.
func isPython(s string) bool {
	_, rest, ok := strings.Cut(s, `File "`)
	return ok && strings.Contains(rest, `", line `)
}

// add puts the places of one line where they belong. fromPython says that the
// outermost frame comes first.
func (p *parser) add(found []Frame, fromPython bool) {
	for _, f := range found {
		if f.Loose {
			p.loose = append(p.loose, f)
			if len(p.loose) > 4*maxLoose {
				p.loose = latest(p.loose)
			}
			continue
		}
		if p.quiet > maxQuiet || len(p.stacks) == 0 {
			// The function above the first place is that place's.
			above := p.pending
			p.begin(stack{})
			p.pending = above
		}
		p.quiet = 0
		last := &p.stacks[len(p.stacks)-1]
		last.reversed = last.reversed || fromPython && len(last.frames) == 0
		if f.Func == "" {
			f.Func = p.pending
		}
		last.keep(f)
	}
	p.pending = ""
}

// told takes a stack that is complete, under the header before it.
func (p *parser) told(s stack) {
	if s.frames[0].Loose {
		p.loose = append(p.loose, s.frames...)
		return
	}
	p.begin(s)
	p.quiet = maxQuiet + 1
}

// keep adds a frame. Of a stack that is too long the innermost are kept, wherever
// the text has them.
func (s *stack) keep(f Frame) {
	switch {
	case len(s.frames) < maxStack:
		s.frames = append(s.frames, f)
	case s.reversed:
		s.frames = append(s.frames[:0], s.frames[1:]...)
		s.frames = append(s.frames, f)
	}
}

// latest are the last different places of a list, in its order.
func latest(places []Frame) []Frame {
	type at struct {
		path string
		line int
	}
	seen := map[at]bool{}
	var out []Frame
	for _, f := range slices.Backward(places) {
		if !seen[at{f.Path, f.Line}] && len(out) < maxLoose {
			seen[at{f.Path, f.Line}] = true
			out = append(out, f)
		}
	}
	slices.Reverse(out)
	return out
}

func (p *parser) noFrame(s string) {
	p.quiet++
	p.pending = ownLineFunction(s)
}

func (p *parser) begin(s stack) {
	p.quiet, p.pending = 0, ""
	if n := len(p.stacks); n > 0 && len(p.stacks[n-1].frames) == 0 {
		// A header straight after another belongs to the same stack.
		s.cause = s.cause || p.stacks[n-1].cause
		s.reversed = s.reversed || p.stacks[n-1].reversed
		p.stacks[n-1] = s
		return
	}
	if len(p.stacks) == 2*maxStacks {
		p.stacks = append(p.stacks[:0], p.stacks[maxStacks:]...)
	}
	p.stacks = append(p.stacks, s)
}

// finish puts the stacks into order, a cause before what it caused, and takes
// out what came before.
func (p *parser) finish() []Frame {
	var ordered []stack
	for i := 0; i < len(p.stacks); {
		end := i + 1
		for end < len(p.stacks) && p.stacks[end].cause {
			end++
		}
		for k := end - 1; k >= i; k-- {
			ordered = append(ordered, p.stacks[k])
		}
		i = end
	}
	var out places
	for n, s := range ordered[firstKept(ordered):] {
		if s.reversed {
			slices.Reverse(s.frames)
		}
		out.add(n, s.frames)
	}
	loose := latest(p.loose)
	slices.Reverse(loose)
	out.add(len(ordered), loose)
	return out.frames
}

// firstKept is the stack from which on there is room for all.
func firstKept(stacks []stack) int {
	room := MaxFrames
	for n, s := range slices.Backward(stacks) {
		if room -= len(s.frames); room < 0 {
			return min(n+1, len(stacks)-1)
		}
	}
	return 0
}

// places are frames of which none is there twice.
type places struct {
	frames []Frame
	seen   map[string]bool
}

func (p *places) add(stack int, frames []Frame) {
	depth := 0
	for _, f := range frames {
		key := fmt.Sprintf("%s:%d", f.Path, f.Line)
		if p.seen[key] || len(p.frames) == MaxFrames {
			continue
		}
		if p.seen == nil {
			p.seen = map[string]bool{}
		}
		p.seen[key] = true
		f.Stack, f.Depth = stack, depth
		depth++
		p.frames = append(p.frames, f)
	}
}
