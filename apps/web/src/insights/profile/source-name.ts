import type { useProfileText } from './texts.ts';

type Words = ReturnType<typeof useProfileText>;

const names = {
  code: 's_code',
  mail_link: 's_mail_link',
  server: 's_server',
  user_hash: 's_user_hash',
  alias: 's_alias',
  order: 's_order',
  browser: 's_browser',
  undo: 's_undo',
  merge: 's_merge',
} as const;

/** How it became known that two identifiers are one person, in words. */
export function sourceName(t: Words, source: string): string {
  return source in names ? t[names[source as keyof typeof names]] : source;
}
