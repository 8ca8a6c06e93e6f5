import { statfs } from 'node:fs/promises';

/**
 * The disk is shared with the database, which must not run out of it.
 * @throws an error with the code ENOSPC, as the disk itself does, when less than `keepFreeBytes` would be left
 */
export async function requireRoom(folder: string, bytes: number, keepFreeBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize - bytes >= keepFreeBytes) return;
  throw Object.assign(new Error('the disk has to keep some room'), { code: 'ENOSPC' });
}

export function isDiskFull(error: unknown): boolean {
  const { code } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
