// Package health watches whether production answers.
//
// Promise: what the band on the screen says of production is what production
// itself answered, and asking never adds to its trouble.
//
// Rules it keeps:
//   - polite: one request at a time, a deadline for each, at most 64 KiB read,
//     no connection kept between probes, no redirect to another host;
//   - the answer is somebody else's text: it is kept as bytes and never
//     interpreted;
//   - the state machine is pure, and time is passed in.
package health
