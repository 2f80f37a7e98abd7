package shop

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/template"
)

// Site is one release of the shop, opened. It is safe for concurrent use.
type Site struct {
	config    config
	routes    []route
	templates *template.Template
	products  []Product
	rules     []rule
	words     thesaurus
	checks    []Check
}

// Check is one question that the shop asks itself after it was deployed.
type Check struct {
	Name string
	// Faults is empty when the check passed or was skipped.
	Faults []*Fault
	// Skipped says that the check needs something that another one found
	// broken.
	Skipped bool
}

// Open reads the files of a release and checks them. It always gives a Site:
// one that is broken answers with what is wrong.
func Open(f Files) *Site {
	s := &Site{}
	var fault [5]*Fault
	s.config, fault[0] = readConfig(f)
	s.routes, fault[1] = readRoutes(f)
	s.products, fault[2] = readCatalog(f)
	s.rules, fault[3] = readRules(f)
	s.words, fault[4] = readThesaurus(f)
	s.add("config", fault[0])
	s.add("routes", fault[1])
	s.add("catalog", fault[2])
	s.add("prices", fault[3], func() *Fault { return checkPrices(f, s.rules) })
	s.add("search", fault[4], s.words.check)
	if fault[2] == nil && !s.last().failed() {
		s.last().add(s.checkProbes(f))
	}
	s.addPages(f, fault[0] != nil || fault[1] != nil || fault[2] != nil, !s.last().failed())
	return s
}

// add records a check: the fault already found, or else the first of the
// further questions that finds one.
func (s *Site) add(name string, fault *Fault, more ...func() *Fault) {
	for _, ask := range more {
		if fault == nil {
			fault = ask()
		}
	}
	s.checks = append(s.checks, Check{Name: name})
	s.last().add(fault)
}

func (c *Check) failed() bool { return len(c.Faults) > 0 }

// add takes a fault, or nil.
func (c *Check) add(f *Fault) {
	if f != nil {
		c.Faults = append(c.Faults, f)
	}
}

func (s *Site) last() *Check { return &s.checks[len(s.checks)-1] }

// addPages draws every page once, unless what pages are made of is broken. The
// page of results is drawn only where searching works: its fault is told once.
func (s *Site) addPages(f Files, skip, searching bool) {
	templates, fault := readTemplates(f)
	s.templates = templates
	s.add("pages", fault)
	if fault != nil {
		return
	}
	if skip {
		s.last().Skipped = true
		return
	}
	for _, r := range s.routes {
		query := ""
		if r.handler == "search" {
			if !searching {
				continue
			}
			query = s.products[0].Name
		}
		s.last().add(s.draw(io.Discard, r, query))
	}
}

// Checks gives the outcome of all checks.
func (s *Site) Checks() []Check { return s.checks }

// Faults gives what is wrong, the first found first; none for a sound release.
func (s *Site) Faults() []*Fault {
	var faults []*Fault
	for _, c := range s.checks {
		faults = append(faults, c.Faults...)
	}
	return faults
}

// Report tells the outcome of all checks, the traces of what is wrong first.
func (s *Site) Report() string {
	var b strings.Builder
	var summary []string
	for _, c := range s.checks {
		switch {
		case c.failed():
			for _, f := range c.Faults {
				fmt.Fprintf(&b, "%s: %s\n", c.Name, f.Trace())
			}
			summary = append(summary, c.Name+" FAILED")
		case c.Skipped:
			summary = append(summary, c.Name+" skipped")
		default:
			summary = append(summary, c.Name+" ok")
		}
	}
	fmt.Fprintf(&b, "checks: %s\n", strings.Join(summary, ", "))
	return b.String()
}

// Get answers a request for a page. Status is 200, 404 or 500; the query is
// what the page searches for or the sku that it shows.
func (s *Site) Get(path, query string) (status int, body []byte) {
	for _, c := range s.checks {
		// Without these the shop does not start at all.
		if c.failed() && (c.Name == "config" || c.Name == "routes" || c.Name == "catalog") {
			return 500, []byte(c.Faults[0].Trace() + "\n")
		}
	}
	if s.templates == nil {
		return 500, []byte(s.Report())
	}
	for _, r := range s.routes {
		if r.path != path {
			continue
		}
		var b bytes.Buffer
		if fault := s.draw(&b, r, query); fault != nil {
			return 500, []byte(fault.Trace() + "\n")
		}
		return 200, b.Bytes()
	}
	return 404, []byte("no such page\n")
}
