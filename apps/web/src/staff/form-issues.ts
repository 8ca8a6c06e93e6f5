/**
 * Fields that were refused, by path ("variants.0.sku"), in one shape for what the contract's schema says in the browser and what the server
 * says in `invalid_request`. The words belong to each form: an issue only names its field.
 */
export type Issues = ReadonlySet<string>;

export const noIssues: Issues = new Set();

/** Paths out of a zod error or out of `details.issues`, where a path is a list or already a dotted text. */
export function issuePaths(issues: unknown): Issues {
  if (!Array.isArray(issues)) return noIssues;
  const paths = new Set<string>();
  for (const issue of issues as unknown[]) {
    const path = typeof issue === 'object' && issue !== null && 'path' in issue ? issue.path : undefined;
    if (Array.isArray(path)) paths.add(path.map(String).join('.'));
    else if (typeof path === 'string') paths.add(path.replace(/^body\./, '').replaceAll(/\[(\d+)\]/g, '.$1'));
  }
  return paths;
}
