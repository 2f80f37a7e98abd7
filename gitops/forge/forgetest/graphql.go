package forgetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
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
	args map[string]string // the name of a variable with $, or a literal
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
			f.args = map[string]string{}
			for !r.took(")") {
				name := r.take()
				r.want(":")
				f.args[name] = r.take()
			}
		}
		if r.peek() == "{" {
			f.of = r.fields()
		}
		all = append(all, f)
	}
	return all
}

// check validates an operation and its variables (specification, chapter 5):
// what is wrong, in words, nothing for nothing.
func (s graphSchema) check(op graphOperation, variables map[string]any) []string {
	c := &graphCheck{schema: s, op: op, used: map[string]bool{}}
	c.fields("Root"+strings.ToUpper(op.kind[:1])+op.kind[1:]+"Type", op.of)
	for _, name := range slices.Sorted(maps.Keys(op.variables)) {
		kind := op.variables[name]
		if !c.used[name] {
			c.wrong("variable %q is never used", name)
		}
		if _, known := s[kind.base()]; !known {
			c.wrong("argument of unknown type %q", kind)
			continue
		}
		c.value(name, kind, variables[strings.TrimPrefix(name, "$")])
	}
	return c.found
}

func (t graphType) base() string {
	if t.of != nil {
		return t.of.base()
	}
	return t.name
}

type graphCheck struct {
	schema graphSchema
	op     graphOperation
	used   map[string]bool
	found  []string
}

func (c *graphCheck) wrong(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

func (c *graphCheck) fields(of string, fields []graphField) {
	for _, f := range fields {
		m, known := c.schema[of].members[f.name]
		if !known {
			c.wrong("cannot query field %q on type %q", f.name, of)
			continue
		}
		c.args(f, m)
		leaf := len(c.schema[m.kind.base()].members) == 0
		if leaf != (len(f.of) == 0) {
			c.wrong("field %q of type %q wants a selection, or has one that it cannot have", f.name, m.kind)
		}
		c.fields(m.kind.base(), f.of)
	}
}

func (c *graphCheck) args(f graphField, m graphMember) {
	for name, value := range f.args {
		want, known := m.args[name]
		if !known {
			c.wrong("unknown argument %q on field %q", name, f.name)
			continue
		}
		if !strings.HasPrefix(value, "$") {
			continue
		}
		c.used[value] = true
		// One that is never null may stand where null would do.
		if have, known := c.op.variables[value]; !known || have.String() != want.String() && have.String() != want.String()+"!" {
			c.wrong("argument %q of %q wants %s, and %s is %s", name, f.name, want, value, have)
		}
	}
	for name, want := range m.args {
		if _, given := f.args[name]; want.must && !given {
			c.wrong("field %q lacks its argument %q", f.name, name)
		}
	}
}

// value checks what a variable was given.
func (c *graphCheck) value(at string, kind graphType, value any) {
	if value == nil {
		if kind.must {
			c.wrong("%s: expected type %s, found null", at, kind)
		}
		return
	}
	if kind.of != nil {
		list, ok := value.([]any)
		if !ok {
			c.wrong("%s: expected type %s", at, kind)
		}
		for _, v := range list {
			c.value(at, *kind.of, v)
		}
		return
	}
	if c.schema[kind.name].input {
		c.input(at, kind, value)
		return
	}
	ok := true
	switch kind.name {
	case "Int":
		n, number := value.(json.Number)
		_, err := n.Int64()
		ok = number && err == nil
	case "Boolean":
		_, ok = value.(bool)
	case "String", "Nrql":
		_, ok = value.(string)
	}
	if !ok {
		c.wrong("%s: expected type %s, found %v", at, kind, value)
	}
}

func (c *graphCheck) input(at string, kind graphType, value any) {
	object, ok := value.(map[string]any)
	if !ok {
		c.wrong("%s: expected type %s", at, kind)
		return
	}
	members := c.schema[kind.name].members
	for name := range object {
		if _, known := members[name]; !known {
			c.wrong("%s: in field %q: unknown field", at, name)
		}
	}
	for name, m := range members {
		c.value(at+"."+name, m.kind, object[name])
	}
}
