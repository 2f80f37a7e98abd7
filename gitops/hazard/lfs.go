package hazard

import "bytes"

// maxPointer is the size in bytes under which a blob can be a pointer, by the
// Git LFS specification.
const maxPointer = 1024

var lfsPattern = lazily(`\Aversion https://(?:git-lfs|hawser)\.github\.com/spec/v1\r?\n` +
	`(?:ext-\d-[^\n]+\n)*oid sha256:[0-9a-f]{64}\r?\nsize \d+\r?\n?\z`)

// LFSPointer reports whether a blob is a Git LFS pointer: a revert restores the
// pointer, and the content must still be on the LFS server.
func LFSPointer(blob []byte) bool {
	return len(blob) < maxPointer && bytes.HasPrefix(blob, []byte("version https://")) && lfsPattern().Match(blob)
}
