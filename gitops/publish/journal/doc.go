// Package journal keeps the record of every publication on disk, so that
// whoever comes after a crash, a lost network or a closed laptop can tell what
// was begun and what came of it.
//
// Promise: a record is on disk before what it announces begins. Whatever part
// of a file is left of a power cut reads as a run that was no further than it
// truly was.
//
// Rules it keeps:
//   - one file a run, <common git dir>/ahead/runs/<id>.jsonl, one record a line,
//     only ever appended to; a last line without its line ending never was;
//   - file, folder and each record are fsynced: a file's name before the first
//     record counts, a record before the call that wrote it returns;
//   - every line carries a checksum of its record, so that damage is told, by
//     line number, and never read as something that was not written;
//   - fields and records of later minor versions are passed over; a later major
//     version is refused. For all versions stays: the envelope, the version in
//     the first line, and the kind "ended" in the last line of a run that is over;
//   - files and folders are this user's alone, but for those with whom git's
//     core.sharedRepository shares them, and a symbolic link in place of
//     one is refused, not followed;
//   - what is free text of git, hooks and servers is kept without credentials;
//     what is needed to do a run again is kept byte for byte;
//   - one lock for a repository with all its linked worktrees. It dies with the
//     process that holds it, however that ends.
package journal
