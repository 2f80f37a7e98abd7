package forgetest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// graphType is a reference to a type: a name, perhaps in a list, perhaps never
// null.
type graphType struct {
	name string
	of   *graphType // a list's
	must bool
}

func (t graphType) String() string {
	s := t.name
	if t.of != nil {
		s = "[" + t.of.String() + "]"
	}
	if t.must {
		s += "!"
	}
	return s
}

// graphMember is a field of an object, or of an input.
type graphMember struct {
	kind graphType
	args map[string]graphType
}

// graphObject is what a schema defines under one name; a scalar has no members.
type graphObject struct {
	input   bool
	members map[string]graphMember
}

// graphSchema is a schema in GraphQL's own language for it (specification of
// October 2021, chapter 3), as far as the servers here need it: type, input and
// scalar.
type graphSchema map[string]graphObject

// graphField is a field that is asked for.
type graphField struct {
	name string
	args map[string]any // the name of a variable with $, a literal, a list or an object of these
	of   []graphField
}

// graphOperation is a document of one operation.
type graphOperation struct {
	kind      string // query or mutation
	variables map[string]graphType
	of        []graphField
}

var (
	graphToken = regexp.MustCompile(`^(?:"(?:[^"\\\n]|\\.)*"|\.\.\.|\$?[A-Za-z_][A-Za-z0-9_]*|-?[0-9]+(?:\.[0-9]+)?|[!():=@\[\]{}|])`)
	graphSpace = regexp.MustCompile(`^(?:[\s,\x{feff}]|#[^\n]*)+`)
)

// graphReader reads GraphQL token by token. What is no GraphQL panics with a
// graphError, which the two functions that start one turn into an error.
type graphReader struct{ tokens []string }

type graphError string

func (e graphError) Error() string { return string(e) }

func newGraphReader(text string) *graphReader {
	r := &graphReader{}
	for text = graphSpace.ReplaceAllString(text, ""); text != ""; text = graphSpace.ReplaceAllString(text, "") {
		token := graphToken.FindString(text)
		if token == "" {
			panic(graphError(fmt.Sprintf("syntax error before: %.20q", text)))
		}
		r.tokens = append(r.tokens, token)
		text = text[len(token):]
	}
	return r
}

func (r *graphReader) peek() string {
	if len(r.tokens) == 0 {
		return ""
	}
	return r.tokens[0]
}

func (r *graphReader) take() string {
	token := r.peek()
	if token == "" {
		panic(graphError("syntax error: it ends too early"))
	}
	r.tokens = r.tokens[1:]
	return token
}

func (r *graphReader) want(token string) {
	if got := r.take(); got != token {
		panic(graphError(fmt.Sprintf("syntax error: %q where %q was expected", got, token)))
	}
}

func (r *graphReader) took(token string) bool {
	if r.peek() != token {
		return false
	}
	r.take()
	return true
}

func (r *graphReader) kind() graphType {
	var t graphType
	if r.took("[") {
		of := r.kind()
		r.want("]")
		t.of = &of
	} else {
		t.name = r.take()
	}
	t.must = r.took("!")
	return t
}

// named reads name: TYPE pairs up to a bracket.
func (r *graphReader) named(end string) map[string]graphType {
	all := map[string]graphType{}
	for !r.took(end) {
		name := r.take()
		r.want(":")
		all[name] = r.kind()
	}
	return all
}

func catchGraph(err *error) {
	switch e := recover().(type) {
	case nil:
	case graphError:
		*err = e
	default:
		panic(e)
	}
}

func readGraphSchema(text string) (s graphSchema, err error) {
	defer catchGraph(&err)
	s = graphSchema{}
	for _, scalar := range []string{"Int", "Float", "String", "Boolean", "ID"} {
		s[scalar] = graphObject{}
	}
	for r := newGraphReader(text); r.peek() != ""; {
		what, name := r.take(), r.take()
		if what == "scalar" {
			s[name] = graphObject{}
			continue
		}
		o := graphObject{input: what == "input", members: map[string]graphMember{}}
		r.want("{")
		for !r.took("}") {
			member := r.take()
			var m graphMember
			if r.took("(") {
				m.args = r.named(")")
			}
			r.want(":")
			m.kind = r.kind()
			o.members[member] = m
		}
		s[name] = o
	}
	return s, nil
}

func readGraphOperation(text string) (op graphOperation, err error) {
	defer catchGraph(&err)
	r := newGraphReader(text)
	op.kind = "query"
	if r.peek() != "{" {
		op.kind = r.take()
		if r.peek() != "(" && r.peek() != "{" {
			r.take() // the operation's name
		}
		if r.took("(") {
			op.variables = r.named(")")
		}
	}
	op.of = r.fields()
	if r.peek() != "" {
		return op, graphError("this server takes one operation at once")
	}
	return op, nil
}

func (r *graphReader) fields() []graphField {
	var all []graphField
	r.want("{")
	for !r.took("}") {
		f := graphField{name: r.take()}
		if r.took("(") {
			f.args = r.values(")")
		}
		if r.peek() == "{" {
			f.of = r.fields()
		}
		all = append(all, f)
	}
	return all
}

// values reads name: VALUE pairs up to a bracket.
func (r *graphReader) values(end string) map[string]any {
	all := map[string]any{}
	for !r.took(end) {
		name := r.take()
		r.want(":")
		all[name] = r.value()
	}
	return all
}

func (r *graphReader) value() any {
	switch {
	case r.took("{"):
		return r.values("}")
	case r.took("["):
		list := []any{}
		for !r.took("]") {
			list = append(list, r.value())
		}
		return list
	}
	return r.take()
}

// filled puts the variables' values into a value. What has none is left out.
func filled(v any, variables map[string]any) any {
	switch v := v.(type) {
	case map[string]any:
		all := map[string]any{}
		for name, within := range v {
			if w := filled(within, variables); w != nil {
				all[name] = w
			}
		}
		return all
	case []any:
		all := []any{}
		for _, within := range v {
			all = append(all, filled(within, variables))
		}
		return all
	case string:
		if name, variable := strings.CutPrefix(v, "$"); variable {
			return variables[name]
		}
		var literal any
		decoder := json.NewDecoder(strings.NewReader(v))
		decoder.UseNumber()
		if decoder.Decode(&literal) == nil {
			return literal
		}
	}
	return v
}
