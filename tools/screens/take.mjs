import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { ensureDemoClip } from '../demo/clip.mjs';
import { ensureChromium } from '../prepare/chromium.mjs';
import { ensureFfmpeg } from '../prepare/ffmpeg.mjs';
import { cacheDir, root } from '../prepare/paths.mjs';
import { freePort } from '../prepare/postgres.mjs';
import { step } from '../prepare/progress.mjs';
import { guest } from './guests.mjs';

const phone = { width: 390, height: 844 };
const desktop = { width: 1440, height: 900 };
const folder = join(root, 'docs/screens');

/** Plays one evening on the hands-on show and photographs it. */
export async function takeScreens() {
  const work = mkdtempSync(join(tmpdir(), 'engawa-screens-'));
  mkdirSync(folder, { recursive: true });
  const product = await step('product', () => startProduct(join(work, 'data')));
  let browser;
  try {
    const executablePath = await ensureChromium();
    const camera = await step('camera', () => cameraFile(work));
    browser = await chromium.launch({
      executablePath,
      chromiumSandbox: process.getuid?.() !== 0,
      args: [
        ...[
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
        ],
        ...['--disable-sync', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
        ...[`--use-file-for-fake-video-capture=${camera}`, '--autoplay-policy=no-user-gesture-required'],
      ],
    });
    await step('evening', () => evening(browser, product));
  } finally {
    await browser?.close();
    await product.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

async function evening(browser, { url, sandboxUrl }) {
  const open = async (viewport, locale, path, script) => {
    const context = await browser.newContext({
      viewport,
      locale,
      deviceScaleFactor: viewport === phone ? 2 : 1,
      timezoneId: 'Asia/Tokyo',
      permissions: ['camera', 'microphone'],
    });
    if (script) await context.addInitScript(script);
    const page = await context.newPage();
    await page.goto(`${url}${path}`);
    return page;
  };

  const before = await open(phone, 'ja-JP', '/s/hands-on');
  await settle(before);
  await shoot(before, 'before-phone');
  const beforeDesktop = await open(desktop, 'en-GB', '/s/hands-on');
  await settle(beforeDesktop);
  await shoot(beforeDesktop, 'before-desktop-en');

  const host = await open(desktop, 'ja-JP', '/studio?show=hands-on', () => {
    // Chromium names the camera by the path of its file.
    Object.defineProperty(MediaStreamTrack.prototype, 'label', { get: () => '内蔵カメラ' });
    Object.defineProperty(MediaDeviceInfo.prototype, 'label', { get: () => '内蔵カメラ' });
  });
  await signIn(host, 'host');
  await host.getByRole('button', { name: '配信を始める' }).click();
  await host.locator('[data-light="live"]').waitFor({ timeout: 60_000 });

  const show = await (await fetch(`${url}/api/public/shows/hands-on`)).json();
  const names = ['みずき', 'kenta_m', 'はる', 'とうこ', 'あや', 'mori_to', 'ゆう', 'Ken'];
  const guests = await Promise.all(names.map((name) => guest(url, sandboxUrl, show.id, name)));
  const [mizuki, kenta, haru, toko, aya, mori, yuu, ken] = guests;
  await aya.says('マグは何mlですか？');
  await host.keyboard.press('1');
  await yuu.clicks(1);
  await yuu.buys(1);
  await toko.clicks(1);
  await toko.buys(1, 2);
  await sleep(8_000);
  await host.keyboard.press('2');
  await ken.clicks(2);
  await ken.buys(2);
  await toko.says('湯のみ買いました、届くのが楽しみ');
  await sleep(8_000);
  await host.keyboard.press('3');
  for (const one of [mizuki, kenta, haru, aya, mori]) await one.clicks(3);
  await mizuki.says('青みのある白なんですね、きれい');
  await kenta.says('音もよく聞こえています');
  await mori.buys(3, 2, 1);
  await aya.buys(3);

  const viewer = await open(phone, 'ja-JP', '/s/hands-on');
  const wide = await open(desktop, 'en-GB', '/s/hands-on');
  await playing(viewer);
  await playing(wide);
  await haru.says('電子レンジは使えますか？');
  await sleep(1_000);
  await host.getByPlaceholder('店主として話す').fill('使えます。金彩のうつわだけは、お控えください。');
  await host.keyboard.press('Enter');
  await sleep(1_000);
  await haru.buys(3);
  await Promise.all(guests.map((one) => one.hearts(3)));
  await sleep(1_200);
  await shoot(viewer, 'viewer-phone');
  await shoot(wide, 'viewer-desktop-en');
  await shoot(host, 'studio');

  await viewer.getByRole('button', { name: '買う' }).first().click();
  await viewer.getByRole('dialog').first().waitFor();
  await settle(viewer);
  await shoot(viewer, 'viewer-phone-buy');

  const studioPhone = await open(phone, 'ja-JP', '/sign-in');
  await signIn(studioPhone, 'marketer');
  for (const [name, page, path] of [
    ['insights', await marketer(open, desktop, 'ja-JP'), `/insights/shows/${show.id}`],
    ['insights-phone', studioPhone, `/insights/shows/${show.id}`],
    ['products-en', await marketer(open, desktop, 'en-GB'), '/products'],
    ['shows', await marketer(open, desktop, 'ja-JP'), '/shows'],
  ]) {
    await page.goto(`${url}${path}`);
    await settle(page);
    await shoot(page, name);
  }
  for (const one of guests) one.leave();
}

async function marketer(open, viewport, locale) {
  const page = await open(viewport, locale, '/sign-in');
  await signIn(page, 'marketer');
  return page;
}

async function signIn(page, role) {
  const accounts = JSON.parse(readFileSync(join(root, 'tools/demo/accounts.json'), 'utf8'));
  const { email, password } = accounts.find((account) => account.role === role);
  await page.getByLabel(/^(メールアドレス|E-?mail)/i).fill(email);
  await page.getByLabel(/^(パスワード|Password)/i).fill(password);
  await page.getByRole('button', { name: /^(サインイン|Sign in)$/i }).click();
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'));
}

const playing = (page) =>
  page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 1, undefined, { timeout: 60_000 });

async function settle(page) {
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.evaluate(() => document.fonts.ready);
  await sleep(1_500);
}

async function shoot(page, name) {
  const png = await page.screenshot();
  await sharp(png)
    .webp({ quality: 74, effort: 6 })
    .toFile(join(folder, `${name}.webp`));
}

async function cameraFile(work) {
  const ffmpegPath = await ensureFfmpeg();
  const clip = await ensureDemoClip({ cacheDir, ffmpegPath, onProgress: () => undefined });
  const file = join(work, 'camera.mjpeg');
  // The host's part of the clip: she holds the mug.
  execFileSync(ffmpegPath, ['-loglevel', 'error', '-i', clip, '-t', '6', '-an', '-c:v', 'mjpeg', '-q:v', '4', file]);
  return file;
}

async function startProduct(dataDir) {
  const [port, mediaPort, rtcPort, sandboxPort] = (await Promise.all([1, 2, 3, 4].map(freePort))).map(String);
  const child = spawn(process.execPath, [join(root, 'tools/start.mjs')], {
    env: {
      ...process.env,
      PORT: port,
      MEDIA_PORT: mediaPort,
      MEDIA_RTC_PORT: rtcPort,
      STRIPE_SANDBOX_PORT: sandboxPort,
      ENGAWA_DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  const url = `http://localhost:${port}`;
  for (;;) {
    const answer = await fetch(`${url}/api/ready`).catch(() => undefined);
    if (answer?.ok) break;
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
    await sleep(200);
  }
  return {
    url,
    sandboxUrl: `http://127.0.0.1:${sandboxPort}`,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}
