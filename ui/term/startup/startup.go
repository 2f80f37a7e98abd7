// Package startup keeps the terminal from being asked for its background
// colour.
//
// Promise: linking ahead never writes a query to the terminal and never waits
// for an answer.
//
// Bubble Tea v1 calls lipgloss.HasDarkBackground in a package init, which
// sends OSC 11 and waits up to five seconds where nobody answers (tmux over a
// slow line, serial consoles, many web terminals). An answer that was given
// beforehand suppresses the question.
//
// Rules it keeps, and without which it silently stops working:
//   - it imports lipgloss and nothing else: Go initialises the first package in
//     import-path order whose imports are all initialised, so any import that
//     becomes ready later than lipgloss would let Bubble Tea go first;
//   - its import path sorts before github.com/charmbracelet/bubbletea.
//
// The pty test of ui/term fails when either is broken.
package startup

import "github.com/charmbracelet/lipgloss"

// The value is of no consequence: every style of ahead belongs to a renderer
// of its own (see ui/theme).
func init() { lipgloss.SetHasDarkBackground(true) }
