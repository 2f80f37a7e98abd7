package repo_test

import (
	"testing"

	"ahead/gitops/gittest"
)

func TestMain(m *testing.M) { gittest.Main(m) }
