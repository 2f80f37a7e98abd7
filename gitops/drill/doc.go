// Package drill builds the sandbox in which people practise an incident: a
// shop with a believable history, a bare remote, and a production that really
// runs what the newest release tag says and really is broken by one commit.
//
// Promise: nothing in a drill is pretended. Production answers from the files
// of the deployed tag; what its health page quotes is computed from them; it
// recovers when, and only when, a release arrives that is sound.
//
// Rules it keeps:
//   - the same scenario and seed give the same objects, byte for byte, on
//     every machine: own clock, own authors, own random numbers;
//   - a person's git configuration (hooks, signing, identity, line endings)
//     reaches neither the building nor the sandbox's repositories;
//   - only folders that Build made are ever removed;
//   - Close leaves no goroutine, no listener and, unless asked to, no file;
//   - it listens on 127.0.0.1 only, and nothing leaves the machine.
//
// The parts: drill/story writes the history (pure), drill/shop is the service
// (pure), and this package gives them a repository, a port and a pipeline.
package drill
