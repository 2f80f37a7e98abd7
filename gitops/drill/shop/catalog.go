package shop

import (
	"path"
	"strings"
)

// Product is one thing that can be bought.
type Product struct {
	SKU      string
	Name     string
	Category string
	Price    Money
	Stock    int
	Tags     []string

	node *node
}

// Available reports whether at least one is in stock.
func (p Product) Available() bool { return p.Stock > 0 }

// readCatalog reads all files of the catalogue, one category each.
func readCatalog(f Files) ([]Product, *Fault) {
	var all []Product
	first := map[string]Product{}
	for _, name := range f.under("catalog/", ".json") {
		nodes, fault := f.list(name, "products")
		if fault != nil {
			return nil, fault
		}
		category := strings.TrimSuffix(path.Base(name), ".json")
		for _, n := range nodes {
			p, fault := readProduct(n, category)
			if fault != nil {
				return nil, fault
			}
			if other, taken := first[p.SKU]; taken {
				return nil, p.node.fault("sku %s is taken", p.SKU).
					via("product "+other.Name, other.node.path, other.node.line)
			}
			first[p.SKU] = p
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return nil, &Fault{Path: "catalog", Line: 1, What: "the catalogue is empty"}
	}
	return all, nil
}

func readProduct(n *node, category string) (Product, *Fault) {
	var c collector
	p := Product{
		SKU: c.text(n, "sku"), Name: c.text(n, "name"), Category: category,
		Price: c.money(n, "price"), Stock: c.whole(n, "stock"), Tags: c.texts(n, "tags"),
	}
	if c.fault != nil {
		return Product{}, c.fault
	}
	p.node = n.fields["sku"]
	if p.Price <= 0 {
		return Product{}, n.fields["price"].fault("price: %s costs %s", p.SKU, p.Price)
	}
	if p.Stock < 0 {
		return Product{}, n.fields["stock"].fault("stock: %d of %s", p.Stock, p.SKU)
	}
	return p, nil
}
