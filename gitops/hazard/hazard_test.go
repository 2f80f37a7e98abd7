package hazard

import (
	"slices"
	"strings"
	"testing"

	"ahead/gitops"

	"pgregory.net/rapid"
)

func TestClassify(t *testing.T) {
	for code, paths := range map[string][]string{
		gitops.WarnMigration: {
			"db/migrate/20240517120000_add_currency.rb", "app/migrations/0007_orders.py", "prisma/migrations/2024_init/migration.sql",
			"alembic/versions/1a2b3c4d5e6f_add.py", "services/api/alembic/versions/add.py", "src/main/resources/db/migration/V1__init.sql",
			"sql/V2.1__orders.sql", "sql/R__views.sql", "database/migrations/2024_05_17_create.php", "priv/repo/migrations/2024_x.exs",
			"migrations/0001_init.up.sql", "store/0001_init.down.sql", "Migrations/20240517_Init.cs", "schema/migrate/01.sql",
			"db/changelog/db.changelog-master.xml", "supabase/migrations/x.sql", "db/post_migrate/x.rb",
		},
		gitops.WarnLockfile: {
			"go.sum", "package-lock.json", "web/yarn.lock", "pnpm-lock.yaml", "Gemfile.lock", "Cargo.lock", "poetry.lock",
			"composer.lock", "uv.lock", "flake.lock", "ios/Podfile.lock", "Package.resolved", ".terraform.lock.hcl",
		},
		gitops.WarnCIConfig: {
			".github/workflows/ci.yml", ".github/actions/setup/action.yml", ".gitlab-ci.yml", "ci/deploy.gitlab-ci.yml", "Jenkinsfile",
			"Jenkinsfile.release", "deploy.Jenkinsfile", ".circleci/config.yml", "azure-pipelines.yml", "azure-pipelines-release.yml",
			".buildkite/pipeline.yml", ".travis.yml", "bitbucket-pipelines.yml", "services/a/.github/workflows/x.yml", "buildspec-prod.yml",
			".ci/run",
		},
		gitops.WarnVersionFile: {"VERSION", "version.txt", "lib/shop/version.rb", "internal/version/version.go", "pkg/_version.py"},
	} {
		for _, p := range paths {
			if got := Classify(p); !slices.Equal(got, []string{code}) {
				t.Errorf("%s: %v, want %s", p, got, code)
			}
		}
	}
	for _, p := range []string{
		"", "main.go", "app/price/total.go", "docs/migrations/guide.md", "app/migrations/__init__.py", "pkg/migrate/migrate.go",
		"sum.go", "mygo.sum.txt", "lock", "src/lock.json", "github/workflows/x.yml", "x.github/workflows/x.yml", "docs/ci/readme.md",
		"version/other.go", "conversion.go", "package.json", "Dockerfile", "versions/list.py", "README.md", "db/seeds.rb", "v1__x.sql",
	} {
		if got := Classify(p); got != nil {
			t.Errorf("%s: %v, want nothing", p, got)
		}
	}
	if got := Classify(".ci/package-lock.json"); !slices.Equal(got, []string{gitops.WarnLockfile, gitops.WarnCIConfig}) {
		t.Errorf("two codes: %v", got)
	}
}

func TestSecurity(t *testing.T) {
	for message, want := range map[string]bool{
		"Fix CVE-2024-12345 in the parser": true, "bump lib\n\nSee GHSA-jfh8-c2jp-5v3q.": true, "Security fix for logins": true,
		"fix(security): escape names": true, "Fix a security issue": true, "Patch vulnerable endpoint": true, "Fix vulnerability": true,
		"Escape output (XSS)": true, "prevent SQL injection": true, "Avoid path traversal in uploads": true, "Fix ReDoS": true,
		"RCE in importer": true, "fix use-after-free": true, "security: pin": true, "Fix CSRF": true, "cwe-79": true,
		"Round totals per line": false, "Add source field": false, "Fix forces": false, "xssomething": false, "Mention the security guard": false,
		"Dependency injection": false, "": false, "CVE-24-1": false, "Improve resource naming": false, "Document denials": false,
		"the insecurity: of it": false,
	} {
		if Security(message) != want {
			t.Errorf("%q: %v", message, !want)
		}
	}
}

// TestSecurityWordsHideNothing: the pattern without its word boundaries, drawn
// from, always has one of the words.
func TestSecurityWordsHideNothing(t *testing.T) {
	expr := strings.NewReplacer(`\b`, "", `|$|[^0-9A-Za-z_]`, "").Replace(securityPattern().String())
	drawn := rapid.StringMatching(expr)
	rapid.Check(t, func(t *rapid.T) {
		message := "x " + drawn.Draw(t, "message") + " y"
		if securityPattern().MatchString(message) && !Security(message) {
			t.Fatalf("%q", message)
		}
	})
}

var markers = []string{
	"[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]", "***NO_CI***", "skip-checks: true", "skip-checks:true",
	"[Skip CI]", "[SKIP CI]", "[skip-ci]", "[ci-skip]", "[ci_skip]", "[skip_ci]", "[skip travis]", "[travis skip]", "[skip travis-ci]", "[travisci skip]",
	"[skip circleci]", "[skip azurepipelines]", "[azurepipelines skip]", "[skip azp]", "[azpipelines skip]", "[skip appveyor]",
	"[skip netlify]", "[vercel skip]", "[skip render]", "[skip deploy]", "[skip-cd]", "[skip cd]", "[CF-Pages-Skip]", "[skip vela]",
	"***no_ci***", "--skip-ci", "--ci-skip", "[skip  ci]", "[ skip ci ]", "[skipRun]", "skip-checks : true", "Skip-Checks: True",
}

func TestSkipCI(t *testing.T) {
	for _, m := range markers {
		for _, message := range []string{m, "Bump version " + m, "Subject\n\nBody " + m + " more\n", "Subject\n\n\n" + m + "\n"} {
			if !SkipCI(message) {
				t.Errorf("%q is not seen", message)
			}
		}
	}
	for _, message := range []string{
		"", "Round totals", "skip ci in docs", "(skip-ci)", "[ci]", "[skip]", "[skip this]", "NO_CI", "skip-checks: false",
		"[wip]", "list[skip]", "Make CI skip slow tests", "[skip cities]", "skip-checks (true)",
	} {
		if SkipCI(message) {
			t.Errorf("%q is taken for a marker", message)
		}
		if got := NeutraliseSkipCI(message); got != message {
			t.Errorf("%q became %q", message, got)
		}
	}
}

func TestNeutraliseReads(t *testing.T) {
	for message, want := range map[string]string{
		"Bump [skip ci]":                        "Bump (skip-ci)",
		`Revert "Docs [ci skip]"`:               `Revert "Docs (ci-skip)"`,
		"x ***NO_CI*** y":                       "x (NO_CI) y",
		"S\n\nskip-checks: true\nOther: kept\n": "S\n\n(skip-checks-true)\nOther: kept\n",
		"[skip ci][no ci]":                      "(skip-ci)(no-ci)",
		"deploy --skip-ci now":                  "deploy (skip-ci) now",
		"[Skip CI]":                             "(Skip-CI)",
	} {
		if got := NeutraliseSkipCI(message); got != want {
			t.Errorf("%q: got %q, want %q", message, got, want)
		}
	}
}

func TestNeutralisedIsNeverAMarker(t *testing.T) {
	piece := rapid.OneOf(
		rapid.SampledFrom(markers),
		rapid.SampledFrom([]string{"[", "]", "***", "--", "skip", "ci", "no", " ", "\n", ":", "true", "skip-checks", "-", "_", "NO_CI", "(", ")", "\t", "*"}),
		rapid.String(),
	)
	rapid.Check(t, func(t *rapid.T) {
		message := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
		got := NeutraliseSkipCI(message)
		if SkipCI(got) {
			t.Fatalf("%q still holds a marker: %q", message, got)
		}
		if again := NeutraliseSkipCI(got); again != got {
			t.Fatalf("not stable: %q, %q", got, again)
		}
		letters := func(s string) string {
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune("[]()*-: \t", r) {
					return -1
				}
				return r
			}, s)
		}
		if letters(got) != letters(message) {
			t.Fatalf("words changed: %q, %q", message, got)
		}
	})
}

func TestLFSPointer(t *testing.T) {
	oid := strings.Repeat("0a", 32)
	for blob, want := range map[string]bool{
		"version https://git-lfs.github.com/spec/v1\noid sha256:" + oid + "\nsize 12345\n":                                     true,
		"version https://git-lfs.github.com/spec/v1\next-0-foo sha256:" + oid + "\noid sha256:" + oid + "\nsize 1\n":           true,
		"version https://hawser.github.com/spec/v1\noid sha256:" + oid + "\nsize 1\n":                                          true,
		"version https://git-lfs.github.com/spec/v1\noid sha256:" + oid[2:] + "\nsize 1\n":                                     false,
		"version https://git-lfs.github.com/spec/v1\nsize 1\n":                                                                 false,
		" version https://git-lfs.github.com/spec/v1\noid sha256:" + oid + "\nsize 1\n":                                        false,
		"version https://git-lfs.github.com/spec/v1\noid sha256:" + oid + "\nsize 1\nmore\n":                                   false,
		"version https://git-lfs.github.com/spec/v1\n" + strings.Repeat("ext-0-a b\n", 120) + "oid sha256:" + oid + "\nsize 1": false,
		"": false, "hello": false,
	} {
		if LFSPointer([]byte(blob)) != want {
			t.Errorf("%q: %v", blob, !want)
		}
	}
}

func TestReleaseBot(t *testing.T) {
	for paths, want := range map[string]string{
		".releaserc": "semantic-release", "README.md .releaserc.json": "semantic-release", "release.config.js": "semantic-release",
		"release.config.mjs": "semantic-release", "release-please-config.json": "release-please", ".release-please-manifest.json": "release-please",
		".changeset/config.json": "changesets", ".changeset": "changesets", ".github/release-please-config.json": "release-please",
		".release-it.json": "release-it", "release-plz.toml": "release-plz",
		"lerna.json": "lerna", "release.toml": "cargo-release", ".versionrc.json": "standard-version", ".goreleaser.yml": "",
		"": "", "README.md main.go": "", "node_modules/x/.releaserc": "", "docs/release.config.js": "", "release.config": "", ".changesets/x": "",
	} {
		if got := ReleaseBot(strings.Fields(paths)); got != want {
			t.Errorf("%s: got %q, want %q", paths, got, want)
		}
	}
}

func TestReleaseBotIn(t *testing.T) {
	for _, c := range []struct{ file, content, want string }{
		{"package.json", `{"devDependencies": {"semantic-release": "^24.0.0"}}`, "semantic-release"},
		{"package.json", `{"release": {"branches": ["main"]}}`, "semantic-release"},
		{"package.json", `{"scripts": {"release": "./release.sh"}}`, ""},
		{"package.json", `{"devDependencies": {"@changesets/cli": "^2"}}`, "changesets"},
		{"pyproject.toml", "[tool.semantic_release]\nversion = 1\n", "python-semantic-release"},
		{"pyproject.toml", "[tool.poetry]\n# [tool.semantic_release]\n", ""},
		{"Cargo.toml", "[workspace.metadata.release]\n", "cargo-release"},
		{"build.gradle.kts", `plugins { id("pl.allegro.tech.build.axion-release") version "1.18.0" }`, "axion"},
		{"build.gradle", "apply plugin: 'java'\n", ""},
		{"README.md", `"semantic-release": yes`, ""},
	} {
		if got := ReleaseBotIn(c.file, []byte(c.content)); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.file, c.content, got, c.want)
		}
	}
	if !slices.Contains(BotContents(), "package.json") {
		t.Error("package.json is not looked at")
	}
	for who, want := range map[string]string{"semantic-release-bot <bot@example.com>": "semantic-release", "release-please[bot] <x@y>": "release-please", "Ada <ada@example.com>": "", "github-actions[bot] <x@y>": ""} {
		name, email, _ := strings.Cut(who, " <")
		if got := BotTagger(name, email); got != want {
			t.Errorf("%s: got %q", who, got)
		}
	}
}
