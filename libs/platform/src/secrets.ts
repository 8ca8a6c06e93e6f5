import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { config } from './config.ts';

/** First byte of what is sealed: which cipher and key derivation it was sealed with, so that both may change one day. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const keys = new Map<string, Buffer>();

/** One key of the installation, derived by HKDF (RFC 5869): the master secret itself encrypts nothing. */
function sealingKey(): Buffer {
  let key = keys.get(config.secret);
  if (!key) {
    key = Buffer.from(hkdfSync('sha256', config.secret, '', 'engawa:secrets:v1', 32));
    keys.set(config.secret, key);
  }
  return key;
}

/**
 * Encrypts a secret for the database by AES-256-GCM: version, nonce, ciphertext and tag in one piece.
 * @param owner whose secret it is, such as a brand's id: only under the same owner does it open again, so that a row copied to another is useless
 */
export function seal(secret: string, owner: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(ownerBytes(owner));
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), nonce, body, cipher.getAuthTag()]);
}

/** @throws Error when it was changed, belongs to another owner, or was sealed under another ENGAWA_SECRET */
export function unseal(sealed: Buffer, owner: string): string {
  if (sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) throw new Error('no sealed secret');
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(ownerBytes(owner));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const body = sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES);
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    throw new Error('a sealed secret does not open: it was changed, or ENGAWA_SECRET is another');
  }
}

/** The version is covered too: a later one must not be read as an earlier. */
const ownerBytes = (owner: string) => Buffer.from(`${VERSION}:${owner}`, 'utf8');
