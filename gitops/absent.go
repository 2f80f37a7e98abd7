package gitops

import "fmt"

// Absent says that something cannot be computed for want of objects that a
// partial clone left out. The remote that promised them can be asked, once a
// person agrees; nothing asks it before.
type Absent struct {
	// Objects are those that are known to be needed, in the order in which
	// they were; others may come to light once these are here.
	Objects []Hash
	// Remote is the first that promised to give them.
	Remote string
}

// Error names the first of them.
func (e *Absent) Error() string {
	if len(e.Objects) == 1 {
		return "it is " + e.Objects[0].String()
	}
	return fmt.Sprintf("the first is %s", e.Objects[0])
}

// Is makes an Absent an ErrMissing.
func (*Absent) Is(target error) bool { return target == ErrMissing }
