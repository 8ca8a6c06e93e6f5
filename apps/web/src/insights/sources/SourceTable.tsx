import type { SourceRow } from '#contracts/sources';
import { formatNumber, money } from '../../i18n.ts';
import { useSession } from '../../staff/session.ts';
import { ChartFigure } from '../charts/ChartFigure.tsx';
import type { TableTwin } from '../charts/types.ts';
import { Def } from '../Def.tsx';
import css from './Sources.module.css';
import { useSourcesText } from './texts.ts';

const MOST_ROWS = 200;

/** Sessions by where they came from, with what was bought in them. */
export function SourceTable({ sources }: { sources: readonly SourceRow[] }) {
  const t = useSourcesText();
  const { brand } = useSession();
  const most = Math.max(1, ...sources.map(({ sessions }) => sessions));
  const nameOf = ({ source }: SourceRow) => (source === 'direct' ? t.direct : source);
  const conversion = ({ buyers, persons }: SourceRow) => (persons === 0 ? null : buyers / persons);
  const share = (value: number | null) =>
    value === null ? '—' : formatNumber(value, { style: 'percent', maximumFractionDigits: 1 });
  const text = (words: string) => ({ shown: words, csv: words });
  const number = (value: number) => ({ shown: formatNumber(value), csv: value });
  const amount = (value: number) => ({ shown: money(value, brand.currency), csv: value });
  const twin: TableTwin = {
    columns: [
      ...[t.source, t.medium, t.campaign].map((name) => ({ name })),
      ...[t.sessions, t.persons, t.buyers, t.conversion, t.orders, t.gmv, t.net].map((name) => ({
        name,
        numeric: true,
      })),
    ],
    rows: sources.map((row) => [
      ...[nameOf(row), row.medium, row.campaign].map(text),
      ...[row.sessions, row.persons, row.buyers].map(number),
      { shown: share(conversion(row)), csv: conversion(row) },
      number(row.orders),
      amount(row.gmvAmount),
      amount(row.netAmount),
    ]),
  };
  return (
    <ChartFigure title={t.sources} unit={t.sourcesUnit} csvName="sources" twin={twin} isTable empty={t.noSources}>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={t.sources}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t.source}</th>
              <th scope="col">{t.campaign}</th>
              <th scope="col">{t.sessions}</th>
              <th scope="col">{t.persons}</th>
              <th scope="col">{t.buyers}</th>
              <th scope="col">
                <Def metric="sourceConversion">{t.conversion}</Def>
              </th>
              <th scope="col">
                <Def metric="gmv">{t.gmv}</Def>
              </th>
              <th scope="col">
                <Def metric="netSales">{t.net}</Def>
              </th>
            </tr>
          </thead>
          <tbody>
            {sources.map((row) => (
              <tr key={`${row.source} ${row.medium} ${row.campaign}`}>
                <th scope="row">
                  {nameOf(row)}
                  {row.medium === '' ? null : <small>{row.medium}</small>}
                  <i className={css.bar} style={{ transform: `scaleX(${row.sessions / most})` }} aria-hidden="true" />
                </th>
                <td>{row.campaign}</td>
                <td>{formatNumber(row.sessions)}</td>
                <td>{formatNumber(row.persons)}</td>
                <td>{formatNumber(row.buyers)}</td>
                <td>{share(conversion(row))}</td>
                <td>{money(row.gmvAmount, brand.currency)}</td>
                <td>
                  <b>{money(row.netAmount, brand.currency)}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sources.length >= MOST_ROWS ? <p className={css.quiet}>{t.most}</p> : null}
    </ChartFigure>
  );
}
