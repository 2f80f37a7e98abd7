// Package keys is the one table that turns keys into intents.
//
// Promise: what a key does, what the help says and what the key echo shows
// come from the same row, so they cannot disagree.
//
// Rules it keeps:
//   - screens never see key names outside text fields: they get an Action;
//   - a key means one thing on one screen, and the bar at the bottom leaves out
//     what would do nothing there and then;
//   - the key that opens the gate is not the key that leads to it.
package keys

// Action is what a person wants, whatever key said so.
type Action uint8

// The actions.
const (
	None Action = iota
	Up
	Down
	PageUp
	PageDown
	Top
	Bottom
	Left
	Right
	NextPane
	Select
	Open
	Back
	Filter
	Refresh
	Help
	Quit
	NextHunk
	PrevHunk
	NextFile
	PrevFile
	EditMessage
	EditTag
	EditReason
	Continue
	ChangeView
	LeaveOut
	TakeBack
	FetchMissing
	Unlock
	Sort
	Remedy1
	Remedy2
	Remedy3
	Remedy4
	RevertDeployment
	RestoreDeployment
	OpenRuns
	CarryOn
	GiveUp
	BringBack
	ByRequest
	SkipHooks
	EditEvidence
	Works
	Broken
	NextEnvironment
	Rank
	NextField
	PrevField
	ClearAll
	TakeAnswer
	TakeBackAnswer
	ForgetAnswers
)

// Screen says where a key was pressed.
type Screen uint8

// The screens.
const (
	Timeline Screen = iota
	Preview
	Confirm
	Outcome
	// Leftover is where an earlier run that has not ended is carried on or closed.
	Leftover
	// Evidence is where a person says what they know of the trouble.
	Evidence
)

// Binding is one row of the table.
type Binding struct {
	Action Action
	// Keys are named as Bubble Tea names them; Label is how the bar at the
	// bottom shows them.
	Keys  []string
	Label string
	Help  string
	// Bar says that the row is shown at the bottom, not only in the help.
	Bar bool
}

// Map is the whole table.
type Map struct {
	rows map[Screen][]Binding
}

// Lookup finds what a key means on a screen.
func (m Map) Lookup(s Screen, key string) (Binding, bool) {
	for _, b := range m.rows[s] {
		for _, k := range b.Keys {
			if k == key {
				return b, true
			}
		}
	}
	return Binding{}, false
}

// Bindings gives the rows of a screen in the order in which help shows them.
func (m Map) Bindings(s Screen) []Binding { return m.rows[s] }
