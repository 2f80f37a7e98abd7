package publish

// durable are the settings of commands that write what a record of the journal
// is about. A power cut must not leave a record without its objects: by default
// git fsyncs packs and refs and leaves loose objects to the system, which on
// some file systems leaves empty files behind, and a repository that is not
// whole. Unknown to no git that is supported (core.fsync is of 2.36).
var durable = []setting{{"core.fsync", "committed,reference"}, {"core.fsyncMethod", "fsync"}}

// writing are the commands that add objects or move refs.
var writing = map[string]bool{
	"unpack-objects": true, "index-pack": true, "commit-tree": true, "tag": true,
	"update-ref": true, "fetch": true, "push": true,
}
