import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { showsApi, type PublicShow } from '#contracts/shows';
import { serverNow } from '../clock.ts';
import { noIssues } from '../staff/form-issues.ts';
import { PictureField } from '../staff/PictureField.tsx';
import { staffCall, useSession } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { UnsavedDialog } from '../staff/UnsavedDialog.tsx';
import { useEditor } from '../staff/useEditor.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { RunEditor } from './RunEditor.tsx';
import { draftOf, emptyShow, proposeSlug, readShow, sameShow, type ShowDraft } from './show-draft.ts';
import css from './ShowEditPage.module.css';
import { useShowsText } from './texts.ts';

/** A show, new or known: what it is called, when it is, and what is sold in which order. */
export default function ShowEditPage() {
  const t = useShowsText();
  const { id } = useParams();
  return (
    <StaffFrame title={id === undefined ? t.newShow : t.show}>
      {id === undefined ? <ShowForm show={null} /> : <KnownShow key={id} id={id} />}
    </StaffFrame>
  );
}

function KnownShow({ id }: { id: string }) {
  const t = useShowsText();
  const { data, error, reload } = useLoad(id, (signal) => staffCall(showsApi.get, { id }, { signal }));
  if (data) return <ShowForm show={data} />;
  if (error) return <ErrorState title={t.failedTitle} error={error} onRetry={reload} />;
  return (
    <Loading>
      <div className={css.fields}>
        <Skeleton width={280} height={40} />
        <Skeleton height={44} />
        <Skeleton height={44} />
        <Skeleton height={44} />
      </div>
    </Loading>
  );
}

function ShowForm({ show }: { show: PublicShow | null }) {
  const t = useShowsText();
  const { brand, member } = useSession();
  const zone = show?.brand.timeZone ?? brand.timeZone;
  const [opened] = useState(() => (show ? draftOf(show) : emptyShow(serverNow(), zone, member.name.slice(0, 24))));
  const [draft, setDraft] = useState(opened);
  const [ownSlug, setOwnSlug] = useState(show !== null); // typed by hand: the title no longer changes it
  const [slugTaken, setSlugTaken] = useState(false);
  const [removing, setRemoving] = useState(false);
  const dirty = !sameShow(draft, opened);
  const editor = useEditor({ home: '/shows', dirty });
  const { setIssues, problem, busy, error } = editor;
  const ended = show?.state === 'ended';

  function change(part: Partial<ShowDraft>): void {
    setDraft((before) => {
      const next = { ...before, ...part };
      const proposes = !ownSlug && ('title' in part || 'startsAt' in part);
      return proposes ? { ...next, slug: proposeSlug(next.title, next.startsAt) } : next;
    });
  }

  async function save(): Promise<void> {
    setSlugTaken(false);
    const { input, issues } = readShow(draft, zone);
    setIssues(issues ?? noIssues);
    if (!input) return editor.refuse(t.fixFields);
    await editor.attempt(
      async () => {
        const saved = show
          ? await staffCall(showsApi.update, { ...input, id: show.id })
          : await staffCall(showsApi.create, input);
        return t.saved(saved.title);
      },
      ({ code }) => {
        if (code === 'slug_taken') {
          setSlugTaken(true);
          setIssues(new Set(['slug']));
          return t.slugTaken;
        }
        if (code === 'invalid_request') return t.fixFields;
        if (code === 'show_ended' || code === 'show_transition') return t.ended;
        return code === 'unavailable' ? t.unavailable : t.failed;
      },
    );
  }

  const remove = (id: string) =>
    editor.attempt(
      async () => {
        await staffCall(showsApi.remove, { id });
        return t.removed(draft.title);
      },
      ({ code }) => {
        setRemoving(false);
        return code === 'unavailable' ? t.unavailable : t.failed;
      },
    );

  return (
    <form
      noValidate
      className={css.page}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && !ended) void save();
      }}
    >
      <p className={css.crumb}>
        <Link to="/shows">{t.back}</Link>
      </p>
      <h1 className={css.title}>{show ? show.title : t.newShow}</h1>
      {ended && <Notice>{t.ended}</Notice>}
      <div className={css.columns}>
        <div className={css.fields}>
          <Field
            label={t.title}
            hint={show ? undefined : t.titleHint}
            maxLength={60}
            value={draft.title}
            onChange={(event) => change({ title: event.target.value })}
            error={error('title', t.titleError)}
          />
          <Field
            label={t.subtitle}
            maxLength={60}
            value={draft.subtitle}
            onChange={(event) => change({ subtitle: event.target.value })}
            error={error('subtitle', t.subtitleError)}
          />
          <div className={css.pair}>
            <Field
              label={t.startsAt(zone)}
              type="datetime-local"
              value={draft.startsAt}
              onChange={(event) => change({ startsAt: event.target.value })}
              error={error('startsAt', t.startsAtError)}
            />
            <Field
              label={t.endsAt(zone)}
              hint={t.endsAtHint}
              type="datetime-local"
              min={draft.startsAt}
              value={draft.endsAt}
              onChange={(event) => change({ endsAt: event.target.value })}
              error={error('endsAt', t.endsAtError)}
            />
          </div>
          <Field
            label={t.hostName}
            hint={t.hostNameHint}
            maxLength={24}
            value={draft.hostName}
            onChange={(event) => change({ hostName: event.target.value })}
            error={error('hostName', t.hostNameError)}
          />
          <Field
            label={t.slug}
            hint={t.slugHint}
            before="/s/"
            maxLength={60}
            autoCapitalize="none"
            spellCheck={false}
            value={draft.slug}
            onChange={(event) => {
              setOwnSlug(true);
              setSlugTaken(false);
              change({ slug: event.target.value.toLowerCase() });
            }}
            error={slugTaken ? t.slugTaken : error('slug', t.slugError)}
          />
        </div>
        <PictureField
          label={t.poster}
          hint={t.posterHint}
          shape="poster"
          url={draft.posterUrl}
          onChange={(image) => change({ posterImageId: image?.imageId ?? null, posterUrl: image?.url ?? null })}
        />
      </div>
      <RunEditor
        productIds={draft.productIds}
        offers={show?.offers ?? []}
        onChange={(productIds) => change({ productIds })}
      />
      {show?.state === 'scheduled' && (
        <p className={css.remove}>
          <Button kind="danger" onClick={() => setRemoving(true)}>
            {t.remove}
          </Button>
        </p>
      )}
      {!ended && (
        <footer className={css.foot}>
          {problem !== null ? <Notice tone="failed">{problem}</Notice> : dirty ? <p>{t.unsaved}</p> : <span />}
          <Button type="submit" kind="fill" size="touch" busy={busy} disabled={!dirty && show !== null}>
            {t.save}
          </Button>
        </footer>
      )}
      {removing && show && (
        <Dialog
          title={t.removeTitle(show.title)}
          confirm={t.remove}
          cancel={t.cancel}
          danger
          busy={busy}
          onConfirm={() => void remove(show.id)}
          onClose={() => setRemoving(false)}
        >
          {t.removeBody}
        </Dialog>
      )}
      <UnsavedDialog blocker={editor.blocker} />
    </form>
  );
}
