package linegen

import (
	"bytes"
	"fmt"
)

// Source gives a text of n lines that looks like source code, and two versions
// of it with an edit every hundred lines, in different places. It is what
// benchmarks measure.
func Source(n int) (base, ours, theirs []byte) {
	var b, o, t bytes.Buffer
	for i := range n {
		line := sourceLine(i)
		b.WriteString(line)
		switch i % 100 {
		case 20:
			fmt.Fprintf(&o, "\tours(%d)\n", i)
		case 70:
			fmt.Fprintf(&t, "\ttheirs(%d)\n", i)
		}
		o.WriteString(line)
		t.WriteString(line)
	}
	return b.Bytes(), o.Bytes(), t.Bytes()
}

func sourceLine(i int) string {
	switch i % 10 {
	case 0:
		return fmt.Sprintf("func f%d(x int) (int, error) {\n", i)
	case 2, 5:
		return "\tif err != nil {\n"
	case 3, 6:
		return "\t\treturn 0, err\n"
	case 4, 7:
		return "\t}\n"
	case 8:
		return "}\n"
	case 9:
		return "\n"
	default:
		return fmt.Sprintf("\tv, err := call(x, %d)\n", i)
	}
}
