/** A smooth function of several variables with its gradient. May answer Infinity outside its domain. */
export type Objective = (point: number[]) => { value: number; gradient: number[] };

export interface Minimum {
  point: number[];
  value: number;
  iterations: number;
  /** False where the slope did not become level: the point is only the lowest that was seen. */
  converged: boolean;
}

const LEVEL = 1e-9;
/** Rounding may hold the last steps back; a slope below this is still level for every figure that is shown. */
const NEARLY_LEVEL = 1e-6;
const MOST_ITERATIONS = 300;
const LONGEST_STEP = 2;

/**
 * The lowest minimum found from several starts by BFGS (Nocedal and Wright, Numerical Optimization, algorithm 6.1) with a
 * backtracking line search. Scale the function so that its value and its variables are of the order of one.
 */
export function minimise(objective: Objective, starts: number[][]): Minimum {
  const minima = starts.map((start) => descend(objective, start));
  return minima.reduce((best, one) => (better(one, best) ? one : best));
}

const better = (one: Minimum, best: Minimum) =>
  one.value < best.value - 1e-9 || (one.converged && !best.converged && one.value <= best.value + 1e-9);

function descend(objective: Objective, start: number[]): Minimum {
  let point = start;
  let { value, gradient } = objective(point);
  let inverse = identity(point.length);
  let iterations = 0;
  for (; iterations < MOST_ITERATIONS && slope(gradient) > LEVEL; iterations += 1) {
    let direction = inverse.map((row) => -dot(row, gradient));
    if (dot(direction, gradient) >= 0) {
      inverse = identity(point.length);
      direction = gradient.map((one) => -one);
    }
    const length = Math.hypot(...direction);
    if (length > LONGEST_STEP) direction = direction.map((one) => (one * LONGEST_STEP) / length);

    const next = backtrack(objective, point, value, gradient, direction);
    if (!next) break;
    const step = next.point.map((one, i) => one - point[i]!);
    const turn = next.gradient.map((one, i) => one - gradient[i]!);
    inverse = updated(inverse, step, turn, iterations === 0);
    ({ point, value, gradient } = next);
  }
  return { point, value, iterations, converged: slope(gradient) < NEARLY_LEVEL };
}

/** Halves the step until the function falls as the slope promises (Armijo); null where it does not fall any more. */
function backtrack(objective: Objective, point: number[], value: number, gradient: number[], direction: number[]) {
  const promised = dot(direction, gradient);
  const rounding = 1e-15 * Math.abs(value);
  for (let share = 1; share > 1e-10; share /= 2) {
    const next = point.map((one, i) => one + share * direction[i]!);
    const at = objective(next);
    const falls = at.value < value && at.value <= value + 1e-4 * share * promised;
    // Next to the minimum the fall drowns in rounding; there the slope, which is exact, tells which point is lower.
    const levels = at.value <= value + rounding && slope(at.gradient) < slope(gradient) / 2;
    if (falls || levels) return { point: next, ...at };
  }
  return null;
}

/** The BFGS update of the inverse Hessian; skipped where the curvature is not positive. */
function updated(inverse: number[][], step: number[], turn: number[], first: boolean): number[][] {
  const curvature = dot(step, turn);
  if (!(curvature > 1e-14 * Math.hypot(...step) * Math.hypot(...turn))) return inverse;
  const scale = first ? curvature / dot(turn, turn) : 1;
  const old = inverse.map((row) => row.map((one) => one * scale));
  const turned = old.map((row) => dot(row, turn));
  const factor = (1 + dot(turn, turned) / curvature) / curvature;
  return old.map((row, i) =>
    row.map(
      (one, j) => one + factor * step[i]! * step[j]! - (turned[i]! * step[j]! + step[i]! * turned[j]!) / curvature,
    ),
  );
}

/** The matrix of second derivatives, by central differences of the gradient. */
export function hessian(objective: Objective, point: number[], h = 1e-4): number[][] {
  const rows = point.map((_, i) => {
    const moved = (by: number) => objective(point.map((one, j) => (i === j ? one + by : one))).gradient;
    const up = moved(h);
    const down = moved(-h);
    return up.map((one, j) => (one - down[j]!) / (2 * h));
  });
  return rows.map((row, i) => row.map((one, j) => (one + rows[j]![i]!) / 2));
}

/** The inverse of a symmetric matrix by Cholesky's decomposition, or null where it is not positive definite. */
export function invertPositive(matrix: number[][]): number[][] | null {
  const n = matrix.length;
  const lower = matrix.map(() => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const rest = matrix[i]![j]! - dot(lower[i]!.slice(0, j), lower[j]!.slice(0, j));
      if (i !== j) lower[i]![j] = rest / lower[j]![j]!;
      else if (rest > 0) lower[i]![i] = Math.sqrt(rest);
      else return null;
    }
  }
  const columns = identity(n).map((unit) => {
    const forward: number[] = [];
    for (let i = 0; i < n; i += 1) forward.push((unit[i]! - dot(lower[i]!.slice(0, i), forward)) / lower[i]![i]!);
    const solution = new Array<number>(n).fill(0);
    for (let i = n - 1; i >= 0; i -= 1) {
      let rest = forward[i]!;
      for (let k = i + 1; k < n; k += 1) rest -= lower[k]![i]! * solution[k]!;
      solution[i] = rest / lower[i]![i]!;
    }
    return solution;
  });
  return columns;
}

const dot = (u: number[], v: number[]) => u.reduce((sum, one, i) => sum + one * v[i]!, 0);
const slope = (gradient: number[]) => gradient.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
