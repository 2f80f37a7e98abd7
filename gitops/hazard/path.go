package hazard

import (
	"path"
	"strings"

	"ahead/gitops"
)

// Classify gives the warning codes of a path, in a fixed order: WarnMigration,
// WarnLockfile, WarnCIConfig, WarnVersionFile. Nil for most paths.
func Classify(name string) []string {
	lower := strings.ToLower(name)
	dir, base := path.Split(lower)
	dirs := strings.Split(strings.TrimSuffix(dir, "/"), "/")
	var codes []string
	if migration(dirs, base, path.Base(name)) {
		codes = append(codes, gitops.WarnMigration)
	}
	if lockfiles[base] {
		codes = append(codes, gitops.WarnLockfile)
	}
	if ciConfig(dir, base) {
		codes = append(codes, gitops.WarnCIConfig)
	}
	if versionFiles[base] {
		codes = append(codes, gitops.WarnVersionFile)
	}
	return codes
}

var (
	// Flyway: V1__x.sql, U1.2__x.sql, R__x.sql; the case of the letter counts.
	flywayPattern = lazily(`^(?:[VU][0-9][0-9._]*|R)__.+\.(?:sql|java|kt|groovy)$`)
	// golang-migrate, sql-migrate, dbmate: 0001_x.up.sql.
	upDownPattern = lazily(`\.(?:up|down)\.sql$`)
	// Alembic: versions/1a2b3c4d5e6f_x.py.
	alembicPattern = lazily(`^[0-9a-f]{12}_.*\.py$`)
	changelogSQL   = lazily(`^db\.changelog.*\.(?:sql|xml|ya?ml|json)$`)
)

// migrationDirs hold nothing but migrations, whatever the language: Django,
// Laravel, Prisma, Ecto, Knex, TypeORM, Entity Framework, Supabase, dbmate.
var migrationDirs = map[string]bool{
	"migrations": true, "post_migrate": true, "db_migrations": true, "dbmigrations": true,
	"schema_migrations": true, "flyway": true, "liquibase": true,
}

var prose = map[string]bool{
	".md": true, ".rst": true, ".txt": true, ".adoc": true, ".html": true, ".png": true, ".svg": true, ".jpg": true,
}

func migration(dirs []string, base, original string) bool {
	if prose[path.Ext(base)] || base == "__init__.py" {
		return false
	}
	if flywayPattern().MatchString(original) || upDownPattern().MatchString(base) || changelogSQL().MatchString(base) {
		return true
	}
	for i, d := range dirs {
		before := ""
		if i > 0 {
			before = dirs[i-1]
		}
		last := i == len(dirs)-1
		switch {
		case migrationDirs[d]:
			return true
		case before == "db" && (d == "migrate" || d == "migration" || d == "changelog" || d == "changelogs"):
			return true
		case (d == "migrate" || d == "migration") && path.Ext(base) == ".sql":
			return true
		case d == "versions" && last && path.Ext(base) == ".py" && (before == "alembic" || alembicPattern().MatchString(base)):
			return true
		}
	}
	return false
}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// Names are compared in lower case.
var lockfiles = set(
	"go.sum", "go.work.sum", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock",
	"pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock", "gemfile.lock", "gems.locked",
	"cargo.lock", "poetry.lock", "pipfile.lock", "pdm.lock", "uv.lock", "pixi.lock",
	"conda-lock.yml", "composer.lock", "mix.lock", "rebar.lock", "pubspec.lock",
	"podfile.lock", "package.resolved", "cartfile.resolved", "packages.lock.json",
	"paket.lock", "gradle.lockfile", "buildscript-gradle.lockfile", "flake.lock",
	"chart.lock", "requirements.lock", ".terraform.lock.hcl", "stack.yaml.lock",
	"cabal.project.freeze", "gopkg.lock", "glide.lock", "shard.lock", "manifest.toml.lock",
	"module.bazel.lock", "maven_install.json", "conan.lock", "vcpkg-lock.json",
	"cpanfile.snapshot", "renv.lock", "elm-stuff.lock", "berksfile.lock", "puppetfile.lock",
)

var versionFiles = set(
	"version", "version.txt", ".version", "version.go", "version.rb", "version.py",
	"_version.py", "__version__.py", "version.properties", "version.json", "version.sbt",
	"version.h", "version.php", "version.js", "version.ts", "version.ex", "version.swift",
	"lerna.json", ".release-please-manifest.json", "version.yml", "version.yaml", "version.toml",
)

var ciFiles = set(
	".gitlab-ci.yml", ".gitlab-ci.yaml", ".travis.yml", ".drone.yml", ".drone.jsonnet",
	".drone.star", ".woodpecker.yml", ".woodpecker.yaml", ".cirrus.yml", ".cirrus.star",
	"bitbucket-pipelines.yml", "appveyor.yml", ".appveyor.yml", "cloudbuild.yaml",
	"cloudbuild.yml", "cloudbuild.json", "buildspec.yml", "buildspec.yaml", "bitrise.yml",
	"wercker.yml", "codeship-services.yml", "codeship-steps.yml", "screwdriver.yaml",
	".vela.yml", ".vela.yaml", ".scrutinizer.yml", "codefresh.yml", "earthfile",
	".goreleaser.yml", ".goreleaser.yaml", "amplify.yml", "buddy.yml", ".build.yml",
	"azure-pipelines.yml", "azure-pipelines.yaml", "skaffold.yaml", "appspec.yml",
)

// ciDirs are matched at the root and below it: monorepos nest them.
var ciDirs = []string{
	".github/workflows/", ".github/actions/", ".gitea/workflows/", ".forgejo/workflows/",
	".circleci/", ".buildkite/", ".gitlab/ci/", ".gitlab-ci/", ".azure-pipelines/",
	"azure-pipelines/", ".azuredevops/", ".azure/pipelines/", ".semaphore/", ".teamcity/", ".tekton/",
	".harness/", ".woodpecker/", ".drone/", ".builds/", ".ci/", ".buddy/", ".jenkins/", ".codefresh/",
}

var ciPattern = lazily(`^(?:jenkinsfile(?:[._-].*)?|.*\.jenkinsfile|.+\.gitlab-ci\.ya?ml|azure-pipelines?[._-].*\.ya?ml|buildspec[._-].*\.ya?ml|cloudbuild[._-].*\.(?:ya?ml|json))$`)

func ciConfig(dir, base string) bool {
	if ciFiles[base] || ciPattern().MatchString(base) {
		return true
	}
	for _, d := range ciDirs {
		if strings.HasPrefix(dir, d) || strings.Contains(dir, "/"+d) {
			return true
		}
	}
	return false
}
