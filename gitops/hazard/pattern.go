package hazard

import (
	"regexp"
	"sync"
)

// lazily compiles a pattern when it is first asked: all of them together take
// a millisecond, which would be paid at every start.
func lazily(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
