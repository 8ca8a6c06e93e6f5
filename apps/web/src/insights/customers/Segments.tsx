import { Bookmark, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { customersApi, type CustomerFilter, type Segment } from '#contracts/customers';
import { ApiError } from '../../api.ts';
import { formatNumber, langOf, useLocale } from '../../i18n.ts';
import { staffCall, useMay } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { Notice } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { isEmpty } from './customer-filter.ts';
import css from './Customers.module.css';
import { useCustomersText } from './texts.ts';

interface SegmentsProps {
  filter: CustomerFilter;
  onChoose: (filter: CustomerFilter) => void;
}

/** Filters that the brand has kept, each with how many people it has now. */
export function Segments({ filter, onChoose }: SegmentsProps) {
  const t = useCustomersText();
  const mayDo = useMay();
  useLocale();
  const { data, reload } = useLoad('segments', (signal) => staffCall(customersApi.segments, {}, { signal }));
  const [keeping, setKeeping] = useState(false);
  const [leaving, setLeaving] = useState<Segment | null>(null);
  const current = JSON.stringify(filter);
  const segments = data?.segments ?? [];
  const isKept = segments.some((segment) => sameFilter(segment.filter, filter));
  const mayKeep = mayDo('people.read') && !isEmpty(filter) && !isKept;
  if (segments.length === 0 && !mayKeep) return null;
  return (
    <div className={css.segments} role="group" aria-label={t.segments}>
      {segments.map((segment) => (
        <span key={segment.id} className={css.segment}>
          <button
            type="button"
            className={css.chip}
            aria-pressed={sameFilter(segment.filter, filter)}
            onClick={() => onChoose(sameFilter(segment.filter, filter) ? {} : segment.filter)}
          >
            <Bookmark size={14} strokeWidth={2.2} aria-hidden />
            <span lang={langOf(segment.name)}>{segment.name}</span>
            <small>{t.found(formatNumber(segment.people))}</small>
          </button>
          {mayDo('people.read') && sameFilter(segment.filter, filter) && (
            <button
              type="button"
              className={css.forget}
              aria-label={t.forget(segment.name)}
              onClick={() => setLeaving(segment)}
            >
              <Trash2 size={16} strokeWidth={2} aria-hidden />
            </button>
          )}
        </span>
      ))}
      {mayKeep && (
        <Button kind="quiet" size="small" onClick={() => setKeeping(true)}>
          <Bookmark size={16} strokeWidth={2} aria-hidden />
          {t.keep}
        </Button>
      )}
      {keeping && <Keep key={current} filter={filter} onKept={reload} onClose={() => setKeeping(false)} />}
      {leaving && <Forget segment={leaving} onGone={reload} onClose={() => setLeaving(null)} />}
    </div>
  );
}

/** The same, in whatever order its fields were set. */
function sameFilter(one: CustomerFilter, other: CustomerFilter): boolean {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.toSorted()
      : typeof value === 'object' && value !== null
        ? Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)])
        : value;
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function Keep({ filter, onKept, onClose }: { filter: CustomerFilter; onKept: () => void; onClose: () => void }) {
  const t = useCustomersText();
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  async function keep(): Promise<void> {
    if (name.trim() === '') return;
    setBusy(true);
    setProblem(null);
    try {
      const kept = await staffCall(customersApi.addSegment, { name, filter });
      toast(t.kept(kept.name));
      onKept();
      onClose();
    } catch (error) {
      setProblem(error instanceof ApiError && error.code === 'conflict' ? t.nameTaken : t.keepFailed);
      setBusy(false);
    }
  }
  return (
    <Dialog
      title={t.keepTitle}
      confirm={t.save}
      cancel={t.cancel}
      busy={busy}
      onConfirm={() => void keep()}
      onClose={onClose}
    >
      <p>{t.keepBody}</p>
      <form
        className={css.keep}
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <Field
          label={t.segmentName}
          value={name}
          maxLength={60}
          error={problem}
          onChange={(event) => setName(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

function Forget({ segment, onGone, onClose }: { segment: Segment; onGone: () => void; onClose: () => void }) {
  const t = useCustomersText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  async function forget(): Promise<void> {
    setBusy(true);
    setFailed(false);
    try {
      await staffCall(customersApi.removeSegment, { id: segment.id });
    } catch (error) {
      // Somebody else may have deleted it meanwhile: then it is gone, as was asked.
      if (!(error instanceof ApiError && error.code === 'not_found')) {
        setFailed(true);
        setBusy(false);
        return;
      }
    }
    onGone();
    onClose();
  }
  return (
    <Dialog
      danger
      title={t.forgetTitle(segment.name)}
      confirm={t.forgetConfirm}
      cancel={t.cancel}
      busy={busy}
      onConfirm={() => void forget()}
      onClose={onClose}
    >
      <p>{t.forgetBody}</p>
      {failed && <Notice tone="failed">{t.keepFailed}</Notice>}
    </Dialog>
  );
}
