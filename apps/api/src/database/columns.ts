import type { ColumnOptions } from 'typeorm';

/** bigint amounts and sequences stay far below 2^53; they are numbers in the code. */
export const bigintColumn = (options: ColumnOptions = {}): ColumnOptions => ({
  type: 'bigint',
  transformer: {
    from: (value: string | null) => (value === null ? null : Number(value)),
    to: (value: number | null) => value,
  },
  ...options,
});

export const timeColumn = (options: ColumnOptions = {}): ColumnOptions => ({ type: 'timestamptz', ...options });
export const idColumn = (options: ColumnOptions = {}): ColumnOptions => ({ type: 'uuid', ...options });
