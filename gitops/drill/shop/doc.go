// Package shop is the service that a drill runs in production: a small shop
// whose configuration, routes, templates, prices, catalogue and synonyms are
// files of its repository.
//
// Promise: what it answers follows from the files it was opened with, and from
// nothing else. Every Fault names a file and a line that were looked at.
//
// Rules it keeps:
//   - pure: no clock, no network, no files but those it is given;
//   - a fault is found by doing the work (parsing, rendering, adding up), never
//     by knowing what a scenario changed;
//   - amounts are whole cents, and rounding is always named.
package shop
