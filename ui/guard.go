package ui

import (
	"reflect"
	"runtime/debug"

	tea "github.com/charmbracelet/bubbletea"
)

// crashed is a panic that a command or a screen turned into.
type crashed struct {
	value any
	stack string
}

// addressed is a message of a screen, or an answer to one, with the session in
// which that screen was opened.
type addressed struct {
	session int
	msg     tea.Msg
}

// guard makes a command end in a message whatever happens in it. Bubble Tea
// recovers panics of commands by printing them over the frame and killing the
// program, while other commands still write.
func guard(cmd tea.Cmd, wrap func(tea.Msg) tea.Msg) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if p := recover(); p != nil {
				msg = crashed{value: p, stack: string(debug.Stack())}
			}
		}()
		return inner(cmd(), wrap)
	}
}

// inner guards the commands inside a batch or a sequence. Bubble Tea keeps the
// type of a sequence to itself, but it is a slice of commands.
func inner(msg tea.Msg, wrap func(tea.Msg) tea.Msg) tea.Msg {
	v := reflect.ValueOf(msg)
	if v.IsValid() && v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() {
		for i := range v.Len() {
			if c, ok := v.Index(i).Interface().(tea.Cmd); ok && c != nil {
				v.Index(i).Set(reflect.ValueOf(guard(c, wrap)))
			}
		}
		return msg
	}
	if wrap == nil || msg == nil {
		return msg
	}
	return wrap(msg)
}

// address marks what a screen's command brings with the screen's session.
func address(session int, cmd tea.Cmd) tea.Cmd {
	return guard(cmd, func(msg tea.Msg) tea.Msg {
		switch msg.(type) {
		case addressed, crashed:
			return msg
		}
		return addressed{session: session, msg: msg}
	})
}
