package forgetest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// nrqlQuery is a query of the one form that is played here:
//
//	SELECT * FROM A, B WHERE condition SINCE n days ago LIMIT n
type nrqlQuery struct {
	from  []string
	where func(map[string]any) bool
	since time.Duration
	limit int
}

var (
	nrqlToken = regexp.MustCompile(`^(?:'(?:[^'\\]|\\.)*'|[A-Za-z_][A-Za-z0-9_.]*(?:\(\))?|[0-9]+|[*(),=])`)
	nrqlMost  = 5000
)

// readNRQL reads a query as New Relic's query language has it: text stands in
// single quotes, in which a backslash escapes.
func readNRQL(text string) (q nrqlQuery, err error) {
	defer catchGraph(&err)
	r := &graphReader{}
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		token := nrqlToken.FindString(text)
		if token == "" {
			return q, graphError(fmt.Sprintf("NRQL Syntax Error: unexpected %.20q", text))
		}
		r.tokens, text = append(r.tokens, token), text[len(token):]
	}
	r.want("SELECT")
	r.want("*")
	r.want("FROM")
	for q.from = append(q.from, r.take()); r.took(","); {
		q.from = append(q.from, r.take())
	}
	r.want("WHERE")
	q.where = r.either()
	r.want("SINCE")
	q.since = 24 * time.Hour * time.Duration(r.number())
	r.want("days")
	r.want("ago")
	r.want("LIMIT")
	if q.limit = r.number(); q.limit > nrqlMost {
		return q, graphError("NRQL Syntax Error: the limit is too high")
	}
	if r.peek() != "" {
		return q, graphError("NRQL Syntax Error: unexpected " + r.peek())
	}
	return q, nil
}

func (r *graphReader) number() int {
	n, err := strconv.Atoi(r.take())
	if err != nil {
		panic(graphError("NRQL Syntax Error: no number"))
	}
	return n
}

func (r *graphReader) either() func(map[string]any) bool {
	left := r.both()
	for r.took("OR") {
		a, b := left, r.both()
		left = func(e map[string]any) bool { return a(e) || b(e) }
	}
	return left
}

func (r *graphReader) both() func(map[string]any) bool {
	left := r.condition()
	for r.took("AND") {
		a, b := left, r.condition()
		left = func(e map[string]any) bool { return a(e) && b(e) }
	}
	return left
}

func (r *graphReader) condition() func(map[string]any) bool {
	if r.took("(") {
		within := r.either()
		r.want(")")
		return within
	}
	name := r.take()
	var values []string
	if r.took("IN") {
		r.want("(")
		for values = append(values, r.text()); r.took(","); {
			values = append(values, r.text())
		}
		r.want(")")
	} else {
		r.want("=")
		values = append(values, r.text())
	}
	return func(e map[string]any) bool {
		s, ok := e[name].(string)
		return ok && slices.Contains(values, s)
	}
}

func (r *graphReader) text() string {
	token := r.take()
	if token[0] != '\'' {
		panic(graphError("NRQL Syntax Error: no text: " + token))
	}
	return regexp.MustCompile(`\\(.)`).ReplaceAllString(token[1:len(token)-1], "$1")
}
