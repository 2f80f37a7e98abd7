package forgetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

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
		if want, known := m.args[name]; known {
			c.literal(f.name+"."+name, want, value)
		} else {
			c.wrong("unknown argument %q on field %q", name, f.name)
		}
	}
	for name, want := range m.args {
		if _, given := f.args[name]; want.must && !given {
			c.wrong("field %q lacks its argument %q", f.name, name)
		}
	}
}

// literal checks a value as it stands in the document.
func (c *graphCheck) literal(at string, want graphType, value any) {
	switch v := value.(type) {
	case map[string]any:
		if !c.schema[want.name].input {
			c.wrong("%s wants %s, and not an object", at, want)
			return
		}
		members := c.schema[want.name].members
		for name, within := range v {
			if m, known := members[name]; known {
				c.literal(at+"."+name, m.kind, within)
			} else {
				c.wrong("field %q is not defined by type %q", name, want.name)
			}
		}
		for name, m := range members {
			if _, given := v[name]; m.kind.must && !given {
				c.wrong("%s lacks its field %q", at, name)
			}
		}
	case string:
		if !strings.HasPrefix(v, "$") {
			c.value(at, want, filled(v, nil))
			return
		}
		c.used[v] = true
		// One that is never null may stand where null would do.
		if have, known := c.op.variables[v]; !known || have.String() != want.String() && have.String() != want.String()+"!" {
			c.wrong("%s wants %s, and %s is %s", at, want, v, have)
		}
	default:
		c.wrong("%s wants %s", at, want)
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
