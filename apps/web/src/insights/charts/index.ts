// The chart parts of all insights pages. Each has a name, a table twin (T), a CSV file, arrow keys with spoken values, and its own
// empty and loading states; colours are those of tokens.css.
//
// TimeChart   lines and bars over time in one panel or several, with the period before (tone 'compare'), spans (deals, answers), marks, and a
//             lane of things that lasted (pins) below the axis
// BarChart    a value for each of a few named things          Funnel     people step by step, with shares
// Histogram   how many fall into each bin, beside a model     HeatMap    cohorts by month: null is not over yet
// Grid        two scores against each other (RFM), cells may be picked
// DateRange   chooses the period of a page; usePeriod() reads it; daySlots() and monthSlots() make its time axis
export { BarChart } from './BarChart.tsx';
export { DateRange, usePeriod } from './DateRange.tsx';
export { Funnel } from './Funnel.tsx';
export { Grid } from './Grid.tsx';
export { HeatMap } from './HeatMap.tsx';
export { Histogram } from './Histogram.tsx';
export { dayOf, instantsOf, type DayRange } from './range.ts';
export { daySlots, monthSlots, playheadSlots, secondSlots } from './slots.ts';
export { TimeChart } from './TimeChart.tsx';
export type { LaneItem, Mark, Panel, Series, Slot } from './types.ts';
