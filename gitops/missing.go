package gitops

// MissingObject names an object that is not in the repository. Every error of
// a reader about an absent object wraps one, so a caller that can bring objects
// (in a partial clone) finds with errors.As which one to ask for.
// errors.Is(err, ErrMissing) holds for it.
type MissingObject struct {
	Hash Hash
}

// Error gives ErrMissing's words: those who wrap it say which object they
// wanted, and why.
func (*MissingObject) Error() string { return ErrMissing.Error() }

// Is makes every MissingObject an ErrMissing.
func (*MissingObject) Is(target error) bool { return target == ErrMissing }
