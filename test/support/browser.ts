import { chromium, type Browser, type LaunchOptions } from 'playwright-core';

/**
 * Chromium with a made-up camera and microphone. One browser serves a whole spec; each person in it is a context of
 * their own.
 */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch(browserOptions());
}

export function browserOptions(): LaunchOptions {
  const executablePath = process.env.TEST_CHROMIUM;
  if (!executablePath) throw new Error('TEST_CHROMIUM is not set: run this by `npm test -- e2e [pattern]`');
  return {
    executablePath,
    // Chromium's sandbox refuses to run for root, which is who CI is.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ],
  };
}
