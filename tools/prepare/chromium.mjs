import { existsSync } from 'node:fs';
import { ensurePackages, which } from './debian.mjs';
import { SetupError, step } from './progress.mjs';
import { run } from './run.mjs';

const macApps = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * Provides a Chromium for the e2e tests and the screenshots, and fonts with Japanese: `CHROMIUM_PATH`, one that is
 * installed, else the distribution's packages.
 *
 * @returns {Promise<string>} path for playwright-core's `executablePath`
 * @throws {SetupError} naming the command that installs it
 */
export async function ensureChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (existsSync(given)) return given;
    throw new SetupError(`CHROMIUM_PATH is ${given}, where there is no file.`);
  }
  const browser = findBrowser();
  if (browser && (await hasJapaneseFont())) return browser;
  await step('Chromium', async (report) => {
    // Ubuntu's package of that name only brings a snap, which a container cannot run; it is then named by CHROMIUM_PATH.
    const packages = [...(browser ? [] : ['chromium']), 'fonts-noto-cjk', 'fontconfig'];
    await ensurePackages(packages, { purpose: 'Chromium with Japanese fonts', report });
  });
  const installed = findBrowser();
  if (!installed) throw new SetupError('Chromium is missing. Install a Chromium and name it with CHROMIUM_PATH.');
  return installed;
}

function findBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  return names.map(which).find(Boolean) ?? macApps.find((path) => existsSync(path)) ?? null;
}

async function hasJapaneseFont() {
  if (process.platform !== 'linux') return true;
  return run('fc-list', [':lang=ja', 'family']).then(
    (families) => families.trim() !== '',
    () => false,
  );
}
