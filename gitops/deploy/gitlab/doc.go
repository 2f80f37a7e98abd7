// Package gitlab reads the deployments of a project on gitlab.com, or on a
// GitLab of one's own, as a deploy.Source.
//
// Promise: a row says what GitLab says of it and no more.
//
// What GitLab's words mean here:
//   - success: live, for the one that finished last in its environment;
//     superseded for the others, since GitLab never takes a success back
//     (told.Settle);
//   - failed, canceled: failed. A canceled deployment did not get through; what
//     of it did is nobody's to say;
//   - created, running, blocked (it waits for an approval): pending;
//   - skipped, and what nobody knows yet: unknown.
//
// A row's ref is known to be a tag or a branch where a job deployed it; for
// deployments that were made by API only where the repository has such a tag at
// that commit.
//
// Rules it keeps:
//   - everything goes by forge/gitlab and its guard, which alone has the token;
//   - the newest come first by order_by=id and sort=desc: without, GitLab gives
//     the oldest, and the other orders are not all indexed;
//   - answers are remembered by their ETag: one that still holds is not sent
//     again;
//   - nobody is asked without a token: GitLab tells strangers of no deployment,
//     not even of public projects.
package gitlab
