// Package feed keeps what the sources of deployments say: it asks them, all at
// once and politely, remembers their rows in memory and on disk, and tells how
// far each can be believed.
//
// Promise: nobody who looks ever waits for a source. View gives at once what is
// known, be it an older run's; answers arrive later, and Wait tells of them. A
// source that is slow, down, refuses, limits the rate, answers nonsense or does
// not even give up when it is told to costs its own rows' freshness and nothing
// else.
//
// Rules it keeps:
//   - only Refresh and Mark lead to the network, and not where Options say
//     Offline;
//   - one question to a source at a time, each with its own deadline; a source
//     that has not come back from one is not asked another;
//   - no question before a moment that the source itself named, not even from
//     another process: that moment lies in the cache. Nor, unless a person asks
//     for it, before our own intervals, which double with every failure;
//   - rows of a failed question never replace rows of an answered one;
//   - the cache is a convenience: written whole or not at all, readable by its
//     owner only, no link followed, and what is damaged, of another version or of
//     another place is as good as not there. Sources see to it that no token is
//     in what they want kept;
//   - a panic of a source is that source's trouble.
package feed
