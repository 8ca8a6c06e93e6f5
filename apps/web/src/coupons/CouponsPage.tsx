import { useState } from 'react';
import { dealsApi, type Coupon } from '#contracts/deals';
import { ApiError } from '../api.ts';
import { useNow } from '../clock.ts';
import { formatDateTime, money } from '../i18n.ts';
import { staffCall, useMay, useSession } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { EmptyState, ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { Tag } from '../ui/Tag.tsx';
import { toast } from '../ui/toast.tsx';
import { stateOf, type CouponState } from './coupon-draft.ts';
import { CouponForm } from './CouponForm.tsx';
import css from './CouponsPage.module.css';
import { useCouponText } from './texts.ts';

/** The brand's coupons: what each takes off, on which terms, and how often it was used. */
export default function CouponsPage() {
  const t = useCouponText();
  return (
    <StaffFrame title={t.coupons}>
      <Coupons />
    </StaffFrame>
  );
}

function Coupons() {
  const t = useCouponText();
  const { brand } = useSession();
  const mayWrite = useMay()('catalog.write');
  const { data, error, reload } = useLoad('coupons', (signal) => staffCall(dealsApi.coupons, {}, { signal }));
  const [making, setMaking] = useState(false);
  const [archiving, setArchiving] = useState<Coupon | null>(null);
  return (
    <>
      <header className={css.head}>
        <div>
          <h1>{t.coupons}</h1>
          <p>{t.lead}</p>
        </div>
        {mayWrite && data && data.coupons.length > 0 && (
          <Button kind="fill" size="touch" onClick={() => setMaking(true)}>
            {t.add}
          </Button>
        )}
      </header>
      {error && !data ? (
        <ErrorState title={t.failedTitle} error={error} onRetry={reload} />
      ) : !data ? (
        <Loading>
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} height={52} className={css.bone} />
          ))}
        </Loading>
      ) : data.coupons.length === 0 ? (
        <EmptyState
          title={t.emptyTitle}
          action={
            mayWrite && (
              <Button kind="fill" size="touch" onClick={() => setMaking(true)}>
                {t.firstAdd}
              </Button>
            )
          }
        >
          {t.emptyBody}
        </EmptyState>
      ) : (
        <>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t.code}</th>
                <th scope="col">{t.discount}</th>
                <th scope="col">{t.conditions}</th>
                <th scope="col">{t.period}</th>
                <th scope="col">{t.used}</th>
                <th scope="col">{t.state}</th>
                {mayWrite && <th scope="col" aria-label={t.archive} />}
              </tr>
            </thead>
            <tbody>
              {data.coupons.map((coupon) => (
                <CouponRow
                  key={coupon.id}
                  coupon={coupon}
                  onArchive={mayWrite ? () => setArchiving(coupon) : undefined}
                />
              ))}
            </tbody>
          </table>
          <p className={css.zone}>{t.zone({ zone: brand.timeZone })}</p>
        </>
      )}
      {making && <CouponForm onMade={reload} onClose={() => setMaking(false)} />}
      {archiving && <ArchiveDialog coupon={archiving} onDone={reload} onClose={() => setArchiving(null)} />}
    </>
  );
}

const tones = {
  active: 'matsu',
  planned: 'line',
  over: 'plain',
  usedUp: 'plain',
  archived: 'plain',
} as const satisfies Record<CouponState, string>;

function CouponRow({ coupon, onArchive }: { coupon: Coupon; onArchive: (() => void) | undefined }) {
  const t = useCouponText();
  const { brand } = useSession();
  const state = stateOf(coupon, useNow(60_000));
  const amount = (value: number) => money(value, brand.currency);
  const time = (at: string) => formatDateTime(at, brand.timeZone);
  const conditions = [
    coupon.minimumAmount > 0 ? t.minimumIs({ amount: amount(coupon.minimumAmount) }) : '',
    coupon.firstOrderOnly ? t.firstOrderOnly : '',
    coupon.perBuyer === null ? '' : t.perBuyerIs({ count: coupon.perBuyer }),
    coupon.combinable ? t.combinableIs : '',
  ].filter(Boolean);
  return (
    <tr data-off={state === 'active' || state === 'planned' ? undefined : ''}>
      <th scope="row">{coupon.code}</th>
      <td data-label={t.discount}>
        <b>
          {coupon.kind === 'percent'
            ? t.percentOff({ percent: coupon.value })
            : t.amountOff({ amount: amount(coupon.value) })}
        </b>
      </td>
      <td data-label={t.conditions}>{conditions.length > 0 ? conditions.join('・') : t.none}</td>
      <td data-label={t.period}>
        {coupon.endsAt === null
          ? t.from({ time: time(coupon.startsAt) })
          : t.until({ from: time(coupon.startsAt), to: time(coupon.endsAt) })}
      </td>
      <td data-label={t.used}>
        {coupon.total === null ? t.usedIs({ used: coupon.used }) : t.usedOf({ used: coupon.used, total: coupon.total })}
      </td>
      <td>
        <Tag tone={tones[state]}>{t[state]}</Tag>
      </td>
      {onArchive && (
        <td>
          {!coupon.archived && (
            <Button size="small" aria-label={t.archiveOf({ code: coupon.code })} onClick={onArchive}>
              {t.archive}
            </Button>
          )}
        </td>
      )}
    </tr>
  );
}

function ArchiveDialog({ coupon, onDone, onClose }: { coupon: Coupon; onDone: () => void; onClose: () => void }) {
  const t = useCouponText();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  async function archive(): Promise<void> {
    setBusy(true);
    setFailed(false);
    try {
      await staffCall(dealsApi.archiveCoupon, { id: coupon.id });
    } catch (refusal) {
      if (!(refusal instanceof ApiError)) throw refusal;
      // Somebody else has archived it meanwhile: what was wanted is so.
      if (refusal.code !== 'not_found') {
        setBusy(false);
        setFailed(true);
        return;
      }
    }
    toast(t.archiveDone({ code: coupon.code }));
    onDone();
    onClose();
  }
  return (
    <Dialog
      title={t.archiveTitle({ code: coupon.code })}
      confirm={t.archive}
      cancel={t.cancel}
      danger
      busy={busy}
      onConfirm={() => void archive()}
      onClose={onClose}
    >
      {failed ? <Notice tone="failed">{t.archiveFailed}</Notice> : t.archiveBody}
    </Dialog>
  );
}
