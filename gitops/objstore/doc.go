// Package objstore reads the objects of a git repository: packs, loose objects
// and alternates, fast from the first one on and from several goroutines at
// once. Behind go-git's storer interface it also serves go-git.
//
// Promise: what a caller is given is what the id names. Every object is hashed
// before it is handed out; a damaged one is an error with
// gitops.CodeDamagedObject, an absent one wraps a *gitops.MissingObject with its
// id, and neither is ever a crash. Only a Graph reads the beginnings of commits
// and tags without that, for walks and for the order of tags.
//
// Rules it keeps:
//   - it never writes;
//   - every read of an index or a pack is checked against its bounds, and a
//     fault in mapped memory (a file cut short while in use) becomes an error;
//   - a damaged copy of an object is passed over when another copy is whole;
//   - nothing is called missing before the folders were looked at again, since
//     a fetch or a repack may run beside us;
//   - memory is bounded: see the constants beside Options.
//
// The formats are those of git's gitformat-pack documentation: index versions
// 1 and 2, pack versions 2 and 3. go-git's own storage knows no more than that,
// so nothing falls back to it.
package objstore
