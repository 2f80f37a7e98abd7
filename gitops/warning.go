package gitops

// Warning is something about a plan that a person should know before shipping
// it. Code is stable, Text is a sentence.
type Warning struct {
	Code string
	Text string
}

// The codes of warnings.
const (
	WarnMigration       = "migration"
	WarnLockfile        = "lockfile"
	WarnCIConfig        = "ci-config"
	WarnVersionFile     = "version-file"
	WarnSubmodule       = "submodule"
	WarnBinary          = "binary"
	WarnLFS             = "lfs"
	WarnSecurity        = "security"
	WarnSkipCI          = "skip-ci"
	WarnMergeReland     = "merge-reland"
	WarnAlreadyReverted = "already-reverted"
	WarnReleaseBot      = "release-bot"
	WarnNotOnBranch     = "not-on-branch"
	WarnShallow         = "shallow"
	WarnMissingObjects  = "missing-objects"
	WarnUnsigned        = "unsigned"
)
