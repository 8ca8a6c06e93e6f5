/** Where the sign-in leads: back to the page that asked for it. Only a path of this house, so that no link can lead a member away. */
export function next(query: URLSearchParams): string {
  const path = query.get('next') ?? '';
  return /^\/(?![/\\])/.test(path) && !path.startsWith('/sign-in') ? path : '/shows';
}
