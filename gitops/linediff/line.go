package linediff

import "bytes"

// Line is one line of a text with its "\n". Only the last line of a text may
// lack it.
type Line []byte

// Split cuts data behind every "\n". The lines share data's memory; their
// concatenation is data. Empty data has no lines.
func Split(data []byte) []Line {
	lines := make([]Line, 0, bytes.Count(data, []byte{'\n'})+1)
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n') + 1
		if end == 0 {
			end = len(data)
		}
		// The full slice expression keeps an append by a caller from writing
		// into the next line.
		lines = append(lines, Line(data[:end:end]))
		data = data[end:]
	}
	return lines
}
