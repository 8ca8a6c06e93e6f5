import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** argon2id with OWASP's second recommended setting: 19 MiB, two passes, one lane. */
const MEMORY_KIB = 19_456;
const PASSES = 2;

async function derived(password: string, nonce: Buffer): Promise<Buffer> {
  return derive('argon2id', {
    message: password,
    nonce,
    parallelism: 1,
    tagLength: 32,
    memory: MEMORY_KIB,
    passes: PASSES,
  });
}

/** A PHC string, so that the parameters may grow without breaking what is stored. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derived(password, nonce);
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${nonce.toString('base64url')}$${tag.toString('base64url')}`;
}

export async function passwordMatches(password: string, stored: string): Promise<boolean> {
  const [, , , parameters, nonce, tag] = stored.split('$');
  if (parameters !== `m=${MEMORY_KIB},t=${PASSES},p=1` || !nonce || !tag) return false;
  const expected = Buffer.from(tag, 'base64url');
  const actual = await derived(password, Buffer.from(nonce, 'base64url'));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
