package shop

import (
	"fmt"
	"slices"
	"strings"
)

const (
	synonymsPath = "search/synonyms.json"
	probesPath   = "search/probes.json"
)

// synonym sends a term on to others.
type synonym struct {
	node *node
	term string
	also []string
}

// thesaurus expands what people type. Its references must not go in a circle:
// expanding follows them to the end.
type thesaurus struct {
	order  []synonym
	byTerm map[string]synonym
}

func readThesaurus(f Files) (thesaurus, *Fault) {
	nodes, fault := f.list(synonymsPath, "synonyms")
	if fault != nil {
		return thesaurus{}, fault
	}
	t := thesaurus{byTerm: map[string]synonym{}}
	for _, n := range nodes {
		var c collector
		s := synonym{term: c.text(n, "term"), also: c.texts(n, "also")}
		if c.fault != nil {
			return thesaurus{}, c.fault
		}
		s.node = n.fields["term"]
		if _, twice := t.byTerm[s.term]; twice {
			return thesaurus{}, s.node.fault("term %q is there twice", s.term)
		}
		t.order = append(t.order, s)
		t.byTerm[s.term] = s
	}
	return t, nil
}

// check expands every term, to be sure that each comes to an end.
func (t thesaurus) check() *Fault {
	for _, s := range t.order {
		if fault := t.walk(s.term, nil, func(string) {}); fault != nil {
			return fault
		}
	}
	return nil
}

// walk visits term and everything it refers to; above are the terms on the
// way to it.
func (t thesaurus) walk(term string, above []synonym, visit func(string)) *Fault {
	visit(term)
	s, ok := t.byTerm[term]
	if !ok {
		return nil
	}
	above = append(above, s)
	for _, next := range s.also {
		if at := slices.IndexFunc(above, func(a synonym) bool { return a.term == next }); at >= 0 {
			return circle(s, above[at:], next)
		}
		if fault := t.walk(next, slices.Clone(above), visit); fault != nil {
			return fault
		}
	}
	return nil
}

// circle reports the entry that closes a circle, and the others in it.
func circle(closing synonym, round []synonym, next string) *Fault {
	var names []string
	for _, s := range round {
		names = append(names, s.term)
	}
	fault := closing.node.fault("expanding %q never ends: %s", next, strings.Join(append(names, next), " → "))
	for i := len(round) - 2; i >= 0; i-- {
		fault.via(fmt.Sprintf("synonym %q", round[i].term), round[i].node.path, round[i].node.line)
	}
	return fault
}

// find gives the products that match a query or a synonym of it. A circle of
// synonyms makes it give up with a fault.
func (s *Site) find(query string) ([]Product, *Fault) {
	var terms []string
	fault := s.words.walk(strings.ToLower(strings.TrimSpace(query)), nil, func(t string) { terms = append(terms, t) })
	if fault != nil {
		return nil, fault
	}
	var found []Product
	for _, p := range s.products {
		if slices.ContainsFunc(terms, func(t string) bool { return matches(p, t) }) {
			found = append(found, p)
		}
	}
	return found, nil
}

func matches(p Product, term string) bool {
	return term != "" && (slices.Contains(p.Tags, term) || strings.Contains(strings.ToLower(p.Name), term))
}

// checkProbes searches for what customers search most, and counts.
func (s *Site) checkProbes(f Files) *Fault {
	probes, fault := f.list(probesPath, "probes")
	if fault != nil {
		return fault
	}
	for _, n := range probes {
		var c collector
		query, least := c.text(n, "query"), c.whole(n, "atLeast")
		if c.fault != nil {
			return c.fault
		}
		found, fault := s.find(query)
		if fault != nil {
			return fault.via(fmt.Sprintf("probe %q", query), n.path, n.fields["query"].line)
		}
		if len(found) < least {
			return n.fields["query"].fault("searching for %q finds %d products, not %d", query, len(found), least)
		}
	}
	return nil
}
