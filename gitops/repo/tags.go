package repo

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"ahead/gitops"
	"ahead/gitops/objstore"
)

// maxNested bounds tags of tags.
const maxNested = 16

// NoticeTagUnreadable is the code of a notice about a tag whose objects are
// not there or damaged.
const NoticeTagUnreadable = "tag-unreadable"

// peel fills in what tags finally point at where packed-refs does not say it.
func (r *Repository) peel(ctx context.Context, tags []RefTag) error {
	return eachAtOnce(ctx, len(tags), func(i int) {
		if !tags[i].Peeled.IsZero() {
			return
		}
		if end, err := r.follow(tags[i].Object); err == nil {
			tags[i].Peeled = end.hash
		}
	})
}

// target is what a tag, or any other name, finally stands for.
type target struct {
	hash gitops.Hash
	kind gitops.ObjectKind
	// tag is the first tag object on the way, nil when there was none.
	tag *objstore.TagObject
}

// follow goes from an object through tag objects to what they point at. A
// commit behind a tag is only looked up, not read: with thousands of tags that
// is half of the work, and whoever uses the commit reads it anyway.
func (r *Repository) follow(h gitops.Hash) (target, error) {
	var end target
	for range maxNested {
		obj, err := r.store.Object(h)
		if err != nil || obj.Kind != gitops.KindTag {
			end.hash, end.kind = h, obj.Kind
			return end, err
		}
		tag, err := objstore.DecodeTag(obj.Data)
		if err != nil {
			return end, &gitops.Error{
				Code: gitops.CodeDamagedObject,
				What: fmt.Sprintf("tag object %s is damaged", h),
				Hint: "check the repository with `git fsck --full`", Err: err,
			}
		}
		if end.tag == nil {
			end.tag = &tag
		}
		h = tag.Target
		if tag.TargetKind == gitops.KindCommit && r.store.Has(h) {
			end.hash, end.kind = h, gitops.KindCommit
			return end, nil
		}
	}
	return end, fmt.Errorf("tag object %s: tags of tags without an end", h)
}

// TagDetails reads who made a tag, when and why. A lightweight tag has the
// committer of its commit.
func (r *Repository) TagDetails(ref RefTag) (gitops.Tag, error) {
	t := gitops.Tag{Name: ref.Name, Object: ref.Object}
	end, err := r.follow(ref.Object)
	if end.tag != nil {
		t.Annotated, t.Signed, t.Tagger, t.Message = true, end.tag.Signed, end.tag.Tagger, end.tag.Message
	}
	if err != nil {
		return t, fmt.Errorf("read tag %q: %w", ref.Name, err)
	}
	if end.kind != gitops.KindCommit {
		return t, nil
	}
	t.Commit = end.hash
	if t.Tagger == (gitops.Signature{}) {
		c, err := r.store.Commit(end.hash)
		if err != nil {
			return t, fmt.Errorf("read tag %q: %w", ref.Name, err)
		}
		t.Tagger = c.Committer
	}
	return t, nil
}

// Tags reads the named tags, or without names all of them, in the order of
// Refs. A tag that cannot be read keeps what its ref says and is told of in a
// notice: one broken tag must not keep anybody from a revert. A name that is
// no tag is an error with CodeUnknownRelease.
func (r *Repository) Tags(ctx context.Context, names ...string) ([]gitops.Tag, []gitops.Notice, error) {
	refs, err := r.RefsUnpeeled(ctx)
	if err != nil {
		return nil, nil, err
	}
	wanted, err := pickTags(refs.Tags, names)
	if err != nil {
		return nil, nil, err
	}
	return r.AllTagDetails(ctx, wanted)
}

// AllTagDetails is TagDetails for many tags, several at once.
func (r *Repository) AllTagDetails(ctx context.Context, wanted []RefTag) ([]gitops.Tag, []gitops.Notice, error) {
	return allTags(ctx, wanted, r.TagDetails)
}

// TagOrigins reads of many tags who made them and when, and the commits, from
// the beginning of their objects: Signed and Message are left out, and nothing
// is compared with its id. Ask TagDetails about those that are shown or that a
// decision rests on.
func (r *Repository) TagOrigins(ctx context.Context, wanted []RefTag) ([]gitops.Tag, []gitops.Notice, error) {
	graph := r.Graph()
	return allTags(ctx, wanted, func(ref RefTag) (gitops.Tag, error) {
		o, ok := graph.Origin(ref.Object)
		if !ok {
			return r.TagDetails(ref)
		}
		return gitops.Tag{Name: ref.Name, Object: ref.Object, Commit: o.Commit, Annotated: o.Annotated, Tagger: o.By}, nil
	})
}

func allTags(ctx context.Context, wanted []RefTag, read func(RefTag) (gitops.Tag, error)) ([]gitops.Tag, []gitops.Notice, error) {
	tags := make([]gitops.Tag, len(wanted))
	problems := make([]error, len(wanted))
	err := eachAtOnce(ctx, len(wanted), func(i int) {
		tags[i], problems[i] = read(wanted[i])
	})
	if err != nil {
		return nil, nil, err
	}
	var notices []gitops.Notice
	for i, problem := range problems {
		if problem != nil {
			text := fmt.Sprintf("tag %s cannot be read whole: %v", wanted[i].Name, rootCause(problem))
			notices = append(notices, gitops.Notice{Code: NoticeTagUnreadable, Text: text})
		}
	}
	return tags, notices, nil
}

func rootCause(err error) error {
	var e *gitops.Error
	if errors.As(err, &e) {
		return errors.New(e.What)
	}
	return err
}

func pickTags(all []RefTag, names []string) ([]RefTag, error) {
	if len(names) == 0 {
		return all, nil
	}
	byName := make(map[string]RefTag, len(all))
	for _, t := range all {
		byName[t.Name] = t
	}
	var picked []RefTag
	for _, name := range names {
		t, ok := byName[name]
		if !ok {
			return nil, &gitops.Error{
				Code: gitops.CodeUnknownRelease,
				What: fmt.Sprintf("there is no tag %q", name),
				Hint: "`git fetch --tags` brings those of the remote",
			}
		}
		picked = append(picked, t)
	}
	return picked, nil
}

// eachAtOnce calls do for 0 ≤ i < n, on as many goroutines as there are cores,
// and stops early when ctx ends.
func eachAtOnce(ctx context.Context, n int, do func(int)) error {
	workers := min(runtime.GOMAXPROCS(0), n/8+1)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n && ctx.Err() == nil; i += workers {
				do(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}
