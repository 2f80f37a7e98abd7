package gitops

import "time"

// SourceCondition is how far the rows of a deployment source can be believed
// now.
type SourceCondition string

// The conditions of a source.
const (
	// SourceAsking has not answered yet; rows, if it has any, are an older
	// answer's.
	SourceAsking SourceCondition = "asking"
	// SourceFresh has answered, at AnsweredAt.
	SourceFresh SourceCondition = "fresh"
	// SourceOld did not answer, or was not asked: its rows are those of
	// AnsweredAt.
	SourceOld SourceCondition = "old"
	// SourceFailed did not answer and has no rows.
	SourceFailed SourceCondition = "failed"
	// SourceIdle cannot be asked as things are; Hint says what it wants.
	SourceIdle SourceCondition = "idle"
)

// SourceState is one source of deployments as of now: who it is, how fresh its
// rows are, what is wrong and when it is asked again.
type SourceState struct {
	// Name is the name that the source's rows carry, Place what it was asked
	// about, such as "github.com/acme/shop".
	Name, Place string
	Condition   SourceCondition
	// Rows counts those that stand.
	Rows int
	// AnsweredAt is when the rows that stand were told, zero for never.
	AnsweredAt time.Time
	// Trouble is a sentence on what went wrong last, Hint on what to do about
	// it. No secret is in either.
	Trouble, Hint string
	// RetryAt is when the source is asked again by itself; zero for not. Held says
	// that the source named that moment: before it nobody is asked, not even on a
	// person's word.
	RetryAt time.Time
	Held    bool
}

// Drift is how far production is from what was built for it. Counts are of
// commits, by merge bases: a release tag need not lie on the branch.
type Drift struct {
	// Ahead counts what the branch's tip has and production lacks, Aside what
	// production runs and the branch lacks.
	Ahead, Aside int
	// Tag is the latest release by the tags, empty where there is none.
	// TagAhead and TagAside count as Ahead and Aside do, against it.
	Tag                string
	TagAhead, TagAside int
	// Missing says that the deployed commit is not in this clone, so that
	// nothing could be counted; Fetch is the command that brings it.
	Missing bool
	Fetch   string
}

// Rollback is a production that went back: it runs a commit that an earlier
// deployment had left behind already. The next ordinary deployment brings
// back what Left had brought.
type Rollback struct {
	// Left is the newest deployment that was given up.
	Left Deployment
	// Lost counts the commits of Left that production lacks now, Pending those
	// of them that the branch's tip still holds, and that come back; Reverted
	// those of Pending that come back together with their revert.
	Lost, Pending, Reverted int
	// Onward says that something else was deployed since production went back,
	// which does not have what was given up either.
	Onward bool
}
