package threeway

import (
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
)

// Settlement is what a person decided about one conflict.
type Settlement struct {
	// KeepOurs leaves the path as our tree has it under this very name, be it
	// absent. It is always possible and stands before all else.
	KeepOurs bool
	// Take settles the path as a whole, by one of Conflict.Choices; Text is
	// the file for gitops.SideText.
	Take gitops.Side
	Text string
	// Hunks has one of Conflict.HunkChoices for each hunk, unless Take is set.
	Hunks []gitops.HunkChoice
}

// contentMerge is a merge of contents that was done before its path was
// settled, with the versions that went into it.
type contentMerge struct {
	fileMerge
	versions [3]fileEntry
	names    [3]string
	// nested says that another merge came on top of it.
	nested bool
}

// settleByHand asks for a person's decision on a path that is not clean, and
// books the conflict where there is none.
func (m *treeMerge) settleByHand(p *pathState, got *fileMerge) error {
	v := p.merging(*got)
	c := v.conflict(p.path, *got)
	s, ok := m.ask(c)
	if !ok {
		m.conflicts = append(m.conflicts, c)
		return nil
	}
	f := p.tip
	if !s.KeepOurs {
		var err error
		if f, err = m.choose(v, c, s); err != nil {
			return err
		}
	}
	m.free(p.path, got.file, f)
	got.file, got.clean = f, true
	m.settled = append(m.settled, c)
	return nil
}

// free notes that git's merge would keep a directory for a path of which
// nothing is left.
func (m *treeMerge) free(path string, git, left fileEntry) {
	if git.mode == 0 || left.mode != 0 {
		return
	}
	if m.freed == nil {
		m.freed = make(map[string]bool)
	}
	for dir := parentOf(path); dir != ""; dir = parentOf(dir) {
		m.freed[dir] = true
	}
}

// settleFreed: a file that git moves out of the way of a directory has its
// place again where decisions left nothing of the directory. For git that is a
// conflict still, so it counts among those that were settled.
func (m *treeMerge) settleFreed(p *pathState, got *fileMerge, blocked bool) error {
	if blocked || p.dirs == 0 || !m.freed[p.path] || got.file.mode == 0 {
		return nil
	}
	there := *got
	m.judgePath(p, &there, true)
	v := p.merging(*got)
	c := v.conflict(p.path, there)
	s, ok := m.ask(c)
	var err error
	switch {
	case ok && s.KeepOurs:
		got.file = p.tip
	case ok:
		got.file, err = m.choose(v, c, s)
	}
	m.settled = append(m.settled, c)
	return err
}

func (m *treeMerge) ask(c gitops.Conflict) (Settlement, bool) {
	if m.opt.Settle == nil {
		return Settlement{}, false
	}
	return m.opt.Settle(c)
}

// merging is the merge that a person decides about: that of the path itself,
// or the one that a rename brought about before.
func (p *pathState) merging(got fileMerge) contentMerge {
	if a := p.apart; a != nil && (a.nested || p.files&maskSides != maskSides) {
		return *a
	}
	return contentMerge{fileMerge: got, versions: p.versions, names: p.names}
}

func (c contentMerge) conflict(path string, got fileMerge) gitops.Conflict {
	version := func(i int) gitops.Version {
		if c.versions[i].mode == 0 {
			return gitops.Version{}
		}
		return gitops.Version{Path: c.names[i], Mode: c.versions[i].mode, Hash: c.versions[i].hash}
	}
	return gitops.Conflict{
		Path: path, Kind: got.kind, Detail: got.detail, Hunks: got.hunks,
		Base: version(inBase), Ours: version(inOurs), Theirs: version(inTheirs),
		Unmerged: c.unmerged,
	}
}

// choose gives the file that a decision comes to; its mode is 0 where the path
// goes.
func (m *treeMerge) choose(v contentMerge, c gitops.Conflict, s Settlement) (fileEntry, error) {
	if s.Take == gitops.SideMerged && slices.Contains(c.Choices(), s.Take) && !v.unmerged {
		return v.file, nil
	}
	version, text, err := Choose(c, s, v.parts)
	if err != nil {
		return fileEntry{}, err
	}
	if text != nil {
		return m.text(v, text), nil
	}
	return fileEntry{mode: version.Mode, hash: version.Hash}, nil
}

// Choose gives what a decision comes to: one of the conflict's versions, of
// mode 0 where the path goes, or else a text, which then is not nil. parts is
// the whole file, for a decision hunk by hunk. What the conflict does not offer
// is an error, as gitops.SideMerged is: nothing is guessed.
func Choose(c gitops.Conflict, s Settlement, parts []Part) (gitops.Version, []byte, error) {
	if s.Take == "" {
		text, err := chooseHunks(c, s.Hunks, parts)
		return gitops.Version{}, text, err
	}
	if !slices.Contains(c.Choices(), s.Take) {
		return gitops.Version{}, nil, noChoice(c, s.Take, c.Choices())
	}
	switch s.Take {
	case gitops.SideOurs:
		return c.Ours, nil, nil
	case gitops.SideTheirs:
		return c.Theirs, nil, nil
	case gitops.SideBase:
		return c.Base, nil, nil
	case gitops.SideText:
		return gitops.Version{}, append([]byte{}, s.Text...), nil
	case gitops.SideDelete:
		return gitops.Version{}, nil, nil
	default:
		return gitops.Version{}, nil, noChoice(c, s.Take, nil)
	}
}

func chooseHunks(c gitops.Conflict, choices []gitops.HunkChoice, parts []Part) ([]byte, error) {
	allowed := c.HunkChoices()
	if len(allowed) == 0 || len(parts) == 0 {
		hint := "settle it as a whole path: " + sides(c.Choices())
		if len(c.Choices()) == 0 {
			hint = "leave the path out, or choose another remedy"
		}
		return nil, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("the conflict at %s has no hunks to choose from", c.Path), Hint: hint,
		}
	}
	if len(choices) != len(c.Hunks) {
		return nil, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("the conflict at %s has %s, and %s given", c.Path, counted(len(c.Hunks), "hunk", "hunks"), counted(len(choices), "choice was", "choices were")),
			Hint: "give one choice for each hunk, in order",
		}
	}
	var texts []string
	for _, p := range parts {
		if p.Conflict == nil {
			continue
		}
		choice := choices[len(texts)]
		if !slices.Contains(allowed, choice.Take) {
			return nil, noChoice(c, choice.Take, allowed)
		}
		texts = append(texts, p.chosen(choice))
	}
	return Assemble(parts, texts), nil
}

func counted(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// chosen gives the exact bytes of a decision about one place.
func (p Part) chosen(choice gitops.HunkChoice) string {
	switch choice.Take {
	case gitops.SideOurs:
		return p.Conflict.Ours
	case gitops.SideTheirs:
		return p.Conflict.Theirs
	case gitops.SideBase:
		return p.Conflict.Base
	case gitops.SideBoth:
		return string(endLine([]byte(p.Conflict.Ours), p.crlf)) + p.Conflict.Theirs
	default:
		return choice.Text
	}
}

// text makes a new content, with the mode of the merge, or where that conflicts
// ours.
func (m *treeMerge) text(v contentMerge, data []byte) fileEntry {
	blob := gitops.NewObject(gitops.KindBlob, data)
	m.fresh[blob.Hash] = blob
	mode := v.file.mode
	for _, side := range []int{inOurs, inTheirs, inBase} {
		if mode == 0 {
			mode = v.versions[side].mode
		}
	}
	return fileEntry{mode: mode, hash: blob.Hash}
}

func noChoice(c gitops.Conflict, take gitops.Side, allowed []gitops.Side) error {
	hint := "settle it by " + sides(allowed)
	if len(allowed) == 0 {
		hint = "leave the path out, or choose another remedy"
	}
	return &gitops.Error{
		Code: gitops.CodeUsage, What: fmt.Sprintf("the conflict at %s (%s) cannot be settled by %q", c.Path, c.Kind, take),
		Hint: hint,
	}
}

func sides(all []gitops.Side) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}

// settleDirectories asks about the conflicts of whole directories. Nothing was
// moved for them, so whatever is decided the trees stay as they are.
func (m *treeMerge) settleDirectories() error {
	var open []gitops.Conflict
	for _, c := range m.conflicts {
		s, ok := Settlement{}, false
		if strings.HasSuffix(c.Path, "/") {
			s, ok = m.ask(c)
		}
		switch {
		case !ok:
			open = append(open, c)
		case !s.KeepOurs && !slices.Contains(c.Choices(), s.Take):
			return noChoice(c, s.Take, c.Choices())
		default:
			m.settled = append(m.settled, c)
		}
	}
	m.conflicts = open
	return nil
}

// placedBy notes which side added what is in question, and so where it stays.
func placedBy(side int, c gitops.Conflict) gitops.Conflict {
	v := gitops.Version{Path: c.Path, Mode: gitops.ModeTree}
	if side == inOurs {
		c.Ours = v
	} else {
		c.Theirs = v
	}
	return c
}

// openSuggestions are the renames of directories that nobody has agreed to.
func (m *treeMerge) openSuggestions() []gitops.Conflict {
	return slices.DeleteFunc(m.suggested, func(c gitops.Conflict) bool {
		return slices.ContainsFunc(m.settled, func(s gitops.Conflict) bool { return s.Path == c.Path })
	})
}
