package plain

import (
	"errors"
	"strings"

	"ahead/ui/wording"
)

// follow asks the sources whether the release is live and production whether it is
// well, each time that the person asks: a screen reader is not to be talked over.
// It ends with errSuspects where the person looks for what else it may be.
func (s *session) follow() error {
	for s.shipped {
		answer, err := s.choose(s.followQuestion())
		if errors.Is(err, errBack) {
			return s.anew(errBack)
		}
		if err != nil {
			return err
		}
		if strings.EqualFold(answer, "s") && s.inVain() {
			return s.anew(errSuspects)
		}
		if answer != "" {
			s.say("Say nothing, or one of the letters.")
			continue
		}
		if err := s.askLive(); err != nil {
			return err
		}
		s.sayProduction()
		if s.health.Trouble() {
			// Live is not recovered, and a marker would say that it is.
			if s.inVain() {
				s.say("%s.", wording.InVain(s.name, s.snap, s.sent))
			}
			continue
		}
		if s.watch.Live() {
			s.tellRecovered()
		}
		if s.watch.Settled() {
			return nil
		}
	}
	return nil
}

func (s *session) followQuestion() string {
	switch {
	case s.inVain():
		return "Enter asks production again, s looks for the other suspects, q leaves."
	case s.watch.Settled():
		return "Enter asks production again, q leaves."
	default:
		return "Enter asks whether " + s.name + " is live, q leaves."
	}
}

// askLive asks the sources of the release, until there is no more to learn.
func (s *session) askLive() error {
	if s.watch.Settled() {
		return nil
	}
	list, err := s.svc.Deployments(s.ctx)
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	s.watch = s.watch.Next(list, err, s.receipt, s.opts.Now())
	_, sentence := s.watch.Say(s.name, s.opts.Now())
	s.say("Watch: %s.", sentence)
	return nil
}

// inVain reports whether production was asked after the release was live, and is
// down all the same.
func (s *session) inVain() bool { return s.watch.InVain(s.health) }

// anew leaves what was shipped, looks at what is there now, and goes on as then
// says: the next remedy has a reason of its own.
func (s *session) anew(then error) error {
	s.shipped, s.earlier = false, true
	s.asked, s.reason, s.incident = false, "", ""
	if err := s.look(!s.opts.NoFetch); err != nil {
		return err
	}
	return then
}
