import type { ReactNode } from 'react';
import type { ReferralFigures } from '#contracts/sources';
import { formatNumber } from '../../i18n.ts';
import { Def } from '../Def.tsx';
import css from './Sources.module.css';
import { useSourcesText } from './texts.ts';

/** Who brought whom: three rates, each with what it was divided from. */
export function Referral({ figures }: { figures: ReferralFigures }) {
  const t = useSourcesText();
  const n = (value: number) => formatNumber(value);
  const rate = (value: number | null) =>
    value === null ? '—' : formatNumber(value, { style: 'percent', maximumFractionDigits: 1 });
  const tiles: { name: ReactNode; value: string; below: string }[] = [
    {
      name: <Def metric="kFactor">{t.kFactor}</Def>,
      value: figures.kFactor === null ? '—' : formatNumber(figures.kFactor, { maximumFractionDigits: 2 }),
      below: t.kBelow(n(figures.newVisitors), n(figures.viewers)),
    },
    {
      name: <Def metric="customerReferralRate">{t.customerRate}</Def>,
      value: rate(figures.customerReferralRate),
      below: t.customerBelow(n(figures.referrers), n(figures.customers)),
    },
    {
      name: <Def metric="orderReferralRate">{t.orderRate}</Def>,
      value: rate(figures.orderReferralRate),
      below: t.orderBelow(n(figures.referredFirstOrders), n(figures.firstOrders)),
    },
  ];
  return (
    <section aria-labelledby="referral-title">
      <header className={css.head}>
        <h2 id="referral-title">{t.referral}</h2>
        <p>{t.referralLead}</p>
      </header>
      <dl className={css.tiles}>
        {tiles.map(({ name, value, below }, index) => (
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
            <dd className={css.below}>{below}</dd>
          </div>
        ))}
      </dl>
      {figures.visitors === 0 ? (
        <p className={css.quiet}>{t.noReferral}</p>
      ) : (
        <dl className={css.facts}>
          {(['sharers', 'visitors', 'newVisitors'] as const).map((key) => (
            <div key={key}>
              <dt>{t[key]}</dt>
              <dd>{t.people(n(figures[key]))}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
