package release

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// Component is one part of a repository that has releases of its own; the empty
// name is the repository as a whole.
type Component struct {
	Name string
	// Releases counts its finished releases, Last is when the newest was made,
	// zero where no time is known.
	Releases int
	Last     time.Time
}

// Components lists the parts that have releases, by name. Channels and lone
// numbers behind a word are none.
func (c *Catalog) Components() []Component {
	by := map[string]*Component{}
	lone := map[string]bool{}
	for i := range c.readable {
		s := &c.readable[i]
		if s.aside || s.pre != "" || s.tag.Commit.IsZero() {
			continue
		}
		own, known := by[s.of]
		if !known {
			own = &Component{Name: s.of}
			by[s.of] = own
		}
		own.Releases++
		lone[s.of] = own.Releases == 1 && s.form == formCounter && s.of != ""
		if s.tag.Tagger.When.After(own.Last) {
			own.Last = s.tag.Tagger.When
		}
	}
	var out []Component
	for _, name := range slices.Sorted(maps.Keys(by)) {
		if !lone[name] {
			out = append(out, *by[name])
		}
	}
	return out
}

// ComponentOf is the component that a tag's name is of, empty where it names
// none: "api" of "api/v1.2.0".
func ComponentOf(tag string) string {
	r, _ := read(tag)
	return component(r.prefix)
}

// Choice is the component that a change releases.
type Choice struct {
	Component string
	// Found says that the paths led to it; else the caller's own idea stands.
	Found bool
	// Others are further components of which the change touches files, those
	// with more files first.
	Others []string
	// Why says in words what it rests on; empty where there was no choice.
	Why string
}

// dormant is how long a component may be without a release, measured from the
// newest release of any, and still be taken for alive.
const dormant = 2 * 365 * 24 * time.Hour

// ByPaths finds the component that a change of these paths releases: the one
// whose name is that of a folder around most of them. Folders nearer to the file
// and names that are whole paths (a Go module's "sdk/core" of sdk/core/v1.2.3)
// are the better evidence. Files that no component claims belong to the
// repository as a whole where that has releases, else to nobody.
func ByPaths(components []Component, paths []string) Choice {
	alive := living(components)
	whole := slices.ContainsFunc(alive, func(c Component) bool { return c.Name == "" })
	if len(alive) == 0 || len(alive) == 1 && whole {
		return Choice{}
	}
	files := map[string]int{}
	for _, p := range paths {
		owner, ok := ownerOf(alive, p)
		if ok || whole {
			files[owner]++
		}
	}
	if len(files) == 0 {
		return Choice{}
	}
	names := slices.SortedFunc(maps.Keys(files), func(a, b string) int {
		return cmp.Or(cmp.Compare(files[b], files[a]), cmp.Compare(a, b))
	})
	choice := Choice{Component: names[0], Found: true, Others: names[1:]}
	choice.Why = inWords(names, files, len(paths))
	return choice
}

func living(components []Component) []Component {
	var newest time.Time
	for _, c := range components {
		if c.Last.After(newest) {
			newest = c.Last
		}
	}
	return slices.DeleteFunc(slices.Clone(components), func(c Component) bool {
		return !c.Last.IsZero() && newest.Sub(c.Last) > dormant
	})
}

// inWords says whose files they are; the repository as a whole is named only
// beside others.
func inWords(names []string, files map[string]int, of int) string {
	call := func(name string) string {
		if name == "" {
			return "the whole"
		}
		return name
	}
	if len(names) == 1 {
		if names[0] == "" {
			return ""
		}
		return "all the files are of " + names[0]
	}
	words := fmt.Sprintf("%d of %d files are of %s", files[names[0]], of, call(names[0]))
	for i, name := range names[1:] {
		if i == 2 {
			return words + fmt.Sprintf(" and %d more", len(names)-3)
		}
		words += fmt.Sprintf(", %d of %s", files[name], call(name))
	}
	return words
}

// ownerOf gives the component that claims a file with the most right.
func ownerOf(components []Component, file string) (owner string, ok bool) {
	best := claim{}
	for dir := path.Dir(file); dir != "." && dir != "/"; dir = path.Dir(dir) {
		depth := strings.Count(dir, "/") + 1
		for _, c := range components {
			right := rightTo(c.Name, dir)
			now := claim{right: right, depth: depth, length: len(c.Name), name: c.Name}
			if right > 0 && now.beats(best) {
				best = now
			}
		}
	}
	return best.name, best.right > 0
}

type claim struct {
	right, depth, length int
	name                 string
}

func (c claim) beats(other claim) bool {
	return cmp.Or(cmp.Compare(c.right, other.right), cmp.Compare(c.depth, other.depth), cmp.Compare(c.length, other.length), cmp.Compare(other.name, c.name)) > 0
}

// rightTo says how well a component's name fits a folder: 3 for the very path,
// 2 for its end, 1 for a package's name without its scope ("@acme/api",
// "acme-api" beside packages/acme-api), 0 for not at all.
func rightTo(name, dir string) int {
	plain := strings.TrimPrefix(name, "@")
	scope, last, scoped := strings.Cut(plain, "/")
	switch {
	case name == "":
		return 0
	case dir == plain:
		return 3
	case strings.HasSuffix(dir, "/"+plain):
		return 2
	case scoped && strings.HasPrefix(name, "@") && !strings.Contains(last, "/"):
		base := path.Base(dir)
		if base == last || base == scope+"-"+last || base == scope+"_"+last {
			return 1
		}
	}
	return 0
}
