package story

import (
	"fmt"
	"strings"
)

// aisle is one file of the catalogue.
type aisle struct {
	path, prefix string
	kinds        []kind
}

// kind is a sort of product, with the tag that customers find it by.
type kind struct{ noun, tag string }

var adjectives = []string{
	"Plain", "Blue", "Walnut", "Small", "Large", "Enamel", "Linen", "Northern",
	"Folding", "Striped", "Oak", "Copper", "Quiet", "Winter", "Summer", "Classic",
}

var aisles = []aisle{
	{"catalog/books.json", "BOO", []kind{{"novel", "novel"}, {"cookbook", "cookbook"}, {"atlas", "atlas"}, {"notebook", "notebook"}}},
	{"catalog/garden.json", "GAR", []kind{{"spade", "spade"}, {"planter", "planter"}, {"seed box", "seeds"}, {"watering can", "watering"}}},
	{"catalog/kitchen.json", "KIT", []kind{{"mug", "mug"}, {"kettle", "kettle"}, {"pan", "pan"}, {"bread board", "board"}}},
	{"catalog/toys.json", "TOY", []kind{{"puzzle", "puzzle"}, {"plush bear", "plush"}, {"wooden train", "train"}, {"kite", "kite"}}},
}

// perAisle is how many products each file starts with.
const perAisle = 12

// article is a product as the writer sees it.
type article struct {
	sku, name, tag string
	cents, stock   int
}

func (a article) json() string {
	return fmt.Sprintf("    {\n      \"sku\": %q,\n      \"name\": %q,\n      \"price\": %q,\n      \"stock\": %d,\n      \"tags\": [%q]\n    }",
		a.sku, a.name, a.price(), a.stock, a.tag)
}

func (a article) price() string { return fmt.Sprintf("%d.%02d", a.cents/100, a.cents%100) }

// mark is the line that names the article in its file.
func (a article) mark() string { return fmt.Sprintf("\"sku\": %q", a.sku) }

// shelf hands out the products of the catalogue, each to one change at most:
// so no two changes of the catalogue ever stand on the same lines.
type shelf struct {
	rnd      *random
	articles map[string][]article
	free     map[string][]int
	added    map[string]int
}

func newShelf(r *random) *shelf {
	s := &shelf{rnd: r, articles: map[string][]article{}, free: map[string][]int{}, added: map[string]int{}}
	for _, a := range aisles {
		for i := range perAisle {
			s.articles[a.path] = append(s.articles[a.path], s.invent(a, i, 101+i))
		}
		for i := 1; i < perAisle-1; i++ {
			s.free[a.path] = append(s.free[a.path], i)
		}
		shuffle(r, s.free[a.path])
	}
	return s
}

// invent makes up an article; the first of each kind is always there, so that
// searching for any kind finds something.
func (s *shelf) invent(a aisle, nth, number int) article {
	k := a.kinds[nth%len(a.kinds)]
	return article{
		sku: fmt.Sprintf("%s-%d", a.prefix, number), name: pick(s.rnd, adjectives) + " " + k.noun, tag: k.tag,
		cents: 100*s.rnd.between(4, 49) + pick(s.rnd, []int{0, 50, 90, 95}), stock: s.rnd.between(3, 80),
	}
}

// stock writes the catalogue's files.
func (s *shelf) stock(files tree) {
	for path, articles := range s.articles {
		var entries []string
		for _, a := range articles {
			entries = append(entries, a.json())
		}
		files[path] = "{\n  \"products\": [\n" + strings.Join(entries, ",\n") + "\n  ]\n}\n"
	}
}

// take gives a product of a file that no other change has.
func (s *shelf) take(path string) article {
	free := s.free[path]
	s.free[path] = free[1:]
	return s.articles[path][free[0]]
}

// addition makes up a new product, and gives the one to put it behind.
func (s *shelf) addition(path string) (made, behind article) {
	for _, a := range aisles {
		if a.path == path {
			s.added[path]++
			made = s.invent(a, s.rnd.below(len(a.kinds)), 200+s.added[path])
		}
	}
	return made, s.take(path)
}
