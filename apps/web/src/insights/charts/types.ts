import type { ReactNode } from 'react';
import type { CsvCell } from '#contracts/csv';

/** The same numbers as a chart's, as a table on the page and in a file. */
export interface TableTwin {
  columns: readonly { name: string; /** Numbers stand at the right. */ numeric?: boolean }[];
  /** Written as on the page; a number keeps its digits in the file. The first cell names the row. */
  rows: readonly (readonly TwinCell[])[];
}

/** `shown` is what the page writes, `csv` what the file has: money with its symbol here, a plain number there. */
export interface TwinCell {
  shown: string;
  csv: CsvCell;
}

/** What all charts have in common. */
export interface FigureProps {
  /** The heading; often a `<Def>`. */
  title: ReactNode;
  /** Beside the heading, smaller: by what, in whose time zone. */
  unit?: ReactNode;
  /** Without its ending. */
  csvName: string;
  /** Buttons of the page's own, before those of every chart. */
  tools?: ReactNode;
  loading?: boolean;
  /** Said in the place of the chart when there is nothing to draw. */
  empty?: string;
}

/** Colours of look.md: there is no fifth. A comparison is drawn dashed, or hollow. */
export type Tone = 1 | 2 | 3 | 4 | 'compare';

/** One step of the time axis: a second, a minute, a day, a month. All series of a chart have one value for each. */
export interface Slot {
  from: number;
  /** Excluded. */
  to: number;
  /** As it is spoken and written in the table: "20:34", "10月17日(土)". */
  label: string;
}

export interface Series {
  id: string;
  name: string;
  tone: Tone;
  /** One for each slot; null where there is none, which is not 0. */
  values: readonly (number | null)[];
  /** Filled below the line. */
  area?: boolean;
  /** A finer line than the slots have, drawn in their place: the value holds from `at` until the next. */
  curve?: readonly { at: number; value: number }[];
}

export interface Panel {
  kind: 'line' | 'bars';
  series: readonly Series[];
  /** A value as it is spoken and written: "¥79,780". */
  format: (value: number) => string;
  /** A value as it stands on the axis: "8万円". By default as spoken. */
  axisFormat?: (value: number) => string;
  /** A value in the file; by default the number itself. Money in minor units needs its own. */
  csv?: (value: number) => CsvCell;
  height?: number;
  /** Names a point of this panel with a ring and these words: the peak. */
  mark?: { at: number; value: number; words: string };
  /** Said inside the panel when none of its values is above 0. */
  nothing?: string;
}

/** A part of the time that means something: a running deal, what the answer above the chart speaks of. */
export interface Span {
  from: number;
  to: number;
  tone: 'deal' | 'answer';
  name?: string;
}

/** An instant that means something, as a dropped line with its words. */
export interface Mark {
  at: number;
  name: string;
}

/** Something that lasted, below the axis: a pin with its picture. */
export interface LaneItem {
  id: string;
  from: number;
  to: number;
  name: string;
  detail: string;
  imageUrl: string | null;
  /** Who is named first where room is scarce. */
  weight: number;
  tone: 'now' | 'answer' | 'plain';
}
