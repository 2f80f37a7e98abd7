package diffview

import "ahead/ui/term"

// Folds reports whether Wrap would change anything in a window of this width:
// whether some line is longer than the room beside its number.
func (m Model) Folds(width int) bool {
	for b := range m.src.blocks() {
		for i := range m.src.rows(b) {
			r := m.src.row(b, i)
			if r.mark == markHead || r.mark == markNote || r.titles() {
				continue
			}
			cells := width - term.Width(m.gutter(r, width)) - 2
			if term.Width(term.CleanTabs(clip(r.text, cells+1), tabStop)) > cells {
				return true
			}
		}
	}
	return false
}
