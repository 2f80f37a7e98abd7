// Package ui is the root of the screen: it owns the clock, the facts and every
// call to the world, and routes between the screens, which know nothing of one
// another.
//
// Promise: what a person confirms is what they saw. An answer reaches the
// screen that asked for it or nobody, and the gate opens only to a plan for the
// tip that the newest look at the remote showed.
//
// Rules it keeps:
//   - Update and View do no I/O; all of it happens in commands, each of which
//     is guarded: a panic ends the program in order, with the terminal restored;
//   - screens get intents and facts and answer with typed messages; what they
//     emit carries the session in which they were opened, and what comes back
//     for an earlier session is dropped;
//   - a publish that has begun is waited for, or left knowingly: never killed by
//     a stray key.
package ui
