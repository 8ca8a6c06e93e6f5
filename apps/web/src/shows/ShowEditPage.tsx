import { useCallback, useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { showsApi, type PublicShow } from '#contracts/shows';
import { ApiError } from '../api.ts';
import { serverNow } from '../clock.ts';
import { issuePaths, noIssues } from '../staff/form-issues.ts';
import { PictureField } from '../staff/PictureField.tsx';
import { staffCall, useSession } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { UnsavedDialog } from '../staff/UnsavedDialog.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { useUnsavedGuard } from '../staff/useUnsavedGuard.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
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
  const navigate = useNavigate();
  const { brand, member } = useSession();
  const zone = show?.brand.timeZone ?? brand.timeZone;
  const [opened] = useState(() => (show ? draftOf(show) : emptyShow(serverNow(), zone, member.name.slice(0, 24))));
  const [draft, setDraft] = useState(opened);
  const [ownSlug, setOwnSlug] = useState(show !== null); // typed by hand: the title no longer changes it
  const [issues, setIssues] = useState(noIssues);
  const [slugTaken, setSlugTaken] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);
  const done = useRef(false);
  const dirty = !sameShow(draft, opened);
  const blocker = useUnsavedGuard(useCallback(() => dirty && !done.current, [dirty]));
  const ended = show?.state === 'ended';

  function change(part: Partial<ShowDraft>): void {
    setDraft((before) => {
      const next = { ...before, ...part };
      const proposes = !ownSlug && ('title' in part || 'startsAt' in part);
      return proposes ? { ...next, slug: proposeSlug(next.title, next.startsAt) } : next;
    });
  }
  const error = (path: string, words: string) => (issues.has(path) ? words : undefined);

  async function leave(words: string): Promise<void> {
    done.current = true;
    toast(words);
    await navigate('/shows');
  }

  async function save(): Promise<void> {
    setProblem(null);
    setSlugTaken(false);
    const read = readShow(draft, zone);
    setIssues(read.issues ?? noIssues);
    if (!read.input) return refused(t.fixFields);
    setBusy(true);
    try {
      const saved = show
        ? await staffCall(showsApi.update, { ...read.input, id: show.id })
        : await staffCall(showsApi.create, read.input);
      await leave(t.saved(saved.title));
    } catch (refusal) {
      setBusy(false);
      if (!(refusal instanceof ApiError)) throw refusal;
      if (refusal.code === 'invalid_request') setIssues(issuePaths(refusal.details.issues));
      if (refusal.code === 'slug_taken') {
        setSlugTaken(true);
        setIssues(new Set(['slug']));
      }
      const words = {
        invalid_request: t.fixFields,
        slug_taken: t.slugTaken,
        show_ended: t.ended,
        show_transition: t.ended,
        unavailable: t.unavailable,
      };
      refused(refusal.code in words ? words[refusal.code as keyof typeof words] : t.failed);
    }
  }

  function refused(words: string): void {
    setProblem(words);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  }

  async function remove(id: string): Promise<void> {
    setBusy(true);
    try {
      await staffCall(showsApi.remove, { id });
      await leave(t.removed(draft.title));
    } catch (refusal) {
      setBusy(false);
      setRemoving(false);
      setProblem(refusal instanceof ApiError && refusal.code === 'unavailable' ? t.unavailable : t.failed);
    }
  }

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
      <UnsavedDialog blocker={blocker} />
    </form>
  );
}
