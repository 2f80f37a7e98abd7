// Package inflate decompresses what git stores: many small zlib streams, whole
// in memory, whose length is known beforehand.
//
// Promise: it gives what compress/zlib gives, and an error where that gives one,
// in a third of the time for an object of some hundred bytes.
//
// Rules it keeps:
//   - nothing is written behind dst and nothing is read behind src, whatever the
//     stream says;
//   - dst is filled in one go: it is its own window, and a beginning costs no more
//     than a beginning;
//   - a decoder keeps nothing of a stream but its tables, which the next stream
//     builds anew.
//
// The format is that of RFC 1950 and RFC 1951. Why this is not compress/flate:
// of a list's time on a large repository half went there, and most of that into
// building tables for objects that are hardly longer than their tables.
package inflate
