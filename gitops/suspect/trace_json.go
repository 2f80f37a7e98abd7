package suspect

import (
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
)

// maxEvent is how long one JSON value may be that is read as an event; Sentry takes
// no longer ones.
const maxEvent = 1 << 20

// piece is a part of a text: either lines as they are printed, or the frames of a
// stack that a JSON value has as objects.
type piece struct {
	text  string
	stack *stack
}

// lineKey is what an event needs to have for its places to be objects.
var lineKey = regexp.MustCompile(`"(?:line|lineno|line_?[nN]o|line_?[nN]umber|number|code\.lineno|code\.line\.number)"\s*:`)

// pieces finds the events in a text whose places are objects, as error trackers
// (Sentry, Rollbar, Bugsnag, Honeybadger, Airbrake, Elastic APM) export them and
// structured logs (zerolog, slog, Log4j, ECS) write them. All else stays as it is.
func pieces(text string) []piece {
	var out []piece
	kept := 0
	budget := 2*len(text) + maxEvent
	key := -1
	for at := 0; at < len(text) && budget > 0; {
		if key < at {
			next := lineKey.FindStringIndex(text[at:])
			if next == nil {
				break
			}
			key = at + next[0]
		}
		begin, ok := eventBegin(text, at, key)
		if !ok {
			at = lineEnd(text, key)
			continue
		}
		value, size, cost := decode(text[begin:])
		budget -= cost
		if size == 0 {
			at = max(begin+1, lineEnd(text, begin))
			continue
		}
		var e event
		e.walk("", value)
		if e.places {
			out = append(append(out, piece{text: text[kept:begin] + "\n"}), e.said...)
			kept = begin + size
		}
		at = begin + size
	}
	return append(out, piece{text: text[kept:]})
}

// lineEnd is where the line that holds at has ended.
func lineEnd(text string, at int) int {
	if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(text)
}

// eventBegin is where the value begins that the key at before is in: on its line,
// behind what a collector put there, or on the first line since from that begins
// with a bracket.
func eventBegin(text string, from, before int) (int, bool) {
	for at := from; at <= before; at = lineEnd(text, at) {
		line := text[at:lineEnd(text, at)]
		begin := strings.IndexByte(line, '{')
		if list := strings.TrimLeft(line, " \t"); strings.HasPrefix(list, "[") {
			if rest := strings.TrimSpace(list[1:]); rest == "" || rest[0] == '{' {
				begin = len(line) - len(list)
			}
		}
		oneLine := before < at+len(line)
		if begin >= 0 && at+begin < before && (oneLine || strings.TrimSpace(line[:begin]) == "") {
			return at + begin, true
		}
		if at+len(line) >= len(text) {
			break
		}
	}
	return 0, false
}

// decode reads the value that a text begins with; size is 0 where it is none. cost
// is how much of the text was looked at.
func decode(text string) (value any, size, cost int) {
	text = head(text, maxEvent)
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	err := d.Decode(&value)
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		size = int(d.InputOffset())
		return value, size, size
	case errors.As(err, &syntax) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, 0, int(syntax.Offset)
	default:
		return nil, 0, len(text)
	}
}

// event collects what a JSON value tells.
type event struct {
	said   []piece
	places bool
}

func (e *event) say(text string) { e.said = append(e.said, piece{text: text + "\n"}) }

// aside are the parts of an event that tell of the surroundings and not of what
// failed.
var aside = setOf(`breadcrumbs request contexts sdk modules user tags extra device os browser platform notifier environment
	geo packages fingerprint context client server params session cookies headers debug_meta _meta metadata`)

// telling are the keys of what an event says in words, in the order in which a
// program prints it.
var telling = [...]string{
	"type", "class", "errorClass", "error_class", "name", "value", "message", "msg", "formatted", "title", "error", "err",
	"reason", "culprit", "transaction", "description", "caller",
}

// chains are lists of failures of which each was caused by the next.
var chains = setOf("exceptions trace_chain causes chain")

func (e *event) walk(key string, value any) {
	switch v := value.(type) {
	case map[string]any:
		if aside[key] {
			return
		}
		if f, ok := objectFrame(key, v); ok {
			f.frame.Loose = true
			e.places = true
			e.said = append(e.said, piece{stack: &stack{frames: []Frame{f.frame}}})
		}
		e.tell(v)
		for _, k := range sortedKeys(v) {
			if text, ok := v[k].(string); ok && strings.Contains(text, "\n") {
				e.say(text)
				continue
			}
			e.walk(k, v[k])
		}
	case []any:
		if s, ok := objectStack(v); ok {
			e.places = true
			e.said = append(e.said, piece{stack: &s})
			return
		}
		for i, member := range v {
			if i > 0 && chains[key] {
				e.say("Caused by:")
			}
			e.walk("", member)
		}
	}
}

// tell says what an object has in words, in one line.
func (e *event) tell(object map[string]any) {
	var words []string
	for _, k := range telling {
		if text, ok := object[k].(string); ok && text != "" && !strings.Contains(text, "\n") {
			words = append(words, text)
		}
	}
	if len(words) > 0 {
		e.say(strings.Join(words, ": "))
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// told is a frame that an object tells.
type told struct {
	frame Frame
	// own is whether it is of the program itself, where the object says so.
	own, ownSaid bool
	// oldestFirst says that lists of such objects have the outermost frame first.
	oldestFirst bool
}

// objectStack makes a stack of a list of objects, if that is what it is. What
// belongs to others is left out where the list tells it from one's own.
func objectStack(list []any) (stack, bool) {
	var all []told
	ownSaid := false
	for _, member := range list {
		object, _ := member.(map[string]any)
		if t, ok := objectFrame("", object); ok {
			all = append(all, t)
			ownSaid = ownSaid || t.ownSaid && t.own
		}
	}
	if len(all) == 0 {
		return stack{}, false
	}
	s := stack{reversed: all[0].oldestFirst}
	for _, t := range all {
		if ownSaid && t.ownSaid && !t.own {
			t.frame.Library = true
		}
		s.keep(t.frame)
	}
	return s, true
}

// Keys of an object's file, line, function and class, the most telling first.
var (
	fileKeys = [...]string{
		"abs_path", "absPath", "filename", "fileName", "file_name", "filePath", "file_path", "file", "source", "path",
		"code.filepath", "code.file.path",
	}
	lineKeys = [...]string{
		"lineno", "lineNo", "line_no", "lineNumber", "line_number", "line", "number", "code.lineno", "code.line.number",
	}
	functionKeys = [...]string{
		"function", "func", "method", "functionName", "methodName", "method_name", "name", "code.function",
		"code.function.name",
	}
	classKeys = [...]string{"module", "class", "className", "declaringClass", "class_name", "classname"}
	ownKeys   = [...]string{"in_app", "inApp", "inProject", "in_project"}
)

// objectFrame reads a frame from an object with the key that it stands under.
func objectFrame(key string, object map[string]any) (told, bool) {
	line, lineName := numberOf(object, lineKeys[:])
	path, pathName := textOf(object, fileKeys[:])
	if path == "" && key == "file" {
		path, pathName = textOf(object, []string{"name"})
	}
	if line <= 0 || len(path) == 0 || len(path) > maxPath {
		return told{}, false
	}
	function, _ := textOf(object, functionKeys[:])
	if pathName == "name" {
		function = ""
	}
	before := ""
	if class, _ := textOf(object, classKeys[:]); class != "" && function != "" {
		before = class + "." + function + "("
	} else if function != "" {
		before = function + "("
	}
	name := path[strings.LastIndexAny(path, `/\`)+1:]
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 && lineName != "lineno" || dot >= 0 && !sources[name[dot+1:]] {
		return told{}, false
	}
	f, ok := frameOf(before+path, len(before), len(before)+len(path), line)
	if !ok {
		return told{}, false
	}
	if !f.packaged {
		f.Func = asFunction(strings.TrimSuffix(function, "()"))
	}
	// Sentry's and Rollbar's have the oldest call first, whichever way they spell it.
	sentry := (lineName == "lineno" || lineName == "lineNo") && (pathName == "abs_path" || pathName == "absPath" || pathName == "filename")
	t := told{frame: f, oldestFirst: sentry}
	for _, k := range ownKeys {
		if own, ok := object[k].(bool); ok {
			t.own, t.ownSaid = own, true
		}
	}
	if library, ok := object["library_frame"].(bool); ok {
		t.own, t.ownSaid = !library, true
	}
	return t, true
}

func textOf(object map[string]any, keys []string) (text, key string) {
	for _, k := range keys {
		if text, ok := object[k].(string); ok && text != "" && !strings.HasPrefix(text, "<") {
			return text, k
		}
	}
	return "", ""
}

// numberOf reads a number, whether it is one, spelled as one, or in an object of its
// own; of what no file has as many lines as it is 0.
func numberOf(object map[string]any, keys []string) (n int, key string) {
	for _, k := range keys {
		digits := ""
		switch v := object[k].(type) {
		case json.Number:
			digits = v.String()
		case string:
			digits = v
		case map[string]any:
			n, _ := numberOf(v, []string{"number"})
			if n > 0 {
				return n, k
			}
		}
		if len(digits) == 0 || len(digits) > maxDigit || leadingDigits(digits) != len(digits) {
			continue
		}
		for _, c := range digits {
			n = n*10 + int(c-'0')
		}
		return n, k
	}
	return 0, ""
}
