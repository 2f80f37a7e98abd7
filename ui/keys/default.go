package keys

// Default is the table that ahead comes with.
func Default() Map {
	return Map{rows: map[Screen][]Binding{
		Timeline: timeline(),
		Preview:  preview(),
		Confirm:  confirm(),
		Outcome:  outcome(),
		Leftover: leftover(),
		Evidence: evidence(),
	}}
}

func moving() []Binding {
	return []Binding{
		{Action: Up, Keys: []string{"up", "k"}, Label: "↑↓", Help: "move", Bar: true},
		{Action: Down, Keys: []string{"down", "j"}, Label: "↓", Help: "move down"},
		{Action: PageUp, Keys: []string{"pgup", "ctrl+b"}, Label: "pgup", Help: "a page up"},
		{Action: PageDown, Keys: []string{"pgdown", "ctrl+f"}, Label: "pgdn", Help: "a page down"},
		{Action: Top, Keys: []string{"home", "g"}, Label: "g", Help: "to the top"},
		{Action: Bottom, Keys: []string{"end", "G"}, Label: "G", Help: "to the end"},
	}
}

func leaving() []Binding {
	return []Binding{
		{Action: Help, Keys: []string{"?"}, Label: "?", Help: "help", Bar: true},
		{Action: Help, Keys: []string{"!"}, Label: "!", Help: "what production says"},
		{Action: Quit, Keys: []string{"q"}, Label: "q", Help: "quit", Bar: true},
	}
}

func timeline() []Binding {
	rows := append(moving(),
		Binding{Action: Left, Keys: []string{"left", "h"}, Label: "←→", Help: "pane", Bar: true},
		Binding{Action: Right, Keys: []string{"right", "l"}, Label: "→", Help: "to the commits"},
		Binding{Action: NextPane, Keys: []string{"tab", "shift+tab"}, Label: "tab", Help: "the other pane"},
		Binding{Action: Open, Keys: []string{"enter"}, Label: "⏎", Help: "preview", Bar: true},
		Binding{Action: EditEvidence, Keys: []string{"s"}, Label: "s", Help: "suspects", Bar: true},
		Binding{Action: Works, Keys: []string{"w"}, Label: "w", Help: "it works", Bar: true},
		Binding{Action: Broken, Keys: []string{"b"}, Label: "b", Help: "it is broken", Bar: true},
		Binding{Action: TakeBackAnswer, Keys: []string{"u"}, Label: "u", Help: "take back", Bar: true},
		Binding{Action: Sort, Keys: []string{"t"}, Label: "t", Help: "sort", Bar: true},
		Binding{Action: Select, Keys: []string{" ", "x"}, Label: "space", Help: "select", Bar: true},
		Binding{Action: RevertDeployment, Keys: []string{"D"}, Label: "D", Help: "revert the whole deployment"},
		Binding{Action: RestoreDeployment, Keys: []string{"R"}, Label: "R", Help: "restore the deployment's tree"},
		Binding{Action: OpenRuns, Keys: []string{"o"}, Label: "o", Help: "open run", Bar: true},
		Binding{Action: Filter, Keys: []string{"/"}, Label: "/", Help: "filter", Bar: true},
		Binding{Action: NextEnvironment, Keys: []string{"e"}, Label: "e", Help: "environment", Bar: true},
		Binding{Action: Refresh, Keys: []string{"r"}, Label: "r", Help: "refresh", Bar: true},
		Binding{Action: Back, Keys: []string{"esc"}, Label: "esc", Help: "clear filter and selection"},
	)
	return append(rows, leaving()...)
}

// The bar is cut from the right on narrow windows, so what leads on and back
// stands first.
func preview() []Binding {
	rows := append([]Binding{
		{Action: Continue, Keys: []string{"c"}, Label: "c", Help: "confirm", Bar: true},
		{Action: Back, Keys: []string{"esc"}, Label: "esc", Help: "back", Bar: true},
		{Action: Unlock, Keys: []string{"u"}, Label: "u", Help: "unlock the key", Bar: true},
		{Action: FetchMissing, Keys: []string{"f"}, Label: "f", Help: "fetch what is missing", Bar: true},
		{Action: Remedy1, Keys: []string{"1"}, Label: "1-4", Help: "remedy", Bar: true},
		{Action: Remedy2, Keys: []string{"2"}, Label: "2", Help: "with dependants"},
		{Action: Remedy3, Keys: []string{"3"}, Label: "3", Help: "revert the whole deployment"},
		{Action: Remedy4, Keys: []string{"4"}, Label: "4", Help: "restore the deployment before"},
		{Action: NextHunk, Keys: []string{"n"}, Label: "n/p", Help: "hunk", Bar: true},
		{Action: PrevHunk, Keys: []string{"p"}, Label: "p", Help: "the hunk before"},
		{Action: NextFile, Keys: []string{"tab", "]"}, Label: "tab", Help: "file", Bar: true},
		{Action: PrevFile, Keys: []string{"shift+tab", "["}, Label: "shift-tab", Help: "the file before"},
		{Action: LeaveOut, Keys: []string{"x"}, Label: "x", Help: "leave out", Bar: true},
		{Action: TakeBack, Keys: []string{"X"}, Label: "X", Help: "all back in", Bar: true},
		{Action: EditReason, Keys: []string{"i"}, Label: "i", Help: "reason", Bar: true},
		{Action: EditMessage, Keys: []string{"e"}, Label: "e", Help: "message", Bar: true},
		{Action: EditTag, Keys: []string{"t"}, Label: "t", Help: "tag", Bar: true},
		byRequest(), skipHooks(),
		{Action: ChangeView, Keys: []string{"v"}, Label: "v", Help: "change view"},
		{Action: Left, Keys: []string{"left", "h"}, Label: "←→", Help: "sideways"},
		{Action: Right, Keys: []string{"right", "l"}, Label: "→", Help: "sideways to the right"},
	}, moving()...)
	return append(rows, leaving()...)
}

// The gate is a text field, so its keys are none that a name is typed with. Nor
// are they ones that terminals and multiplexers keep for themselves.
func confirm() []Binding {
	return []Binding{
		{Action: Back, Keys: []string{"esc"}, Label: "esc", Help: "back", Bar: true},
		byRequest(), skipHooks(),
	}
}

// byRequest and skipHooks are the same keys before the gate and in it.
func byRequest() Binding {
	return Binding{Action: ByRequest, Keys: []string{"ctrl+r"}, Label: "ctrl+r", Help: "pull request or not", Bar: true}
}

func skipHooks() Binding {
	return Binding{Action: SkipHooks, Keys: []string{"ctrl+x"}, Label: "ctrl+x", Help: "hooks or not", Bar: true}
}

// Where nobody knows what came of it, asking is what leads on: it stands first,
// and is not there where there is nothing to ask.
func outcome() []Binding {
	rows := append([]Binding{{Action: Refresh, Keys: []string{"r"}, Label: "r", Help: "ask again", Bar: true}}, moving()...)
	rows = append(
		rows,
		Binding{Action: Open, Keys: []string{"enter"}, Label: "⏎", Help: "go on", Bar: true},
		Binding{Action: Back, Keys: []string{"esc"}, Label: "esc", Help: "back to the timeline", Bar: true},
		Binding{Action: EditEvidence, Keys: []string{"s"}, Label: "s", Help: "suspects", Bar: true},
		Binding{Action: BringBack, Keys: []string{"b"}, Label: "b", Help: "revert this, too", Bar: true},
	)
	return append(rows, leaving()...)
}

func leftover() []Binding {
	rows := append([]Binding{
		{Action: CarryOn, Keys: []string{"c"}, Label: "c", Help: "carry on", Bar: true},
		{Action: GiveUp, Keys: []string{"x"}, Label: "x", Help: "close it", Bar: true},
		{Action: Refresh, Keys: []string{"r"}, Label: "r", Help: "ask again", Bar: true},
		{Action: Back, Keys: []string{"esc"}, Label: "esc", Help: "later", Bar: true},
		{Action: NextPane, Keys: []string{"tab", "n"}, Label: "tab", Help: "the next run", Bar: true},
	}, moving()...)
	return append(rows, leaving()...)
}

// All of it is fields, so its keys are none that text is written with. Text of
// several lines is pasted: enter is a line of it, in the other fields the end.
func evidence() []Binding {
	return []Binding{
		{Action: Rank, Keys: []string{"ctrl+s", "ctrl+d"}, Label: "ctrl+s", Help: "rank suspects", Bar: true},
		{Action: NextField, Keys: []string{"tab"}, Label: "tab", Help: "next field", Bar: true},
		{Action: PrevField, Keys: []string{"shift+tab"}, Label: "shift-tab", Help: "the field before"},
		{Action: TakeAnswer, Keys: []string{"ctrl+p"}, Label: "ctrl+p", Help: "what production says", Bar: true},
		{Action: Back, Keys: []string{"esc"}, Label: "esc", Help: "back", Bar: true},
		{Action: ClearAll, Keys: []string{"ctrl+l"}, Label: "ctrl+l", Help: "clear all", Bar: true},
		{Action: ForgetAnswers, Keys: []string{"ctrl+x"}, Label: "ctrl+x", Help: "forget what was tried", Bar: true},
	}
}
