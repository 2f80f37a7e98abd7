package shop

import (
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"text/template"
)

const (
	routesPath  = "routes/routes.json"
	templateDir = "templates/"
)

// route sends a path to a handler and its template.
type route struct {
	node              *node
	path, handler     string
	template          string
	handlerAt, drawAt *node
}

// handlers are the functions that a route can name: each gathers what its
// template is drawn from.
var handlers = map[string]func(*Site, string) (Page, *Fault){
	"home":     (*Site).home,
	"product":  (*Site).product,
	"cart":     (*Site).cart,
	"checkout": (*Site).cart,
	"search":   (*Site).search,
	"help":     (*Site).plain,
}

func readRoutes(f Files) ([]route, *Fault) {
	nodes, fault := f.list(routesPath, "routes")
	if fault != nil {
		return nil, fault
	}
	var routes []route
	taken := map[string]bool{}
	for _, n := range nodes {
		var c collector
		r := route{path: c.text(n, "path"), handler: c.text(n, "handler"), template: c.text(n, "template")}
		c.whole(n, "cacheSeconds")
		if c.fault != nil {
			return nil, c.fault
		}
		r.node, r.handlerAt, r.drawAt = n.fields["path"], n.fields["handler"], n.fields["template"]
		if taken[r.path] {
			return nil, r.node.fault("path %s is there twice", r.path)
		}
		if _, ok := handlers[r.handler]; !ok {
			return nil, r.handlerAt.fault("route %s: there is no handler %q", r.path, r.handler)
		}
		if _, ok := f[templateDir+r.template]; !ok {
			return nil, r.drawAt.fault("route %s: there is no template %q", r.path, r.template)
		}
		taken[r.path] = true
		routes = append(routes, r)
	}
	return routes, nil
}

// Page is what templates are drawn from.
type Page struct {
	Shop     Shop
	Products []Product
	Product  Product
	Cart     Cart
	Query    string
	Results  []Product
}

// Shop is what every page knows.
type Shop struct {
	Name, Currency, Banner string
	Features               map[string]bool
}

// Cart is what a customer is about to buy.
type Cart struct {
	Lines                                    []Line
	Subtotal, Discount, Shipping, Tax, Total Money
}

// Count is the number of things in the cart.
func (c Cart) Count() int {
	n := 0
	for _, l := range c.Lines {
		n += l.Quantity
	}
	return n
}

// Line is one product of a cart.
type Line struct {
	Product  Product
	Quantity int
	Total    Money
}

func readTemplates(f Files) (*template.Template, *Fault) {
	set := template.New("").Funcs(template.FuncMap{"money": Money.String})
	for _, p := range f.under(templateDir, ".tmpl") {
		if _, err := set.New(path.Base(p)).Parse(string(f[p])); err != nil {
			return nil, templateFault(err)
		}
	}
	return set, nil
}

// templatePlace finds the place in an error of text/template. Its errors carry
// the line in their text only ("template: cart.tmpl:12:8: …"), a form that the
// package has kept since it exists.
var templatePlace = regexp.MustCompile(`^template: ([^:]+):(\d+)`)

func templateFault(err error) *Fault {
	f := &Fault{Path: templateDir, Line: 1, What: err.Error()}
	var exec template.ExecError
	if errors.As(err, &exec) {
		f.Path = templateDir + exec.Name
	}
	if m := templatePlace.FindStringSubmatch(err.Error()); m != nil {
		f.Path = templateDir + m[1]
		if line, convErr := strconv.Atoi(m[2]); convErr == nil {
			f.Line = line
		}
	}
	return f
}

// draw renders the page of a route for a query.
func (s *Site) draw(w io.Writer, r route, query string) *Fault {
	page, fault := handlers[r.handler](s, query)
	if fault == nil {
		if err := s.templates.ExecuteTemplate(w, r.template, page); err != nil {
			fault = templateFault(err)
		}
	}
	if fault != nil {
		return fault.via(fmt.Sprintf("route %s", r.path), r.node.path, r.node.line)
	}
	return nil
}

func (s *Site) plain(string) (Page, *Fault) {
	return Page{Shop: Shop{
		Name: s.config.name, Currency: s.config.currency, Banner: s.config.banner, Features: s.config.features,
	}}, nil
}

func (s *Site) home(string) (Page, *Fault) {
	page, fault := s.plain("")
	page.Products = s.products[:min(6, len(s.products))]
	return page, fault
}

func (s *Site) product(sku string) (Page, *Fault) {
	page, fault := s.plain("")
	page.Product = s.products[0]
	for _, p := range s.products {
		if p.SKU == sku {
			page.Product = p
		}
	}
	return page, fault
}

func (s *Site) search(query string) (Page, *Fault) {
	page, _ := s.plain("")
	page.Query = query
	found, fault := s.find(query)
	page.Results = found
	return page, fault
}

// cart fills a cart with the first product of each category.
func (s *Site) cart(string) (Page, *Fault) {
	page, fault := s.plain("")
	var items []item
	seen := map[string]bool{}
	for _, p := range s.products {
		if seen[p.Category] {
			continue
		}
		seen[p.Category] = true
		line := Line{Product: p, Quantity: len(seen), Total: p.Price * Money(len(seen))}
		page.Cart.Lines = append(page.Cart.Lines, line)
		items = append(items, item{category: p.Category, price: p.Price, quantity: line.Quantity})
	}
	b := price(s.rules, items)
	page.Cart.Subtotal, page.Cart.Total = b.subtotal, b.total
	for _, st := range b.steps {
		switch st.rule.kind {
		case "shipping":
			page.Cart.Shipping += st.change
		case "tax":
			page.Cart.Tax += st.change
		default:
			page.Cart.Discount -= st.change
		}
	}
	return page, fault
}
