package theme

import "github.com/charmbracelet/lipgloss"

// ink is one colour at each depth. The 256-colour form is an index into the
// fixed part of the xterm palette (16–255); the 16-colour form is whatever the
// person's terminal makes of it.
type ink struct{ hex, c256, c16 string }

func (i ink) color() lipgloss.CompleteColor {
	return lipgloss.CompleteColor{TrueColor: i.hex, ANSI256: i.c256, ANSI: i.c16}
}

// look is a style before it is compiled. No bg means the theme's paper, no fg
// its text.
type look struct {
	fg, bg                   ink
	bold, underline, reverse bool
}

type row struct {
	name string
	into func(*Theme) *Style
	look look
}

// rowsOf is the one list of styles; a style left out of it would stay plain, so
// a test compares it with the fields of Theme.
func rowsOf(l map[string]look) []row {
	into := map[string]func(*Theme) *Style{
		"Text":        func(t *Theme) *Style { return &t.Text },
		"Dim":         func(t *Theme) *Style { return &t.Dim },
		"Strong":      func(t *Theme) *Style { return &t.Strong },
		"Header":      func(t *Theme) *Style { return &t.Header },
		"Border":      func(t *Theme) *Style { return &t.Border },
		"Added":       func(t *Theme) *Style { return &t.Added },
		"AddedMark":   func(t *Theme) *Style { return &t.AddedMark },
		"Removed":     func(t *Theme) *Style { return &t.Removed },
		"RemovedMark": func(t *Theme) *Style { return &t.RemovedMark },
		"Good":        func(t *Theme) *Style { return &t.Good },
		"Warn":        func(t *Theme) *Style { return &t.Warn },
		"Danger":      func(t *Theme) *Style { return &t.Danger },
		"Band":        func(t *Theme) *Style { return &t.Band },
		"BandGood":    func(t *Theme) *Style { return &t.BandGood },
		"BandDrill":   func(t *Theme) *Style { return &t.BandDrill },
		"Selected":    func(t *Theme) *Style { return &t.Selected },
		"Marked":      func(t *Theme) *Style { return &t.Marked },
		"Chip":        func(t *Theme) *Style { return &t.Chip },
		"Key":         func(t *Theme) *Style { return &t.Key },
		"Match":       func(t *Theme) *Style { return &t.Match },
		"Input":       func(t *Theme) *Style { return &t.Input },
		"Cursor":      func(t *Theme) *Style { return &t.Cursor },
	}
	var rows []row
	for name, f := range into {
		rows = append(rows, row{name: name, into: f, look: l[name]})
	}
	return rows
}

func paletteOf(name string, share bool) []row {
	switch name {
	case Dark:
		return rowsOf(dark.looks(share))
	case Light:
		return rowsOf(light.looks(share))
	default:
		return rowsOf(mono())
	}
}

// palette is a set of inks by what they are for.
type palette struct {
	paper, text, dim, strong ink
	added, removed           ink
	good, warn, danger       ink
	// onBand is the text of every band; the bands are backgrounds.
	onBand, band, bandGood, bandDrill ink
	selected, onSelected, marked      ink
	chip, onChip, match               ink
}

var dark = palette{
	paper: ink{"#0E1217", "233", "0"}, text: ink{"#E6EAF0", "255", "15"},
	dim: ink{"#9FACB8", "248", "7"}, strong: ink{"#FFFFFF", "231", "15"},
	added: ink{"#56B4E9", "74", "14"}, removed: ink{"#E69F00", "214", "11"},
	good: ink{"#5FD7A0", "79", "10"}, warn: ink{"#F0D060", "221", "11"}, danger: ink{"#FF9A90", "210", "9"},
	onBand: ink{"#FFFFFF", "231", "15"}, band: ink{"#A8001C", "88", "1"},
	bandGood: ink{"#00593A", "22", "2"}, bandDrill: ink{"#5B2A86", "54", "5"},
	selected: ink{"#1F4E79", "24", "4"}, onSelected: ink{"#FFFFFF", "231", "15"}, marked: ink{"#2A323C", "236", "0"},
	chip: ink{"#C9D1D9", "252", "7"}, onChip: ink{"#0E1217", "233", "0"}, match: ink{"#F0D060", "221", "11"},
}

var light = palette{
	paper: ink{"#FFFFFF", "231", "15"}, text: ink{"#161B20", "234", "0"},
	dim: ink{"#525B66", "240", "8"}, strong: ink{"#000000", "16", "0"},
	added: ink{"#00518F", "24", "4"}, removed: ink{"#7F4300", "52", "3"},
	good: ink{"#00562F", "22", "2"}, warn: ink{"#634800", "53", "3"}, danger: ink{"#A00018", "88", "1"},
	onBand: ink{"#FFFFFF", "231", "15"}, band: ink{"#A8001C", "88", "1"},
	bandGood: ink{"#00593A", "22", "2"}, bandDrill: ink{"#5B2A86", "54", "5"},
	selected: ink{"#0B4A82", "24", "4"}, onSelected: ink{"#FFFFFF", "231", "15"}, marked: ink{"#DCE3EA", "254", "7"},
	chip: ink{"#2A323C", "236", "0"}, onChip: ink{"#FFFFFF", "231", "15"}, match: ink{"#634800", "53", "3"},
}

func (p palette) looks(share bool) map[string]look {
	if share {
		// Grey disappears in compressed video, and a tinted row with it.
		p.dim = p.text
		p.selected, p.onSelected = p.text, p.paper
	}
	on := func(fg ink) look { return look{fg: fg, bg: p.paper} }
	bold := func(l look) look { l.bold = true; return l }
	return map[string]look{
		"Text": on(p.text), "Dim": on(p.dim), "Strong": bold(on(p.strong)),
		"Header": bold(on(p.strong)), "Border": on(p.dim),
		"Added": on(p.added), "AddedMark": bold(look{fg: p.paper, bg: p.added}),
		"Removed": on(p.removed), "RemovedMark": bold(look{fg: p.paper, bg: p.removed}),
		"Good": on(p.good), "Warn": on(p.warn), "Danger": bold(on(p.danger)),
		"Band":      bold(look{fg: p.onBand, bg: p.band}),
		"BandGood":  bold(look{fg: p.onBand, bg: p.bandGood}),
		"BandDrill": bold(look{fg: p.onBand, bg: p.bandDrill}),
		"Selected":  bold(look{fg: p.onSelected, bg: p.selected}),
		"Marked":    {fg: p.text, bg: p.marked},
		"Chip":      {fg: p.onChip, bg: p.chip},
		"Key":       bold(on(p.strong)),
		"Match":     {fg: p.match, bg: p.paper, bold: true, underline: true},
		"Input":     {fg: p.strong, bg: p.paper, underline: true},
		"Cursor":    {fg: p.paper, bg: p.strong},
	}
}

func mono() map[string]look {
	bold, underline, reverse := look{bold: true}, look{underline: true}, look{reverse: true}
	both := look{bold: true, reverse: true}
	return map[string]look{
		"Strong": bold, "Header": bold,
		"AddedMark": reverse, "RemovedMark": reverse,
		"Danger": bold, "Warn": underline,
		"Band": both, "BandGood": reverse, "BandDrill": both,
		"Selected": reverse, "Marked": underline, "Chip": reverse, "Key": bold,
		"Match": {bold: true, underline: true}, "Input": underline, "Cursor": reverse,
	}
}
