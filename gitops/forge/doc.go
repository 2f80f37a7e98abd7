// Package forge knows the servers that repositories lie on beyond their git
// refs: which one it is, what it lets whom push, how it is asked to merge a
// branch, and which page lets a person do that.
//
// Promise: what a forge says is advice that comes before the push. Where it
// cannot be asked, nothing is lost but the advice: "not known" is a verdict and
// never an error of publishing, since the push itself tells.
//
// Rules it keeps:
//   - a token goes to the server of the one host that it belongs to, over TLS,
//     and across no redirect to another host; a Guard sees to it below every
//     client library, and the libraries never hold the token;
//   - tokens of the environment belong to the well-known host or to the one that
//     the environment itself or the person's own settings name, never to a host
//     that only a remote's address names;
//   - no token is in an error, a text or a record, not even one that a server
//     echoes;
//   - each question has a deadline, each answer a bound, and an answer that is
//     no sense is trouble with a sentence, never a panic;
//   - pages and addresses that a server names are shown only where they lie on
//     the server itself;
//   - the kind of a server is told by its name or by the person, never by asking
//     hosts what they are.
//
// Clients are in rooms of their own below: github and gitlab. Forgetest has the
// servers that their tests, and those of other rooms, talk to.
package forge
