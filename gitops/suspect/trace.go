package suspect

import (
	"strings"
)

// Bounds of a trace. What lies behind them is not read.
const (
	// MaxTrace is how many bytes are read.
	MaxTrace = 8 << 20
	// maxLine is how much of one line is looked at; a minified script or a whole
	// log in one line is longer.
	maxLine = 64 << 10
	// MaxFrames is how many different places are taken from a text.
	MaxFrames = 400
	// maxFrameScan bounds the frames that are read to find those.
	maxFrameScan = 20000
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
	// packaged says that the folders are a package's, which need not all be
	// folders of the source.
	packaged bool
}

// Parse reads the places that a text names: stack traces of any of the known
// languages, several of them, among any other text. Innermost frames come first.
// A place that is named several times is given once, where it came first.
func Parse(text string) []Frame {
	if len(text) > MaxTrace {
		text = text[:MaxTrace]
	}
	p := parser{}
	for line := range strings.Lines(text) {
		if p.scanned >= maxFrameScan {
			break
		}
		for part := range strings.Lines(unfold(line)) {
			p.line(strings.TrimRight(part, "\r\n"))
		}
	}
	return p.finish()
}

// unfold gives the lines that a log keeps in one, with \n and \t spelled out, as
// JSON and quoted fields do.
func unfold(line string) string {
	if len(line) > maxLine {
		line = line[:maxLine]
	}
	line = strings.ReplaceAll(withoutColour(line), "\x00", " ")
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
	stacks  []stack
	scanned int
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
	if p.quiet > maxQuiet || len(p.stacks) == 0 {
		p.begin(stack{})
	}
	p.quiet = 0
	last := &p.stacks[len(p.stacks)-1]
	for _, f := range found {
		if strings.HasPrefix(strings.TrimSpace(s), `File "`) && len(last.frames) == 0 {
			last.reversed = true
		}
		if f.Func == "" {
			f.Func = p.pending
		}
		p.scanned++
		last.frames = append(last.frames, f)
	}
	p.pending = ""
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
	type at struct {
		path string
		line int
	}
	seen := map[at]bool{}
	var out []Frame
	for n, s := range ordered {
		depth := 0
		for k := range s.frames {
			f := s.frames[k]
			if s.reversed {
				f = s.frames[len(s.frames)-1-k]
			}
			if seen[at{f.Path, f.Line}] {
				continue
			}
			if len(out) == MaxFrames {
				return out
			}
			seen[at{f.Path, f.Line}] = true
			f.Stack, f.Depth = n, depth
			depth++
			out = append(out, f)
		}
	}
	return out
}
