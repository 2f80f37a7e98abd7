package publish

import "context"

// prePush is the hook that git push runs.
const prePush = "pre-push"

// Hooks names the hooks of this repository that run when a plan is published:
// those that --no-verify skips.
func (g *Git) Hooks(ctx context.Context) ([]string, error) {
	dir, err := g.hooksDir(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range []string{commitMsg, prePush} {
		if path, there := hookFile(dir, name); there && executable(path) {
			names = append(names, name)
		}
	}
	return names, nil
}
