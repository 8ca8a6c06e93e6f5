import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ShowInsights } from '#contracts/insights';
import { currencyExponents, toDecimalString } from '#contracts/money';
import { formatNumber, money, useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { download, toCsv } from './csv.ts';
import { Def } from './Def.tsx';
import { definitions } from './definitions.ts';
import { Thing } from './Evidence.tsx';
import { useInsightsText } from './insights-text.ts';
import css from './ShowInsights.module.css';
import { durationWords, percent } from './words.ts';

type Product = ShowInsights['products'][number];
type Words = ReturnType<typeof useInsightsText>;

interface Column {
  name: string;
  head?: ReactNode;
  shown: (product: Product) => string;
  csv: (product: Product) => string | number | { number: string } | null;
  strong?: boolean;
}

const rate = (value: number | null) => (value === null ? null : Math.round(value * 10_000) / 10_000);
const perMinute = (value: number | undefined) =>
  value === undefined ? '—' : formatNumber(value, { maximumFractionDigits: value < 10 ? 1 : 0 });

/** What each product did, the best first, and below it what being on screen moved. */
export function ProductTables({ figures }: { figures: ShowInsights }) {
  const t = useInsightsText();
  const locale = useLocale();
  const { currency, slug } = figures.show;
  const products = figures.products.toSorted((a, b) => b.netAmount - a.netAmount || b.pinnedSeconds - a.pinnedSeconds);
  const names = definitions[locale];
  const count = (name: string, of: (product: Product) => number, head?: ReactNode): Column => ({
    ...{ name, head, csv: of },
    shown: (product) => formatNumber(of(product)),
  });
  const amount = (value: number) => ({ number: toDecimalString(value, currencyExponents[currency]) });
  const columns: Column[] = [
    {
      name: t.onScreen,
      shown: ({ pinnedSeconds }) => (pinnedSeconds > 0 ? durationWords(pinnedSeconds, locale) : t.noFigure),
      csv: ({ pinnedSeconds }) => pinnedSeconds,
    },
    count(t.watched, ({ viewers }) => viewers),
    count(names.impressions.name, ({ impressions }) => impressions, <Def metric="impressions">{t.seen}</Def>),
    count(names.clicks.name, ({ clicks }) => clicks, <Def metric="clicks">{t.touchedTimes}</Def>),
    {
      ...{ name: 'CTR', head: <Def metric="productCtr">CTR</Def> },
      shown: ({ clickRate }) => percent(clickRate),
      csv: ({ clickRate }) => rate(clickRate),
    },
    count(names.holds.name, ({ holds }) => holds),
    count(names.orders.name, ({ orders }) => orders),
    count(t.units, ({ units }) => units),
    {
      ...{ name: names.productConversion.name, head: <Def metric="productConversion">{names.conversion.name}</Def> },
      shown: ({ conversion }) => percent(conversion),
      csv: ({ conversion }) => rate(conversion),
    },
    {
      ...{ name: names.gmv.name, head: <Def metric="gmv" /> },
      shown: ({ gmvAmount }) => money(gmvAmount, currency),
      csv: ({ gmvAmount }) => amount(gmvAmount),
    },
    {
      ...{ name: names.netSales.name, head: <Def metric="netSales" />, strong: true },
      shown: ({ netAmount }) => money(netAmount, currency),
      csv: ({ netAmount }) => amount(netAmount),
    },
  ];
  const effect = effectColumns(t);
  const save = () =>
    download(
      `${t.csvProducts(slug)}.csv`,
      toCsv(
        [t.product, ...[...columns, ...effect].map(({ name }) => name)],
        products.map((product) => [product.name, ...[...columns, ...effect].map(({ csv }) => csv(product))]),
      ),
    );
  return (
    <>
      <section aria-labelledby="by-product">
        <div className={css.headed}>
          <h2 id="by-product">{t.byProduct}</h2>
          {products.length > 0 && (
            <Button kind="quiet" size="small" onClick={save}>
              <Download size={16} strokeWidth={2} aria-hidden="true" />
              CSV
            </Button>
          )}
        </div>
        {products.length === 0 ? (
          <p className={css.quiet}>{t.noProducts}</p>
        ) : (
          <Table label="by-product" products={products} columns={columns} />
        )}
      </section>
      {products.some(({ pinned }) => pinned) && (
        <section aria-labelledby="by-pin">
          <h2 id="by-pin">{t.pinTitle}</h2>
          <p className={css.quiet}>{t.pinNote}</p>
          <Table label="by-pin" products={products.filter(({ pinned }) => pinned)} columns={effect} />
        </section>
      )}
    </>
  );
}

/** Per minute on screen, and per minute on air when it was not. */
function effectColumns(t: Words): Column[] {
  const both = (name: string, of: (part: NonNullable<Product['pinned']>) => number): Column => ({
    name,
    shown: ({ pinned, unpinned }) =>
      t.perMinuteOf(perMinute(pinned ? of(pinned) : undefined), perMinute(unpinned ? of(unpinned) : undefined)),
    csv: ({ pinned, unpinned }) =>
      [pinned, unpinned].map((part) => (part ? Math.round(of(part) * 1000) / 1000 : '')).join(' / '),
  });
  return [
    both(t.viewersThen, ({ viewers }) => viewers),
    both(t.clicksPerMinute, ({ clicks }) => clicks),
    both(t.ordersPerMinute, ({ orders }) => orders),
    {
      ...{ name: t.effectName, head: <Def metric="pinEffect" />, strong: true },
      shown: ({ lift }) => (lift === null ? t.noFigure : t.effect(formatNumber(lift, { maximumFractionDigits: 1 }))),
      csv: ({ lift }) => rate(lift),
    },
  ];
}

function Table({
  label,
  products,
  columns,
}: {
  label: string;
  products: readonly Product[];
  columns: readonly Column[];
}) {
  const t = useInsightsText();
  return (
    <div className={css.wide} tabIndex={0} role="region" aria-labelledby={label}>
      <table className={css.products}>
        <thead>
          <tr>
            <th scope="col">{t.product}</th>
            {columns.map(({ name, head }) => (
              <th key={name} scope="col">
                {head ?? name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {products.map((product) => (
            <tr key={product.productId}>
              <th scope="row">
                <Thing name={product.name} imageUrl={product.imageUrl} />
              </th>
              {columns.map(({ name, shown, strong }) => (
                <td key={name} data-label={strong ? undefined : name} className={strong ? css.amount : undefined}>
                  {shown(product)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
