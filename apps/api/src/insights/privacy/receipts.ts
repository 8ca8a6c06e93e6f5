import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { compactVerify, CompactSign } from 'jose';
import { ErasureClaims } from '#contracts/privacy';
import { AppError } from '#platform/app-error';
import { deriveKey } from '#platform/grants';

/** PKCS #8 of an Ed25519 key up to its 32 bytes (RFC 8410, section 7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

let pair: { privateKey: KeyObject; publicKey: KeyObject } | undefined;

/** Of the installation's secret, so that nothing needs to be stored and every process has the same. */
function keys(): { privateKey: KeyObject; publicKey: KeyObject } {
  if (!pair) {
    const der = Buffer.concat([PKCS8_ED25519, deriveKey('erasure-receipt').export()]);
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    pair = { privateKey, publicKey: createPublicKey(privateKey) };
  }
  return pair;
}

/** Signs what was erased: whoever has the receipt can prove it, and anybody can check it. */
export async function signReceipt(claims: ErasureClaims): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', typ: 'engawa-erasure+jws' })
    .sign(keys().privateKey);
}

/** @throws receipt_invalid for one that another key has signed, or that was changed */
export async function verifyReceipt(receipt: string): Promise<ErasureClaims> {
  try {
    const { payload } = await compactVerify(receipt, keys().publicKey, { algorithms: ['EdDSA'] });
    return ErasureClaims.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    throw new AppError('receipt_invalid');
  }
}

/** JSON Web Key of the public half. */
export function receiptKey(): Record<string, string> {
  return { ...(keys().publicKey.export({ format: 'jwk' }) as Record<string, string>), use: 'sig', alg: 'EdDSA' };
}
