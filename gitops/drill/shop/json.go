package shop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// node is a JSON value that remembers the line on which it stands. The
// standard library forgets positions once a document is read, and a fault
// without its line would be no use to the person on call.
type node struct {
	path   string
	line   int
	fields map[string]*node
	items  []*node
	// scalar is a string, json.Number or bool; nil for null, objects and
	// arrays.
	scalar any
}

// parse reads a whole document.
func parse(path string, data []byte) (*node, *Fault) {
	var ignored any
	if err := json.Unmarshal(data, &ignored); err != nil {
		line := 1
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			// Offset counts the offending byte itself.
			line = lineAt(data, int(syntax.Offset)-1)
		}
		return nil, &Fault{Path: path, Line: line, What: err.Error()}
	}
	r := reader{path: path, data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.UseNumber()
	n, err := r.value()
	if err != nil {
		return nil, &Fault{Path: path, Line: 1, What: err.Error()}
	}
	return n, nil
}

type reader struct {
	path string
	data []byte
	dec  *json.Decoder
}

func (r *reader) value() (*node, error) {
	tok, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	n := &node{path: r.path, line: lineAt(r.data, int(r.dec.InputOffset())-1)}
	delim, isDelim := tok.(json.Delim)
	switch {
	case !isDelim:
		n.scalar = tok
		return n, nil
	case delim == '{':
		n.fields = map[string]*node{}
		err = r.object(n)
	default:
		n.items = []*node{}
		err = r.array(n)
	}
	return n, err
}

func (r *reader) object(n *node) error {
	for r.dec.More() {
		key, err := r.dec.Token()
		if err != nil {
			return err
		}
		child, err := r.value()
		if err != nil {
			return err
		}
		n.fields[key.(string)] = child
	}
	_, err := r.dec.Token()
	return err
}

func (r *reader) array(n *node) error {
	for r.dec.More() {
		child, err := r.value()
		if err != nil {
			return err
		}
		n.items = append(n.items, child)
	}
	_, err := r.dec.Token()
	return err
}

func lineAt(data []byte, offset int) int {
	offset = max(0, min(offset, len(data)))
	return 1 + bytes.Count(data[:offset], []byte{'\n'})
}

// fault says that something is wrong with this very value.
func (n *node) fault(format string, args ...any) *Fault {
	return &Fault{Path: n.path, Line: n.line, What: fmt.Sprintf(format, args...)}
}

func (n *node) field(key string) (*node, *Fault) {
	child, ok := n.fields[key]
	if !ok {
		return nil, n.fault("%q is missing", key)
	}
	return child, nil
}

func (n *node) text(key string) (string, *Fault) {
	child, fault := n.field(key)
	if fault != nil {
		return "", fault
	}
	s, ok := child.scalar.(string)
	if !ok {
		return "", child.fault("%s: want a text, found %s", key, child.kind())
	}
	return s, nil
}

func (n *node) whole(key string) (int, *Fault) {
	child, fault := n.field(key)
	if fault != nil {
		return 0, fault
	}
	number, ok := child.scalar.(json.Number)
	if !ok {
		return 0, child.fault("%s: want a number, found %s", key, child.kind())
	}
	v, err := number.Int64()
	if err != nil {
		return 0, child.fault("%s: want a whole number, found %s", key, number)
	}
	return int(v), nil
}

func (n *node) money(key string) (Money, *Fault) {
	s, fault := n.text(key)
	if fault != nil {
		return 0, fault
	}
	m, err := ParseMoney(s)
	if err != nil {
		return 0, n.fields[key].fault("%s: %s", key, err)
	}
	return m, nil
}

func (n *node) list(key string) ([]*node, *Fault) {
	child, fault := n.field(key)
	if fault != nil {
		return nil, fault
	}
	if child.items == nil {
		return nil, child.fault("%s: want a list, found %s", key, child.kind())
	}
	return child.items, nil
}

// texts reads a list of texts.
func (n *node) texts(key string) ([]string, *Fault) {
	items, fault := n.list(key)
	if fault != nil {
		return nil, fault
	}
	var out []string
	for _, item := range items {
		s, ok := item.scalar.(string)
		if !ok {
			return nil, item.fault("%s: want a text, found %s", key, item.kind())
		}
		out = append(out, s)
	}
	return out, nil
}

func (n *node) kind() string {
	switch v := n.scalar.(type) {
	case string:
		return fmt.Sprintf("the text %q", v)
	case json.Number:
		return "the number " + v.String()
	case bool:
		return fmt.Sprint(v)
	}
	switch {
	case n.fields != nil:
		return "an object"
	case n.items != nil:
		return "a list"
	default:
		return "null"
	}
}
