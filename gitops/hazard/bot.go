package hazard

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// botFiles name the release robots by the files that configure them. GoReleaser
// is none: it makes its release out of the tag that is pushed.
var botFiles = []struct{ pattern, bot string }{
	{".releaserc", "semantic-release"},
	{".releaserc.*", "semantic-release"},
	{"release.config.*", "semantic-release"},
	{"releaserc.toml", "python-semantic-release"},
	{"release-please-config.json", "release-please"},
	{".release-please-config.json", "release-please"},
	{".release-please-manifest.json", "release-please"},
	{"release-plz.toml", "release-plz"},
	{".release-plz.toml", "release-plz"},
	{".release-it.*", "release-it"},
	{".autorc", "auto"},
	{".autorc.*", "auto"},
	{"lerna.json", "lerna"},
	{".versionrc", "standard-version"},
	{".versionrc.*", "standard-version"},
	{".cz.toml", "commitizen"},
	{".cz.json", "commitizen"},
	{"cz.toml", "commitizen"},
	{"knope.toml", "knope"},
	{".uplift.yml", "uplift"},
	{".uplift.yaml", "uplift"},
	{"release.toml", "cargo-release"},
	{".bumpversion.cfg", "bump-my-version"},
	{".bumpversion.toml", "bump-my-version"},
	{"GitVersion.yml", "GitVersion"},
	{"jreleaser.yml", "JReleaser"},
	{".craft.yml", "craft"},
}

// ReleaseBot gives the name of the robot that makes this repository's
// releases, empty when no path configures one. Paths may be a whole tree or
// just its root.
func ReleaseBot(paths []string) string {
	for _, p := range paths {
		if strings.HasPrefix(p, ".changeset/") || p == ".changeset" {
			return "changesets"
		}
		dir, base := path.Split(p)
		if dir != "" && dir != ".github/" {
			continue
		}
		for _, f := range botFiles {
			if ok, err := path.Match(f.pattern, base); ok && err == nil {
				return f.bot
			}
		}
	}
	return ""
}

// botContents are files at the root that configure much else, too, with what in
// them configures a robot.
var botContents = []struct {
	file, bot string
	pattern   func() *regexp.Regexp
}{
	{"package.json", "semantic-release", lazily(`"semantic-release"\s*:|"release"\s*:\s*\{[^}]*"(?:branches|plugins)"`)},
	{"package.json", "changesets", lazily(`"@changesets/cli"\s*:`)},
	{"package.json", "release-it", lazily(`"release-it"\s*:`)},
	{"package.json", "standard-version", lazily(`"(?:standard-version|commit-and-tag-version)"\s*:`)},
	{"package.json", "lerna", lazily(`"lerna"\s*:`)},
	{"package.json", "auto", lazily(`"auto"\s*:\s*\{`)},
	{"nx.json", "nx release", lazily(`"release"\s*:\s*\{`)},
	{"pyproject.toml", "python-semantic-release", lazily(`(?m)^\[tool\.semantic_release\b`)},
	{"pyproject.toml", "commitizen", lazily(`(?m)^\[tool\.commitizen\]`)},
	{"pyproject.toml", "bump-my-version", lazily(`(?m)^\[tool\.bump(?:my)?version\]`)},
	{"setup.cfg", "python-semantic-release", lazily(`(?m)^\[semantic_release\]`)},
	{"setup.cfg", "bump-my-version", lazily(`(?m)^\[bumpversion\]`)},
	{"Cargo.toml", "cargo-release", lazily(`(?m)^\[(?:workspace|package)\.metadata\.release\b`)},
	{"build.gradle", "axion", lazily(`pl\.allegro\.tech\.build\.axion-release`)},
	{"build.gradle.kts", "axion", lazily(`pl\.allegro\.tech\.build\.axion-release`)},
	{"build.gradle", "gradle-release", lazily(`net\.researchgate\.release`)},
	{"build.gradle.kts", "gradle-release", lazily(`net\.researchgate\.release`)},
	{"pom.xml", "maven-release-plugin", lazily(`<artifactId>maven-release-plugin</artifactId>`)},
	{"build.sbt", "sbt-release", lazily(`releaseProcess\b`)},
}

// BotContents names the files whose content ReleaseBotIn looks at.
func BotContents() []string {
	var names []string
	for _, c := range botContents {
		if !slices.Contains(names, c.file) {
			names = append(names, c.file)
		}
	}
	return names
}

// ReleaseBotIn gives the name of the robot that a file at the root configures,
// empty for none.
func ReleaseBotIn(name string, content []byte) string {
	for _, c := range botContents {
		if c.file == name && c.pattern().Match(content) {
			return c.bot
		}
	}
	return ""
}

// BotTagger gives the name of the robot that a tag's tagger is, empty for a
// person. A pipeline's general account says nothing about who decides.
func BotTagger(name, email string) string {
	lower := strings.ToLower(name + " " + email)
	for _, bot := range []string{"semantic-release", "release-please", "changesets", "release-plz", "lerna", "release-it"} {
		if strings.Contains(lower, bot) {
			return bot
		}
	}
	return ""
}
