package shop

import "fmt"

const (
	rulesPath = "prices/rules.json"
	casesPath = "prices/cases.json"
)

// rule is one step from the sum of the lines to the total.
type rule struct {
	node     *node
	id, kind string
	category string
	minimum  int
	percent  int
	round    rounding
	from     Money
	amount   Money
}

// item is a line of a cart as far as prices go.
type item struct {
	category string
	price    Money
	quantity int
}

// step is what one rule did to a total.
type step struct {
	rule   rule
	change Money
}

// bill is how a total came about.
type bill struct {
	subtotal Money
	steps    []step
	total    Money
}

// readRules reads the price rules in the order in which they apply.
func readRules(f Files) ([]rule, *Fault) {
	nodes, fault := f.list(rulesPath, "rules")
	if fault != nil {
		return nil, fault
	}
	var rules []rule
	for _, n := range nodes {
		r, fault := readRule(n)
		if fault != nil {
			return nil, fault
		}
		rules = append(rules, r)
	}
	return rules, nil
}

func readRule(n *node) (rule, *Fault) {
	var c collector
	r := rule{id: c.text(n, "id"), kind: c.text(n, "kind")}
	if idNode, ok := n.fields["id"]; ok {
		r.node = idNode
	}
	switch r.kind {
	case "percent-off":
		r.category, r.minimum = c.text(n, "category"), c.whole(n, "minimum")
		r.percent, r.round = c.whole(n, "percent"), rounding(c.text(n, "round"))
	case "amount-off", "shipping":
		r.from, r.amount = c.money(n, "from"), c.money(n, "amount")
	case "tax":
		r.percent, r.round = c.whole(n, "percent"), rounding(c.text(n, "round"))
	default:
		c.fail(n.fault("rule %q: there is no kind %q", r.id, r.kind))
	}
	if c.fault == nil && (r.kind == "tax" || r.kind == "percent-off") {
		if !r.round.known() {
			c.fail(n.fields["round"].fault("rule %q: there is no rounding %q", r.id, r.round))
		}
		if r.percent < 0 || r.percent > 100 {
			c.fail(n.fields["percent"].fault("rule %q: %d percent", r.id, r.percent))
		}
	}
	return r, c.fault
}

// price adds up a cart.
func price(rules []rule, items []item) bill {
	var b bill
	for _, it := range items {
		b.subtotal += it.price * Money(it.quantity)
	}
	b.total = b.subtotal
	for _, r := range rules {
		change := r.apply(items, b.total)
		b.steps = append(b.steps, step{rule: r, change: change})
		b.total += change
	}
	return b
}

func (r rule) apply(items []item, total Money) Money {
	switch r.kind {
	case "percent-off":
		var sum Money
		count := 0
		for _, it := range items {
			if it.category == r.category {
				sum += it.price * Money(it.quantity)
				count += it.quantity
			}
		}
		if count >= r.minimum {
			return -r.round.percent(sum, r.percent)
		}
	case "amount-off":
		if total >= r.from {
			return -r.amount
		}
	case "shipping":
		if total < r.from {
			return r.amount
		}
	case "tax":
		return r.round.percent(total, r.percent)
	}
	return 0
}

// checkPrices adds up every case that the shop's own files give, and compares
// it with what accounting expects of it.
func checkPrices(f Files, rules []rule) *Fault {
	cases, fault := f.list(casesPath, "cases")
	if fault != nil {
		return fault
	}
	for _, c := range cases {
		if fault := checkCase(c, rules); fault != nil {
			return fault
		}
	}
	return nil
}

func checkCase(n *node, rules []rule) *Fault {
	var c collector
	name, want := c.text(n, "name"), c.money(n, "total")
	var items []item
	for _, line := range c.list(n, "lines") {
		items = append(items, item{
			category: c.text(line, "category"), price: c.money(line, "price"), quantity: c.whole(line, "quantity"),
		})
	}
	steps := c.object(n, "steps")
	if c.fault != nil {
		return c.fault
	}
	got := price(rules, items)
	if got.total == want {
		return nil
	}
	fault := n.fields["total"].fault("expected %s, got %s", want, got.total)
	if at, why := blame(got, steps); at != nil {
		fault = at.fault("expected %s, got %s: %s", want, got.total, why)
	}
	return fault.via(fmt.Sprintf("case %q", name), n.path, n.fields["total"].line)
}

// blame finds the first rule that did something else than the case says. A
// rule that a case does not mention is expected to do nothing.
func blame(b bill, steps *node) (at *node, why string) {
	for _, s := range b.steps {
		want := Money(0)
		if _, named := steps.fields[s.rule.id]; named {
			m, fault := steps.money(s.rule.id)
			if fault != nil {
				return steps.fields[s.rule.id], fault.What
			}
			want = m
		}
		if s.change != want {
			return s.rule.node, fmt.Sprintf("rule %q changed it by %s, not %s", s.rule.id, s.change, want)
		}
	}
	return nil, ""
}
