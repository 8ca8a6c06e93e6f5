import { customersApi, type CustomerFilter } from '#contracts/customers';
import { formatNumber, money, useLocale } from '../../i18n.ts';
import { staffCall, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { ErrorState } from '../../ui/states.tsx';
import { Grid } from '../charts/index.ts';
import css from './Customers.module.css';
import { useCustomersText } from './texts.ts';

interface RfmGridProps {
  filter: CustomerFilter;
  onChoose: (r: number, f: number) => void;
}

const scores = [5, 4, 3, 2, 1] as const;

/** Customers by how recent and how many their orders are. A cell leads to its people. */
export function RfmGrid({ filter, onChoose }: RfmGridProps) {
  const t = useCustomersText();
  const { brand } = useSession();
  useLocale();
  const text = JSON.stringify(filter);
  const { data, error, reload } = useLoad(`rfm ${text}`, (signal) =>
    staffCall(customersApi.rfm, { filter: text }, { signal }),
  );
  if (error && !data) return <ErrorState title={t.failedTitle} error={error} onRetry={reload} />;
  const cells = data?.cells ?? [];
  const across = scores.toReversed();
  if (data && cells.length === 0) return <p className={css.nothing}>{t.rfmEmpty}</p>;
  const chosen = {
    row: scores.findIndex((r) => isOnly(filter.metrics?.r, r)),
    column: across.findIndex((f) => isOnly(filter.metrics?.f, f)),
  };
  return (
    <>
      <Grid
        title={t.rfmTitle}
        unit={t.rfmUnit}
        csvName="rfm"
        loading={!data}
        down={{
          name: t.rfmAxisR,
          labels: scores.map((r) => `R${r}${r === 5 ? ` ${t.rfmNew}` : r === 1 ? ` ${t.rfmOld}` : ''}`),
        }}
        across={{
          name: t.rfmAxisF,
          labels: across.map((f) => `F${f}${f === 5 ? ` ${t.rfmMany}` : f === 1 ? ` ${t.rfmFew}` : ''}`),
        }}
        cells={scores.map((r) =>
          across.map((f) => {
            const cell = cells.find((one) => one.r === r && one.f === f);
            return cell ? { value: cell.people, note: money(cell.netAmount, brand.currency) } : { value: null };
          }),
        )}
        format={formatNumber}
        selected={chosen.row >= 0 && chosen.column >= 0 ? chosen : null}
        onSelect={(row, column) => onChoose(scores[row]!, across[column]!)}
      />
      <p className={css.how}>{t.rfmHow}</p>
    </>
  );
}

const isOnly = (range: { min?: number; max?: number } | undefined, score: number) =>
  range?.min === score && range.max === score;
