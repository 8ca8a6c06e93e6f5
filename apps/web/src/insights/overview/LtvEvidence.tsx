import type { ValueDiagnostics, ValueModel } from '#contracts/ltv';
import type { Currency } from '#contracts/money';
import { formatNumber, money, useLocale } from '../../i18n.ts';
import { Histogram } from '../charts/index.ts';
import { Def } from '../Def.tsx';
import { change, percent } from '../words.ts';
import css from './Overview.module.css';
import { useOverviewText } from './texts.ts';

type Fitted = Extract<ValueDiagnostics, { enough: true }>;
type Tried = Extract<Fitted['backTest'], { enough: true }>;

const LAST_GROUP = 7;

/** What the models expected of weeks that were hidden from them, beside what came. */
export function BackTest({ test, currency }: { test: Tried; currency: Currency }) {
  const t = useOverviewText();
  useLocale();
  const { total, groups, holdoutWeeks } = test;
  const n = (value: number) => formatNumber(Math.round(value));
  const yen = (amount: number) => money(Math.round(amount), currency);
  const error = (share: number | null) => (share === null ? '—' : (change(share, 0, percent) ?? '—'));
  return (
    <section>
      <Histogram
        title={<Def metric="backTest" />}
        unit={t.triedKey}
        csvName="ltv-back-test"
        of={t.triedGroup}
        measure={t.actual}
        compareName={t.predicted}
        format={n}
        bins={groups.map(({ x, actualPurchases, predictedPurchases }) => ({
          label: x === LAST_GROUP ? t.triedMore : t.times({ n: formatNumber(x) }),
          count: actualPurchases,
          compare: predictedPurchases,
        }))}
      />
      <p>
        {t.triedSum({
          weeks: formatNumber(holdoutWeeks, { maximumFractionDigits: 1 }),
          predicted: n(total.predictedPurchases),
          actual: n(total.actualPurchases),
          error: error(total.purchasesError),
        })}
      </p>
      <p>
        {t.triedSpend({
          predicted: yen(total.predictedSpend),
          actual: yen(total.actualSpend),
          error: error(total.spendError),
        })}
      </p>
    </section>
  );
}

/** In the order of the papers. */
const parameters = { r: 'r', alpha: 'α', a: 'a', b: 'b', p: 'p', q: 'q', v: 'v' };

/** The parameters with their errors, for who wants to check. */
export function Diagnostics({ model, diagnostics }: { model: ValueModel; diagnostics: Fitted }) {
  const t = useOverviewText();
  useLocale();
  const decimal = (value: number) => formatNumber(value, { maximumSignificantDigits: 4 });
  const fits = [
    { name: 'BG/NBD', fit: diagnostics.purchases },
    { name: 'Gamma-Gamma', fit: diagnostics.spend },
  ];
  return (
    <section className={css.inside}>
      <h3>
        <Def metric="modelFit" />
      </h3>
      {fits.map(({ name, fit }) => (
        <table key={name}>
          <thead>
            <tr>
              <th scope="col">{name}</th>
              <th scope="col">{t.estimate}</th>
              <th scope="col">{t.error}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(parameters).map(([parameter, symbol]) => {
              const value = fit.parameters[parameter];
              const error = fit.standardErrors?.[parameter];
              return value === undefined ? null : (
                <tr key={parameter}>
                  <th scope="row">{symbol}</th>
                  <td>{decimal(value)}</td>
                  <td>{error === undefined ? '—' : `±${decimal(error)}`}</td>
                </tr>
              );
            })}
            <tr>
              <th scope="row">{t.logLikelihood}</th>
              <td>{formatNumber(fit.logLikelihood, { maximumFractionDigits: 1 })}</td>
              <td />
            </tr>
          </tbody>
        </table>
      ))}
      <p>
        {t.correlation} <b>{diagnostics.spend.correlation === null ? '—' : decimal(diagnostics.spend.correlation)}</b>
      </p>
      <p>{t.fittedOn({ n: formatNumber(model.customers), repeat: formatNumber(model.repeatCustomers) })}</p>
    </section>
  );
}
