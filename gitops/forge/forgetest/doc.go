// Package forgetest has servers for tests that speak the protocols of forges:
// real TLS on the loopback, real paging, real errors.
//
// Promise: what such a server answers is what the real one could answer. Each
// answer of GitHub's is held against GitHub's own description of its API, where
// that file is present.
//
// Rules it keeps:
//   - for tests only; nothing outside of tests imports it;
//   - clients reach a server by the name that the real one has, with its
//     certificate checked: no client needs an exception for tests, and a built
//     binary can be led here too, through HTTPS_PROXY and SSL_CERT_FILE;
//   - every question is kept with what it carried, so that a test can say where
//     a token went.
package forgetest
