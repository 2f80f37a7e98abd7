// Package events reads deployments from what teams have already: a file or the
// output of a command, with one JSON object a line. These may be plain ones, with
// the usual names for the usual things, or CDEvents (service.deployed, .upgraded,
// .rolledback, .removed), alone or inside a CloudEvent.
//
// Promise: a line that cannot be read costs that line, and is told with its
// number. What an event does not say stays unknown: a branch's name is no commit,
// and an image's digest no id of one.
//
// Rules it keeps:
//   - events say what happened, so the newest arrival of a service in an
//     environment is live and those before it are superseded, unless a line says
//     its status itself;
//   - input is bounded: a file, an output, a line may be anybody's;
//   - a command comes from the person's own settings only. It is run without a
//     shell (who wants one writes it), without a terminal and input, in a process
//     group of its own that ends with it, and its program is found by a bare name
//     in the PATH or an absolute path: what lies in the repository is somebody's
//     commit;
//   - what a command says on its error output is shown with the secrets of the
//     environment taken out.
package events
