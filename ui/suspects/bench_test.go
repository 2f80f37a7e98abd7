package suspects

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// A key must be answered before the next one, in a trace as long as one may be.
func BenchmarkKeyInALongTrace(b *testing.B) {
	m := screen(true)
	m, _ = m.Update(tea.KeyMsg{Type: tea.KeyRunes, Paste: true, Runes: []rune(strings.Repeat("\tat com.shop.price.Total.sum(Total.java:41)\n", longest/44))})
	for b.Loop() {
		m, _ = m.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{'x'}})
		_ = m.View(100, 26)
		m, _ = m.Update(tea.KeyMsg{Type: tea.KeyBackspace})
	}
}
