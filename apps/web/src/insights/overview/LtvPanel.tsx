import { useEffect, useState } from 'react';
import { ltvApi, type LtvReport, type ValueModel } from '#contracts/ltv';
import { formatDate, formatDateTime, formatNumber, money, useLocale } from '../../i18n.ts';
import { staffCall, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../../ui/states.tsx';
import { Def } from '../Def.tsx';
import { percent } from '../words.ts';
import { BackTest, Diagnostics } from './LtvEvidence.tsx';
import { LtvSettings } from './LtvSettings.tsx';
import css from './Overview.module.css';
import { useOverviewText } from './texts.ts';

const POLL_MS = 1_000;

/** What customers will buy as far as their buying so far tells, how the models did on the past, and what is inside them. */
export function LtvPanel() {
  const t = useOverviewText();
  const { data, error, reload } = useLoad('ltv', (signal) => staffCall(ltvApi.read, {}, { signal }));
  const fitting = data?.fitting ?? false;
  useEffect(() => {
    if (!fitting) return;
    const timer = setInterval(reload, POLL_MS);
    return () => clearInterval(timer);
  }, [fitting, reload]);
  return (
    <section className={css.ltv} aria-labelledby="ltv-title">
      <header>
        <h2 id="ltv-title">{t.ltv}</h2>
        <p>{t.ltvLead}</p>
        {data && <FitAgain fitting={fitting} onAsked={reload} />}
      </header>
      {data ? (
        <>
          <Report report={data} />
          <LtvSettings settings={data.settings} onSaved={reload} />
        </>
      ) : error ? (
        <ErrorState title={t.ltvFailed} error={error} onRetry={reload} />
      ) : (
        <Loading>
          <Skeleton height={90} />
        </Loading>
      )}
    </section>
  );
}

function FitAgain({ fitting, onAsked }: { fitting: boolean; onAsked: () => void }) {
  const t = useOverviewText();
  const [failed, setFailed] = useState(false);
  const ask = () => {
    setFailed(false);
    staffCall(ltvApi.fit, {}).then(onAsked, () => setFailed(true));
  };
  return (
    <div>
      <Button kind="outline" size="small" busy={fitting} onClick={ask}>
        {fitting ? t.fitting : t.fitAgain}
      </Button>
      {failed && <Notice tone="failed">{t.fitFailed}</Notice>}
    </div>
  );
}

function Report({ report }: { report: LtvReport }) {
  const t = useOverviewText();
  const { model } = report;
  if (!model) return <p className={css.quiet}>{t.noModel}</p>;
  if (!model.diagnostics.enough) {
    return (
      <>
        <p className={css.missing}>
          <b>{t.notEnough}</b> {useMissing(model.diagnostics)}
        </p>
        <When model={model} />
      </>
    );
  }
  const { backTest } = model.diagnostics;
  return (
    <>
      <Expected report={report} model={model} />
      <div className={css.evidence}>
        {backTest.enough ? (
          <BackTest test={backTest} currency={report.currency} />
        ) : (
          <section>
            <h3>
              <Def metric="backTest" />
            </h3>
            <p className={css.missing}>
              <b>{t.notEnough}</b> {useMissing(backTest)}
            </p>
          </section>
        )}
        <Diagnostics model={model} diagnostics={model.diagnostics} />
      </div>
      <When model={model} />
    </>
  );
}

function Expected({ report, model }: { report: LtvReport; model: ValueModel }) {
  const t = useOverviewText();
  useLocale();
  const yen = (amount: number) => money(Math.round(amount), report.currency);
  const predicted = model.predictedAmount ?? 0;
  const each = model.customers > 0 ? predicted / model.customers : 0;
  const { marginBp } = report.settings;
  return (
    <dl className={css.expected}>
      <div>
        <dt>
          <Def metric="valueForecast">{t.perHead}</Def>
        </dt>
        <dd>{yen(each)}</dd>
        <dd className={css.below}>
          {marginBp === null
            ? t.allTogether({ amount: yen(predicted), n: formatNumber(model.customers) })
            : t.perHeadMargin({ amount: yen((each * marginBp) / 10_000) })}
        </dd>
      </div>
      <div>
        <dt>
          <Def metric="churnModel">{t.alive}</Def>
        </dt>
        <dd>{percent(model.meanPAlive)}</dd>
        <dd className={css.below}>
          {t.fittedOn({ n: formatNumber(model.customers), repeat: formatNumber(model.repeatCustomers) })}
        </dd>
      </div>
    </dl>
  );
}

function When({ model }: { model: ValueModel }) {
  const t = useOverviewText();
  const { timeZone } = useSession().brand;
  useLocale();
  return (
    <p className={css.quiet}>
      {t.fitted({
        time: formatDateTime(model.fittedAt, timeZone),
        seconds: formatNumber(model.durationMs / 1000, { maximumFractionDigits: 1 }),
        day: formatDate(`${model.observedUntil}T00:00:00Z`, 'UTC'),
      })}
    </p>
  );
}

/** Why there is no forecast, in words. */
function useMissing(missing: { reason: string; needed?: number | undefined; found?: number | undefined }): string {
  const t = useOverviewText();
  const whole = (value: number | undefined) => formatNumber(Math.floor(value ?? 0));
  const counts = { needed: whole(missing.needed), found: whole(missing.found) };
  switch (missing.reason) {
    case 'customers':
      return t.customersNeeded(counts);
    case 'repeatCustomers':
      return t.repeatNeeded(counts);
    case 'weeks':
      return t.weeksNeeded(counts);
    case 'purchases_fit':
      return t.purchasesFit;
    default:
      return t.spendFit;
  }
}
