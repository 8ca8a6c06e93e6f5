import type { ReferralFigures } from '#contracts/sources';
import { formatNumber } from '../../i18n.ts';
import { Def } from '../Def.tsx';
import css from './Sources.module.css';
import { useSourcesText } from './texts.ts';

type Rate = 'kFactor' | 'customerReferralRate' | 'orderReferralRate';

/** Who brought whom: three rates, each with what it was divided from. */
export function Referral({ figures, before }: { figures: ReferralFigures; before: ReferralFigures | null }) {
  const t = useSourcesText();
  const n = (value: number) => formatNumber(value);
  const rate = (value: number | null) =>
    value === null ? '—' : formatNumber(value, { style: 'percent', maximumFractionDigits: 1 });
  const factor = (value: number | null) => (value === null ? '—' : formatNumber(value, { maximumFractionDigits: 2 }));
  const tiles: { key: Rate; name: string; format: typeof rate; below: string }[] = [
    {
      key: 'kFactor',
      name: t.kFactor,
      format: factor,
      below: t.kBelow(n(figures.newVisitors), n(figures.viewers)),
    },
    {
      key: 'customerReferralRate',
      name: t.customerRate,
      format: rate,
      below: t.customerBelow(n(figures.referrers), n(figures.customers)),
    },
    {
      key: 'orderReferralRate',
      name: t.orderRate,
      format: rate,
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
        {tiles.map(({ key, name, format, below }) => (
          <div key={key}>
            <dt>
              <Def metric={key}>{name}</Def>
            </dt>
            <dd>{format(figures[key])}</dd>
            <dd className={css.below}>{below}</dd>
            {before && before[key] !== null ? <dd className={css.below}>{t.formerly(format(before[key]))}</dd> : null}
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
