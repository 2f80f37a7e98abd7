package planner

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/hazard"
)

// addWarnings says what a person should know before shipping. A code
// names all that it is about at once; only migrations and reverts that were
// taken back in part can have more than one sentence.
func (d *draft) addWarnings() error {
	if d.snap.Shallow {
		d.warn(gitops.WarnShallow, "this is a shallow clone: older history was not looked at; `git fetch --unshallow` brings it")
	}
	if err := d.warnOfSuspects(); err != nil {
		return err
	}
	if d.plan.Verdict != gitops.VerdictClean {
		return nil
	}
	d.warnOfPaths()
	d.warnOfKinds()
	return d.warnOfBots()
}

func (d *draft) warnOfSuspects() error {
	var security, merges []string
	for _, c := range d.takenBack() {
		if hazard.Security(c.Message) {
			security = append(security, c.Hash.Short())
		}
		if c.IsMerge() {
			merges = append(merges, c.Hash.Short())
		}
	}
	switch len(security) {
	case 0:
	case 1:
		d.warn(gitops.WarnSecurity, security[0]+" looks like a security fix: reverting it may open the hole again")
	default:
		d.warn(gitops.WarnSecurity, some(security)+" look like security fixes: reverting them may open the holes again")
	}
	switch len(merges) {
	case 0:
	case 1:
		d.warn(gitops.WarnMergeReland, merges[0]+" is a merge: merging its branch again later brings nothing back; revert this revert instead")
	default:
		d.warn(gitops.WarnMergeReland, some(merges)+" are merges: merging their branches again later brings nothing back; revert this revert instead")
	}
	return d.warnOfReverted()
}

// takenBack are the commits that the plan undoes. One that cannot be read
// warns of nothing.
func (d *draft) takenBack() []gitops.Commit {
	if len(d.lineup.suspects) > 0 || d.plan.Remedy.Kind == gitops.RevertCommits {
		return d.lineup.suspects
	}
	var commits []gitops.Commit
	for _, h := range d.plan.Selection {
		if c, err := d.Objects.Commit(h); err == nil {
			commits = append(commits, c)
		}
	}
	return commits
}

func (d *draft) warnOfReverted() error {
	if d.plan.Verdict == gitops.VerdictEmpty {
		return nil // whyEmpty said so
	}
	for _, s := range d.lineup.suspects {
		by, ok, err := d.revertedBy(s.Hash, false)
		if err != nil {
			return err
		}
		if ok {
			d.warn(gitops.WarnAlreadyReverted, fmt.Sprintf("%s says that it already reverts %s%s", by.Short(), s.Hash.Short(), d.whatIsLeft()))
			continue
		}
		if by, ok, err = d.revertedBy(s.Hash, true); err != nil {
			return err
		}
		if ok {
			d.warn(gitops.WarnAlreadyReverted, fmt.Sprintf("%s says that it already reverts %s in part; this takes back the rest", by.Short(), s.Hash.Short()))
		}
	}
	return nil
}

// whatIsLeft ends the sentence about a suspect that was reverted before. Only a
// clean revert shows that there is something left.
func (d *draft) whatIsLeft() string {
	switch d.plan.Verdict {
	case gitops.VerdictClean:
		return ", yet something of it is still there"
	case gitops.VerdictConflict:
		return "; what conflicts may be nothing of it, but what came later"
	default:
		return "; what is left of it could not be looked at"
	}
}

// revertedBy finds the newest later commit that says that it reverts h, or a
// part of it, and that was not itself taken back since.
func (d *draft) revertedBy(h gitops.Hash, partly bool) (by gitops.Hash, ok bool, err error) {
	later, err := d.later()
	if err != nil {
		return gitops.Hash{}, false, err
	}
	suspect, err := d.Objects.Commit(h)
	if err != nil {
		return gitops.Hash{}, false, err
	}
	saying, err := later.saying(d.ctx, suspect.Committer.When.Unix()-slack)
	if err != nil {
		return gitops.Hash{}, false, err
	}
	undone := map[gitops.Hash]bool{}
	for k, c := range later.names(saying) {
		if undone[c] {
			continue
		}
		for _, said := range later.saidBy(saying[k]) {
			if said.target == h && said.partly == partly {
				return c, true, nil
			}
			undone[said.target] = undone[said.target] || !said.partly
		}
	}
	return gitops.Hash{}, false, nil
}

// saidRevert is a commit that a message says to revert, or to revert in part.
type saidRevert struct {
	target gitops.Hash
	partly bool
}

// saysReverts reads the sentences of a message that name a reverted commit.
func saysReverts(message string) []saidRevert {
	var out []saidRevert
	for _, kind := range []struct {
		sentence string
		partly   bool
	}{{revertsSentence, false}, {partlySentence, true}} {
		// Neither sentence holds the other.
		for _, after := range strings.Split(message, kind.sentence)[1:] {
			if h, err := gitops.ParseHash(after[:min(40, len(after))]); err == nil {
				out = append(out, saidRevert{h, kind.partly})
			}
		}
	}
	return out
}

// whyEmpty says why nothing is left to revert.
func (d *draft) whyEmpty() (string, error) {
	if reason, err := d.whyUnchanged(); err != nil || reason != "" {
		return reason, err
	}
	if len(d.lineup.suspects) == 1 {
		s := d.lineup.suspects[0]
		by, ok, err := d.revertedBy(s.Hash, false)
		if err != nil {
			return "", err
		}
		if ok {
			d.warn(gitops.WarnAlreadyReverted, fmt.Sprintf("%s is already reverted by %s, by its message and by the tree", s.Hash.Short(), by.Short()))
			return fmt.Sprintf("already reverted by %s", by.Short()), nil
		}
		d.warn(gitops.WarnAlreadyReverted, fmt.Sprintf("nothing of %s is left in the tree, though no commit says that it reverts it", s.Hash.Short()))
		return "nothing of it is left: later commits took it back", nil
	}
	return "nothing of these commits is left to revert", nil
}

// pathWarnings says the sentence for each kind of path, in the order shown.
var pathWarnings = []struct{ code, sentence string }{
	{gitops.WarnMigration, "a database migration changes; one that has run does not run backwards by itself"},
	{gitops.WarnCIConfig, "the pipeline's own configuration changes"},
	{gitops.WarnLockfile, "locked dependency versions change"},
	{gitops.WarnVersionFile, "a file that holds the version changes"},
}

func (d *draft) warnOfPaths() {
	byCode := map[string][]string{}
	var dropped []string
	for _, f := range d.plan.Files {
		codes := hazard.Classify(f.Path)
		for _, code := range hazard.Classify(f.From()) {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
		for _, code := range codes {
			if code == gitops.WarnMigration && f.Status == gitops.Deleted {
				dropped = append(dropped, f.Path)
			} else {
				byCode[code] = append(byCode[code], f.Path)
			}
		}
	}
	if len(dropped) > 0 {
		d.warn(gitops.WarnMigration, some(dropped)+" would be deleted: if it has run in production, the schema stays ahead of the code")
	}
	for _, w := range pathWarnings {
		if paths := byCode[w.code]; len(paths) > 0 {
			d.warn(w.code, w.sentence+": "+some(paths))
		}
	}
}

// some names the first few paths and counts the rest.
func some(paths []string) string {
	const shown = 3
	if len(paths) <= shown {
		return strings.Join(paths, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(paths[:shown], ", "), len(paths)-shown)
}

func (d *draft) warnOfKinds() {
	var binary, lfs, submodules []string
	for _, f := range d.plan.Files {
		switch {
		case f.OldMode == gitops.ModeSubmodule || f.NewMode == gitops.ModeSubmodule:
			submodules = append(submodules, f.Path)
		case f.Binary:
			binary = append(binary, f.Path)
		case d.isLFS(f):
			lfs = append(lfs, f.Path)
		}
	}
	if len(submodules) > 0 {
		d.warn(gitops.WarnSubmodule, "a submodule moves to another commit: "+some(submodules))
	}
	if len(binary) > 0 {
		d.warn(gitops.WarnBinary, "binary files change, which no diff shows: "+some(binary))
	}
	if len(lfs) > 0 {
		d.warn(gitops.WarnLFS, "Git LFS pointers change; the older content must still be on the LFS server: "+some(lfs))
	}
}

func (d *draft) isLFS(f gitops.FileChange) bool {
	// A pointer is three lines; only small changes are worth reading.
	if f.Additions > 3 || f.Deletions > 3 {
		return false
	}
	for _, h := range []gitops.Hash{f.OldHash, f.NewHash} {
		if h.IsZero() {
			continue
		}
		if data, err := d.objects.Blob(h); err == nil && hazard.LFSPointer(data) {
			return true
		}
	}
	return false
}

func (d *draft) warnOfBots() error {
	entries, err := d.objects.Tree(d.plan.Tree)
	if errors.Is(err, gitops.ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name
	}
	bot := hazard.ReleaseBot(names)
	if bot == "" {
		bot = d.botInContent(entries)
	}
	if bot == "" {
		bot = botOfTags(d.snap.Tags)
	}
	if bot == "" {
		return nil
	}
	words := bot + " makes the releases here"
	if d.plan.Tag.Name == "" {
		d.warn(gitops.WarnReleaseBot, words+"; it may tag this revert by itself")
		return nil
	}
	d.warn(gitops.WarnReleaseBot, words+"; a tag by hand may confuse it: --no-tag ships without one")
	return nil
}

// botInContent looks into the few files at the root that configure a robot
// beside much else. One that is not here warns of nothing.
func (d *draft) botInContent(entries []gitops.TreeEntry) string {
	wanted := hazard.BotContents()
	for _, e := range entries {
		if !e.Mode.IsRegular() || !slices.Contains(wanted, e.Name) {
			continue
		}
		data, err := d.objects.Blob(e.Hash)
		if err != nil {
			continue
		}
		if bot := hazard.ReleaseBotIn(e.Name, data); bot != "" {
			return bot
		}
	}
	return ""
}

// botOfTags is the robot that made the newest tag.
func botOfTags(tags []gitops.Tag) string {
	var newest gitops.Tag
	for _, t := range tags {
		if t.Annotated && t.Tagger.When.After(newest.Tagger.When) {
			newest = t
		}
	}
	return hazard.BotTagger(newest.Tagger.Name, newest.Tagger.Email)
}
