import type { TaxLine } from '#contracts/checkout';
import { percent } from '../percent.ts';
import { isReduced, paperMoney } from './paper.ts';
import type { PaperProps } from './Paper.tsx';
import css from './Paper.module.css';

/** Amounts per rate and their tax, as a qualified invoice and its credit note have to show them. */
export function RateTable({ order, locale, t, taxes, withTax }: PaperProps & { taxes: TaxLine[]; withTax: boolean }) {
  const said = (amount: number) => paperMoney(amount, order, locale);
  return (
    <table className={css.rates}>
      <tbody>
        {taxes.map(({ rateBp, taxableAmount, taxAmount }) => (
          <tr key={rateBp}>
            <th scope="row">
              {t.rateTotal(percent(rateBp))}
              {isReduced(rateBp, order) && ' ※'}
            </th>
            <td>
              {said(taxableAmount)} <small>{withTax ? t.within : t.without}</small>
            </td>
            <td>
              {t.tax} {said(taxAmount)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
