/** What the driver threw, also where TypeORM has wrapped it. */
function driverError(error: unknown): { code?: unknown; constraint?: unknown } | null {
  const thrown = error as { driverError?: object } | null;
  return thrown?.driverError ?? thrown;
}

/** SQLSTATE of what the driver threw; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  const code = driverError(error)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Name of the constraint that refused a row, such as 'shows_slug_key'. */
export function violatedConstraint(error: unknown): string | undefined {
  const constraint = driverError(error)?.constraint;
  return typeof constraint === 'string' ? constraint : undefined;
}
