package threeway

import (
	"fmt"
	"slices"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// mergeFile merges three versions of which ours and theirs are there and of
// the same type. Mode and content are merged one by one.
func (m *treeMerge) mergeFile(path string, base, ours, theirs fileEntry) (fileMerge, error) {
	got := fileMerge{clean: true}
	if ours.mode == theirs.mode || ours.mode == base.mode {
		got.file.mode = theirs.mode
	} else {
		got.file.mode = ours.mode
		if got.clean = theirs.mode == base.mode; !got.clean {
			got.kind = gitops.ConflictMode
			got.detail = fmt.Sprintf("%s has mode %s on our side and %s on their side", path, ours.mode, theirs.mode)
		}
	}
	switch {
	case ours.hash == theirs.hash || ours.hash == base.hash:
		got.file.hash = theirs.hash
		return got, nil
	case theirs.hash == base.hash:
		got.file.hash = ours.hash
		return got, nil
	}
	// A base of another type has nothing to say about the content.
	if !base.sameType(ours) {
		base = fileEntry{}
	}
	got.file.hash = ours.hash
	switch {
	case ours.mode.IsRegular():
		return got, m.mergeContent(path, &got, base, ours, theirs)
	case ours.mode == gitops.ModeSubmodule:
		m.mergeSubmodule(path, &got, base)
	default:
		got.fail(gitops.ConflictSymlink, fmt.Sprintf("both sides point the symbolic link %s at different places", path))
	}
	return got, nil
}

func (f *fileMerge) fail(kind gitops.ConflictKind, detail string) {
	f.clean, f.unmerged, f.kind, f.detail = false, true, kind, detail
}

// mergeSubmodule never resolves: which of two commits of another repository
// contains the other, only a checkout of that repository knows.
func (m *treeMerge) mergeSubmodule(path string, got *fileMerge, base fileEntry) {
	got.fail(gitops.ConflictSubmodule, fmt.Sprintf("both sides moved the submodule %s to different commits", path))
	if base.mode != 0 {
		m.leaveToGit(fmt.Sprintf("both sides moved the submodule %s, and the history of the submodule decides", path))
	}
}

// mergeContent merges regular files with the driver that the attributes name.
// The outcome goes into got, whose hash is that of ours until then.
func (m *treeMerge) mergeContent(path string, got *fileMerge, base, ours, theirs fileEntry) error {
	if m.opt.Renormalize && !m.opt.TextOnly {
		m.leaveToGit(fmt.Sprintf("merge.renormalize is on and %s changed on both sides", path))
	}
	driver, err := m.driver(path)
	if err != nil {
		return err
	}
	lines := m.opt.Lines
	switch driver {
	case driverText:
	case driverUnion:
		lines.Union = true
	case driverBinary:
		got.fail(gitops.ConflictBinary, fmt.Sprintf("both sides changed %s, which is not merged line by line", path))
		return nil
	default:
		m.leaveToGit(fmt.Sprintf("the merge driver %s decides on %s", driver, path))
		got.fail(gitops.ConflictContent, fmt.Sprintf("both sides changed %s, and the merge driver %s decides", path, driver))
		return nil
	}
	text, err := m.mergeText(path, [3]fileEntry{base, ours, theirs}, lines)
	switch {
	case err != nil:
		return err
	case text.binary:
		got.fail(gitops.ConflictBinary, fmt.Sprintf("both sides changed %s, a binary file", path))
	default:
		m.takeLines(path, got, base, text)
	}
	return nil
}

// mergedText is the outcome of one merge of contents; blob is set where it is
// clean.
type mergedText struct {
	binary bool
	lines  LineResult
	blob   gitops.Object
}

// mergeText merges three contents, or finds in the memory what came of them.
func (m *treeMerge) mergeText(path string, versions [3]fileEntry, opt LineOptions) (mergedText, error) {
	key := textKey{opt: opt}
	for i, f := range versions {
		if f.mode != 0 {
			key.versions[i] = f.hash
		}
	}
	if got, ok := m.opt.Memory.text(key); ok {
		return got, nil
	}
	var texts [3][]byte
	for i, f := range versions {
		if f.mode == 0 {
			continue
		}
		var err error
		if texts[i], err = m.blob(path, f.hash); err != nil {
			return mergedText{}, err
		}
		if treediff.IsBinary(texts[i]) {
			return mergedText{binary: true}, nil
		}
	}
	got := mergedText{lines: m.opt.Memory.mergeLines(texts, opt)}
	if got.lines.Clean {
		got.blob, got.lines.Parts = gitops.NewObject(gitops.KindBlob, got.lines.Content), nil
	}
	m.opt.Memory.keepText(key, got)
	return got, nil
}

// blob reads a content. A renamed file that was merged may have to be merged
// again, with a file that the other side put at its new path.
func (m *treeMerge) blob(path string, h gitops.Hash) ([]byte, error) {
	if o, ok := m.fresh[h]; ok {
		return o.Data, nil
	}
	data, err := m.objs.Blob(h)
	if err != nil {
		return nil, fmt.Errorf("read %q (blob %s): %w", path, h, err)
	}
	return data, nil
}

func (m *treeMerge) takeLines(path string, got *fileMerge, base fileEntry, text mergedText) {
	if text.lines.Clean {
		m.fresh[text.blob.Hash] = text.blob
		got.file.hash = text.blob.Hash
		return
	}
	got.hunks, got.parts = slices.Clone(text.lines.Conflicts), text.lines.Parts
	if base.mode == 0 {
		got.fail(gitops.ConflictAddAdd, fmt.Sprintf("both sides added %s with different content", path))
		return
	}
	got.fail(gitops.ConflictContent, fmt.Sprintf("both sides changed the same places of %s", path))
}

// The drivers that every git has; any other name is somebody's program.
const (
	driverText   = "text"
	driverBinary = "binary"
	driverUnion  = "union"
)

// driver names the merge driver of a path: the attribute merge, set for text,
// unset for binary, or else what merge.default says.
func (m *treeMerge) driver(path string) (string, error) {
	if m.opt.TextOnly {
		return driverText, nil
	}
	value, err := m.attributes.lookup(path, "merge")
	if err != nil {
		return "", err
	}
	switch {
	case value.state == attributeSet:
		return driverText, nil
	case value.state == attributeUnset:
		return driverBinary, nil
	case value.state == attributeValue:
		return value.text, nil
	case m.opt.DefaultDriver != "":
		return m.opt.DefaultDriver, nil
	default:
		return driverText, nil
	}
}

// reading is how the attribute diff has a file read where it is compared with
// others: git heeds it in a merge, too. A driver by name reads by content:
// diff.NAME.binary could say otherwise, but git merge-tree does not ask it.
func (m *treeMerge) reading(path string) (treediff.Reading, error) {
	value, err := m.attributes.lookup(path, "diff")
	switch {
	case err != nil:
		return treediff.ReadByContent, err
	case value.state == attributeSet:
		return treediff.ReadAsText, nil
	case value.state == attributeUnset:
		return treediff.ReadAsBinary, nil
	default:
		return treediff.ReadByContent, nil
	}
}
