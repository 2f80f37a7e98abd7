package plain

import (
	"errors"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// planned plans. What a partial clone lacks is fetched when the person says so.
func (s *session) planned(r gitops.Remedy) (gitops.Plan, error) {
	p, err := s.svc.Plan(s.ctx, s.snap, r)
	var absent *gitops.Absent
	if !errors.As(err, &absent) {
		return p, err
	}
	s.say("%s.", term.Clean(err.Error()))
	answer, askErr := s.ask("Fetch " + wording.Count(len(absent.Objects), "object") + " from " + term.Clean(absent.Remote) + " now? y for yes.")
	if askErr != nil {
		return p, askErr
	}
	if a := strings.ToLower(answer); a != "y" && a != "yes" {
		return p, err
	}
	s.say("Fetching.")
	if err := s.svc.FetchMissing(s.ctx, s.snap, r); err != nil {
		return p, err
	}
	return s.svc.Plan(s.ctx, s.snap, r)
}
