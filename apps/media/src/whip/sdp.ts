import { parseParams, type MediaDescription } from 'sdp-transform';
import { AppError } from '#platform/app-error';

/** An `invalid_request` whose issue names the line that is wrong. */
export function wrong(path: string, message: string): AppError {
  return new AppError('invalid_request', { issues: [{ path, message }] }, `${path}: ${message}`);
}

/** `a=fmtp` of a payload type, as names and values. */
export function settingsOf(section: MediaDescription, payload: number): Record<string, string | number> {
  const config = section.fmtp.find((one) => one.payload === payload)?.config;
  if (config === undefined) return {};
  const settings = Object.entries(parseParams(config)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(settings) as Record<string, string | number>;
}
