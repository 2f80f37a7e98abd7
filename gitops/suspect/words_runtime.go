package suspect

import (
	"regexp"
	"strings"
)

// boilerplate is what runtimes say of any failure. Its words stand in commits by
// chance only: who pastes a panic does not speak of pointers.
var boilerplate = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`panic: runtime error:|panic: |\[recovered\]|runtime error:`,
	`invalid memory address or nil pointer dereference|nil pointer dereference|index out of range|slice bounds out of range|assignment to entry in nil map`,
	`\[?signal SIG[A-Z]+:? ?[a-z ]*(?:code=\S+ addr=\S+ pc=\S+)?|segmentation (?:fault|violation)|\(?core dumped\)?|exit status \d+`,
	`goroutine \d+(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[[^\]]*\]:?|in goroutine \d+`,
	`traceback \(most recent call last\):?|during handling of the above exception, another exception occurred:?`,
	`the above exception was the direct cause of the following exception:?`,
	`exception in thread "[^"]*"|exception in thread|caused by:|suppressed:|wrapped by:|\.\.\. \d+ (?:more|common frames omitted)`,
	`(?:php )?fatal error: +uncaught|uncaught (?:exception|error)|unhandled (?:exception|rejection|promise rejection)\S*|in promise`,
	`cannot read propert(?:y|ies) of|object reference not set to an instance of an object|is not a function|is not defined`,
	`object has no attribute|object is not (?:callable|iterable|subscriptable)|unsupported operand type\(s\) for`,
	`undefined (?:local variable or )?method|for nil:nilclass|for nil|an instance of`,
	`thread '[^']*' panicked at|note: run with .?rust_backtrace=\S+ environment variable to display a backtrace.?|stack backtrace:|stack trace:`,
	`addresssanitizer:|heap-use-after-free|heap-buffer-overflow|stack-buffer-overflow|assertion .{0,3}failed`,
}, "|"))

// runtimeTypes matches the classes of exceptions that come with a language, behind
// the package that they are in. Those that a repository makes itself tell where
// to look.
var runtimeTypes = regexp.MustCompile(`\b(?:(?:java|javax|kotlin|scala|System|builtins|exceptions|std|core)(?:[.:]+\w+)*[.:]+)?(?:` +
	`(?:NullPointer|NullReference|IllegalArgument|IllegalState|(?:Array|String)?IndexOutOfBounds|ClassCast|Runtime|Argument(?:Null|OutOfRange)?|` +
	`InvalidOperation|NotImplemented|NotSupported|UnsupportedOperation|Concurrent(?:Modification)|NumberFormat|NoSuchElement|NoSuchMethod|` +
	`KeyNotFound|IndexOutOfRange|Aggregate|IO|FileNotFound|Timeout|Execution|Completion|Arithmetic)Exception|` +
	`(?:Type|Value|Key|Attribute|Index|Runtime|Name|NoMethod|Argument|Standard|Reference|Range|Syntax|ZeroDivision|Assertion|Import|` +
	`ModuleNotFound|FileNotFound|OS|IO|Unicode\w*|NotImplemented|Lookup|Recursion|Permission|Frozen|OutOfMemory|StackOverflow|NoClassDefFound)Error|` +
	`StopIteration|Exception|Throwable)\b`)

// runtimeWords are those that are left of such messages. In what a person writes
// they may mean something.
var runtimeWords = setOf(`panic runtime running goroutine traceback exception throwable thread pointer dereference memory address
	signal undefined undef unknown object attribute property properties instance module native internal debug info warn warning fatal
	severe notice level msg message time stderr stdout pid at in on`)

// withoutBoilerplate leaves out of a message what its runtime says of any failure.
func withoutBoilerplate(text string) string {
	return runtimeTypes.ReplaceAllString(boilerplate.ReplaceAllString(text, " "), " ")
}
