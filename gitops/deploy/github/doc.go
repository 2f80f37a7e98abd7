// Package github reads the deployments of a repository on GitHub, or on a
// GitHub Enterprise server, as a deploy.Source.
//
// Promise: a row says what GitHub's statuses say of it and no more. Rows come
// from the list of deployments with their status unknown; Detail asks for the
// statuses of the rows that somebody looks at.
//
// What the statuses mean here:
//   - success: live, for the one that succeeded last in its environment and task
//     (told.Settle has the reasons); the others are superseded, whether GitHub
//     has marked them inactive or not. Where a newer deployment's statuses are
//     not known, the last success is unknown, not live;
//   - inactive: superseded where another one of its task arrived after it, and
//     failed where the word before it was a failure. Where nothing took its place,
//     or GitHub never said that it arrived, unknown. A success of another task
//     makes GitHub say inactive, too, and changes nothing (acrossTasks);
//   - failure, error: failed, even where it had succeeded before;
//   - pending, queued, in_progress, waiting: pending;
//   - no status at all, or a word that nobody knows yet: unknown.
//
// Where no task is asked for, an environment that has deployments of the task
// "deploy", which is GitHub's own default, is told by these alone: others, such as
// deploy:migrations, run something beside them.
//
// A row's ref is given only where it is sure to be one: GitHub's "ref" may be a
// branch, a tag or a commit. It is a tag where the repository has one of that
// name at that commit, which Options.Tag tells.
//
// Rules it keeps:
//   - everything goes by forge/github and its guard, which alone has the token;
//   - answers are remembered by their ETag: one that still holds costs a token
//     nothing of its rate. Statuses of deployments that are over for an hour are
//     asked for again only every ten minutes;
//   - at most four questions are under way at once, though GitHub allows a
//     hundred: it advises against any. After a first answer that refuses or
//     limits, no other question of that round is sent;
//   - without a token a public repository is asked as a stranger. GitHub answers
//     strangers 60 questions an hour from one address, and ETags save them
//     nothing. So at most 40 an hour are asked, at most 8 in one round, no answer
//     is asked for again within six minutes, and what is over is never asked for
//     again.
package github
