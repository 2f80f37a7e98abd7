// Package preview shows exactly what would ship, and why it may not.
//
// Promise: everything on this screen is read from one Plan; a person who edits
// the message, the tag or the reason sees a new Plan, never a patched picture
// of the old one.
//
// Rules it keeps:
//   - every request has a number, and an answer with another number than the
//     present one is dropped: a late plan for A never reaches the gate for B;
//   - the gate opens only for a clean plan that git has computed alike, and only
//     after a rehearsal: to the plan that the rehearsal gave, of the same tree on
//     the same tip;
//   - a plan that cannot ship gives its reason and the ways that are left, and
//     no key is offered that leads nowhere (Means);
//   - what is left out or has to be fetched is asked for as a new plan, and only
//     when a person says so; what stays as it is stays in sight;
//   - foreign text is cleaned where it is laid out, never in the plan.
package preview
