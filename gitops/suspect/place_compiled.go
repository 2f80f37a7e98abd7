package suspect

import "strings"

// typed are the endings of what a script of each ending is compiled from.
var typed = map[string][]string{".js": {".ts", ".tsx", ".jsx"}, ".mjs": {".mts", ".ts"}, ".cjs": {".cts", ".ts"}}

// outputs are folders in which compilers put what they make of src/.
var outputs = [...]string{"/dist/", "/build/", "/out/", "/lib/"}

// compiledFrom finds the source of a script that a compiler wrote and that the
// repository does not hold, as Node names it where no source map is read: of
// dist/cart/price.js that is src/cart/price.ts. The frame that it gives has no
// line, since the line is one of the output.
func (x *Index) compiledFrom(f Frame) (Frame, []string) {
	dot := strings.LastIndexByte(f.Path, '.')
	if f.Library || f.Line == 1 || dot < 0 {
		return f, nil
	}
	stem, from := "/"+strings.TrimPrefix(f.Path[:dot], "/"), f.Path[dot:]
	f.Line = 0
	for _, ending := range typed[from] {
		for _, folder := range outputs {
			if at := strings.LastIndex(stem, folder); at >= 0 {
				f.Path = stem[:at] + "/src/" + stem[at+len(folder):] + ending
				if files := x.Find(f); len(files) > 0 {
					return f, files
				}
			}
		}
		f.Path = stem + ending
		if files := x.Find(f); len(files) > 0 {
			return f, files
		}
	}
	return f, nil
}
