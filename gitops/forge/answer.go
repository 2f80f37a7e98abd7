package forge

// Answer is what a server said to a question that may have been asked before.
type Answer struct {
	// Unchanged says that the answer is the one that the question's ETag names;
	// Body is empty then.
	Unchanged bool
	// Body is JSON, as far as the server says, and no longer than the bound on
	// answers. A token that the server echoes is taken out.
	Body []byte
	// ETag names this answer, for the next time; empty where it has no name.
	ETag string
	// More says that a further page follows.
	More bool
}
