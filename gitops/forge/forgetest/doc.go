// Package forgetest has servers for tests that speak the protocols of forges, of
// Argo CD and of New Relic: real TLS on the loopback, real paging, real errors.
//
// Promise: what such a server answers is what the real one could answer, and what
// it is asked is what the real one takes. Questions and answers are held against
// the descriptions that GitHub, GitLab and Argo CD publish, where those files are
// present (SchemasVariable); New Relic's server refuses what its schema does not
// have, as GraphQL servers do.
//
// Rules it keeps:
//   - for tests only; nothing outside of tests imports it;
//   - clients reach a server by the name that the real one has, with its
//     certificate checked: no client needs an exception for tests, and a built
//     binary can be led here too, through HTTPS_PROXY and SSL_CERT_FILE;
//   - every question is kept with what it carried, so that a test can say where
//     a token went.
package forgetest
