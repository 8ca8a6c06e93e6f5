/** From here on the asymptotic series below are exact to the last digits of a double. */
const ASYMPTOTIC_FROM = 10;

/**
 * ln Γ(x) for x > 0, by Stirling's series (Abramowitz and Stegun 6.1.41) after shifting x upwards by Γ(x + 1) = x Γ(x).
 * Absolute error below 1e-14 for arguments of ordinary size.
 */
export function lnGamma(x: number): number {
  let product = 1;
  let y = x;
  for (; y < ASYMPTOTIC_FROM; y += 1) product *= y;
  const inverse = 1 / (y * y);
  const series =
    (1 / 12 -
      (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - (691 / 360360) * inverse) * inverse) * inverse) * inverse) *
        inverse) /
    y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

/** ψ(x) = d ln Γ(x) / dx for x > 0 (Abramowitz and Stegun 6.3.18, shifted by 6.3.5). */
export function digamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < ASYMPTOTIC_FROM; y += 1) shift += 1 / y;
  const inverse = 1 / (y * y);
  const series =
    (1 / 12 -
      (1 / 120 - (1 / 252 - (1 / 240 - (1 / 132 - (691 / 32760) * inverse) * inverse) * inverse) * inverse) * inverse) *
    inverse;
  return Math.log(y) - 0.5 / y - series - shift;
}

/** ln(e^u + e^v) without overflow; either may be −∞. */
export function logAddExp(u: number, v: number): number {
  const high = Math.max(u, v);
  return high === -Infinity ? high : high + Math.log1p(Math.exp(Math.min(u, v) - high));
}

const HUGE = 1e250;

/**
 * (1 − z)^A · c · 2F1(A, B; c; z), Gauss's hypergeometric function with two factors that keep it tame: c, because 2F1 has a pole at
 * c = 0 and this has not, and the power, because 2F1 alone leaves the range of a double as z nears 1 with a large A.
 *
 * For A > 0, B > 0, c > −1 and 0 ≤ z < 1. All terms after the first are positive, so that none cancels another.
 */
export function scaledHyp2f1(A: number, B: number, c: number, z: number): number {
  let lnScale = A * Math.log1p(-z);
  let sum = c;
  let term = A * B * z;
  for (let n = 1; term > 0; n += 1) {
    sum += term;
    const growth = (((A + n) * (B + n)) / ((c + n) * (n + 1))) * z;
    // What is left of the series is below term · growth / (1 − growth), once the terms shrink.
    if (growth < 1 && term * growth <= 1e-17 * (1 - growth) * (Math.abs(sum) + Math.abs(c))) break;
    term *= growth;
    if (sum > HUGE) {
      sum /= HUGE;
      term /= HUGE;
      lnScale += Math.log(HUGE);
    }
  }
  return lnScale > -600 ? sum * Math.exp(lnScale) : Math.sign(sum) * Math.exp(lnScale + Math.log(Math.abs(sum)));
}
