package story

import (
	"strings"
	"time"

	"ahead/gitops"
)

// The teams of the shop.
const (
	teamPlatform = "Platform"
	teamCheckout = "Checkout"
	teamPricing  = "Pricing"
	teamSearch   = "Search"
	teamCatalog  = "Catalog"
	teamDocs     = "Docs"
)

// person is somebody of a team, in their own time zone.
type person struct {
	name, email string
	zone        *time.Location
}

func (p person) at(when time.Time) gitops.Signature {
	return gitops.Signature{Name: p.name, Email: p.email, When: when.In(p.zone)}
}

var names = []string{
	"Mara Lindqvist", "Jonas Adeyemi", "Ines Carvalho", "Tomasz Wilk", "Priya Raman", "Elif Kaya",
	"Owen Gallagher", "Sofie Brandt", "Kenji Mori", "Amina Diallo", "Luca Ferri", "Hanna Virtanen",
	"Diego Salas", "Noor Haddad", "Bram de Wit", "Zuzana Novak", "Grace Okoro", "Pavel Ilic",
}

var zones = []*time.Location{
	time.FixedZone("", 0), time.FixedZone("", 3600), time.FixedZone("", 3600), time.FixedZone("", 2*3600),
}

// cast is who works in which team.
type cast map[string][]person

func newCast(r *random) cast {
	people := append([]string(nil), names...)
	shuffle(r, people)
	c := cast{}
	for _, team := range []string{teamPlatform, teamCheckout, teamPricing, teamSearch, teamCatalog, teamDocs} {
		size := 2 + r.below(2)
		if team == teamDocs {
			size = 1
		}
		for range size {
			name := people[0]
			people = people[1:]
			c[team] = append(c[team], person{name: name, email: address(name, team), zone: pick(r, zones)})
		}
	}
	return c
}

// address gives the mail address; the names are ASCII by design, as addresses
// in old histories are.
func address(name, team string) string {
	local := strings.ReplaceAll(strings.ToLower(name), " ", ".")
	return local + "@" + strings.ToLower(team) + ".shop.example"
}

// releaseBot tags the releases.
var releaseBot = person{name: "release-bot", email: "release-bot@shop.example", zone: time.UTC}
