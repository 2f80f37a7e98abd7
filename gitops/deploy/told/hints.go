package told

// What a person can do about a trouble that all forges share.
const (
	// NothingToDo is where waiting is all: when it is asked again stands beside it.
	NothingToDo    = "nothing need be done"
	LookAtNetwork  = "look at the network and the proxy"
	AnotherAnswers = "a proxy or a sign-in page may answer in its place"
)
