package journal

import (
	"time"

	"ahead/gitops"
)

// Book is the file of one run, open for more records. Each of its methods
// returns when its record is on disk. It is not safe for concurrent use.
type Book struct {
	j    *Journal
	f    file
	size int64
}

// Begins records that a step is about to begin. It must not begin when that
// fails.
func (b *Book) Begins(step string, at time.Time) error {
	return b.write(record{Kind: kindBegin, At: at, Step: step})
}

// Ended records what came of the last step of the receipt, with all that was
// made so far.
func (b *Book) Ended(r gitops.Receipt) error {
	st := r.Steps[len(r.Steps)-1]
	return b.write(record{
		Kind: kindEnd, At: st.At, Step: st.Name, State: string(st.State),
		Detail: encodeString(b.j.redact(st.Detail)), Made: newMade(r, b.j.redact),
	})
}

// Waits records that the run waits for a merge on the server.
func (b *Book) Waits(at time.Time) error { return b.write(record{Kind: kindWaiting, At: at}) }

// Ends records that the run is over, and what became of it.
func (b *Book) Ends(how string, at time.Time) error {
	return b.write(record{Kind: kindEnded, At: at, How: encodeString(b.j.redact(how))})
}

// Close lets go of the file.
func (b *Book) Close() error { return b.f.Close() }

// write puts one record on disk. A part of a record that a full disk left is
// cut off again, so that a later one can be read.
func (b *Book) write(r record) error {
	text, err := encodeLine(r)
	if err != nil {
		return b.j.unwritten(err)
	}
	if _, err = b.f.Write(text); err == nil {
		err = b.f.Sync()
	}
	if err != nil {
		_ = b.f.Truncate(b.size)
		return b.j.unwritten(err)
	}
	b.size += int64(len(text))
	return nil
}
