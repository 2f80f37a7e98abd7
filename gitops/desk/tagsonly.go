package desk

import (
	"context"
	"fmt"

	"ahead/gitops/forge"
	"ahead/gitops/publish"
)

// TagsOnly says why nothing but tags tells of deployments here, and what would
// change that; false where a source does, or the settings leave the forge's out.
// Only where the remote's configured address is of a forge, and git is led
// elsewhere, is that amiss. It asks git, and no network.
func (d *Desk) TagsOnly(ctx context.Context) (publish.Finding, bool) {
	place, _, located := d.forgePlace(ctx)
	if d.remote == "" || len(d.opts.Sources) > 0 || len(d.settingsFor(place, located)) > 0 {
		return publish.Finding{}, false
	}
	configured, _ := d.repo.Config("remote." + d.remote + ".url")
	named, ok := forge.Locate(configured, d.opts.Forges)
	for _, s := range d.opts.SourceSettings {
		if s.Off && (s.kind() == string(named.Kind) || s.kind() == string(place.Kind)) {
			return publish.Finding{}, false // which is what was wanted
		}
	}
	const only = "only tags are read, which prove releases and no deployment: "
	switch {
	case ok && hasSource(named) && (!located || !hasSource(place)):
		return publish.Finding{
			Name: "source",
			Text: only + fmt.Sprintf("%s is %s by its configuration, and git is led to %s instead (insteadOf, pushInsteadOf or pushurl)", d.remote, named, d.ledTo(place, located)),
			Hint: fmt.Sprintf("[sources.%s] with address = %q and repositories = [%q] in your settings asks there; off = true is content with tags", named.Kind, named, d.ledTo(place, located)),
		}, true
	case located && place.Kind == forge.KindUnknown:
		return publish.Finding{
			Name: "source", OK: true,
			Text: only + fmt.Sprintf("%s is no server whose kind its name tells; `forges = \"%s=gitlab\"` (or github) in your settings does", place.Host, place.Host),
		}, true
	}
	return publish.Finding{Name: "source", OK: true, Text: only + "your settings may describe a source (docs/SOURCES.md)"}, true
}

// ledTo is where git goes, as a pattern of `repositories` names it.
func (d *Desk) ledTo(place forge.Place, located bool) string {
	if located {
		return place.String()
	}
	return d.remoteURL()
}
