import { hessian, invertPositive, minimise } from './minimise.ts';

export interface Fit<Name extends string> {
  parameters: Record<Name, number>;
  /** From the Hessian in log space by the delta method; null where the likelihood has no peak there. */
  standardErrors: Record<Name, number> | null;
  logLikelihood: number;
  /**
   * False where no start led to a proper peak: the slope did not become level, or the likelihood goes on rising slowly, as it does when
   * the data do not tell the parameters apart. Such parameters are not to be used.
   */
  converged: boolean;
  iterations: number;
  /** How many customers the likelihood was summed over. */
  customers: number;
}

/** A log-likelihood summed over all customers, and its derivative by each parameter. */
export type LogLikelihood = (parameters: number[]) => { value: number; gradient: number[] };

/** Beyond e^±20 a parameter means nothing in these models. */
const FARTHEST = 20;
/** A parameter that is known to no better than a factor of e^10 is not known. */
const MOST_UNCERTAIN = 10;

/**
 * Fits positive parameters in log space, from several starts. Parameters that carry a unit should be scaled to the order of one:
 * `units` are what the results are multiplied by.
 *
 * @param starts each a guess of all parameters, in the order of `names` and in scaled units
 */
export function fitPositive<Name extends string>(
  names: readonly Name[],
  logLikelihood: LogLikelihood,
  customers: number,
  starts: number[][],
  units: number[],
): Fit<Name> {
  const objective = (logs: number[]) => {
    if (logs.some((one) => !(Math.abs(one) < FARTHEST))) return { value: Infinity, gradient: logs.map(() => 0) };
    const parameters = logs.map(Math.exp);
    const { value, gradient } = logLikelihood(parameters);
    return { value: -value / customers, gradient: gradient.map((one, i) => (-one * parameters[i]!) / customers) };
  };
  const minimum = minimise(
    objective,
    starts.map((start) => start.map(Math.log)),
  );
  const variances = invertPositive(hessian(objective, minimum.point))?.map((row, i) => row[i]! / customers);
  const spread = variances?.map(Math.sqrt) ?? null;
  const named = (values: number[]) =>
    Object.fromEntries(names.map((name, i) => [name, values[i]!])) as Record<Name, number>;
  const parameters = minimum.point.map((one, i) => Math.exp(one) * units[i]!);
  return {
    parameters: named(parameters),
    standardErrors: spread && named(spread.map((one, i) => one * parameters[i]!)),
    logLikelihood: -minimum.value * customers,
    converged: minimum.converged && spread !== null && spread.every((one) => one < MOST_UNCERTAIN),
    iterations: minimum.iterations,
    customers,
  };
}
