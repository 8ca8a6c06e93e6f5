import { atom } from 'nanostores';

const KEY = 'engawa.nickname';
export const NICKNAME_MAX = 24;

function read(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

/** The name that stands before this browser's messages; empty until it was asked. */
export const nickname = atom(read());

export function keepNickname(name: string): void {
  nickname.set(name);
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // Asked again next time.
  }
}
