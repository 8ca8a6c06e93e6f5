import { describe, expect, it } from '@jest/globals';
import { ATTRIBUTION_WINDOWS, attribute, creditBySource, type Exposure } from './attribution.ts';

const hour = 3_600_000;
const windows = { click: 10 * hour, view: 2 * hour };

/** 'click mail@3': sequences in the order of writing. */
const exposures = (...lines: string[]): Exposure[] =>
  lines.map((line, sequence) => {
    const [, kind, source, at] = /^(click|view) (\w+)@(.+)$/.exec(line)!;
    return { person: 'kei', kind: kind as Exposure['kind'], source: source!, at: Number(at) * hour, sequence };
  });
const order = (at: number, id = 'o1', person = 'kei') => ({ order: id, person, at: at * hour, amount: 1000 });

describe('attribute', () => {
  it.each<[string[], string | null, string]>([
    [['view show@11', 'view mail@11.5'], 'influenced mail', 'the last view'],
    [['click show@5', 'click mail@6'], 'direct mail', 'the last click'],
    [['click mail@3', 'view show@11.9'], 'direct mail', 'a click before a later view'],
    [['click mail@2', 'view show@11'], 'direct mail', 'at the edge of the click window'],
    [['click mail@1.99', 'view show@11'], 'influenced show', 'a view where the click is too old'],
    [['view show@10'], 'influenced show', 'at the edge of the view window'],
    [['view show@9.9'], null, 'past the view window'],
    [['click mail@12.1'], null, 'not what came after'],
    [['click mail@12'], 'direct mail', 'what came at the very moment'],
    [['click mail@7', 'click show@7'], 'direct show', 'by sequence at one moment'],
  ])('%j: %s, %s', (lines, expected, _) => {
    for (const given of [exposures(...lines), exposures(...lines).toReversed()]) {
      const credited = attribute([order(12)], given, windows).get('o1');
      expect(credited ? `${credited.kind} ${credited.exposure.source}` : null).toBe(expected);
    }
  });

  it('credits nobody else’s exposure', () => {
    expect(attribute([order(12, 'o1', 'rin')], exposures('click mail@11'), windows).size).toBe(0);
  });

  it('waits seven days for a click and one for a view', () => {
    const late = exposures('click mail@0', 'view show@144');
    expect(attribute([order(168)], late).get('o1')).toMatchObject({ kind: 'direct' });
    expect(attribute([order(168.5)], late).size).toBe(0);
    expect(ATTRIBUTION_WINDOWS).toEqual({ click: 168 * hour, view: 24 * hour });
  });
});

describe('creditBySource', () => {
  it('shows direct and influenced apart, each order once', () => {
    const orders = [order(1, 'o1'), order(2, 'o2'), order(20, 'o3'), order(40, 'o4')];
    const credited = attribute(orders, exposures('view show@0', 'click show@1.5', 'view mail@19'), windows);
    expect(creditBySource(orders, credited)).toEqual([
      {
        source: 'show',
        directOrders: 1,
        directAmount: 1000,
        influencedOrders: 1,
        influencedAmount: 1000,
        directShare: 0.25,
        influencedShare: 0.25,
      },
      {
        source: 'mail',
        directOrders: 0,
        directAmount: 0,
        influencedOrders: 1,
        influencedAmount: 1000,
        directShare: 0,
        influencedShare: 0.25,
      },
    ]);
    expect(creditBySource([], new Map())).toEqual([]);
  });
});
