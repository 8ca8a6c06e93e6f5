/**
 * The host of the demo show: signs in like anybody, goes on air with the clip through the ordinary ingest, puts the goods on screen
 * in turn and greets who speaks. It comes back by itself when the api or the media process was away.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readFile } from 'node:fs/promises';
import { io } from 'socket.io-client';
import { publishClip } from './publish.mjs';

const { PUBLIC_URL: apiUrl, DEMO_CLIP: clip, DEMO_ACCOUNTS: accountsFile, FFMPEG_PATH: ffmpegPath } = process.env;
const SLUG = 'autumn-kiln';
const PIN_SECONDS = 45;
/** Every other product gets a deal while it is on screen. */
const DEAL_EVERY_PINS = 2;
const DEAL = { kind: 'percent', value: 20, quantity: 5, perBuyer: 2, seconds: 40 };
const GREET_AFTER_MS = 1_500;

const say = (level, message) => console.log(JSON.stringify({ level, time: Date.now(), msg: message }));

async function signIn() {
  const accounts = JSON.parse(await readFile(accountsFile, 'utf8'));
  const { email, password } = accounts.find(({ role }) => role === 'host');
  const response = await fetch(`${apiUrl}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error(`sign-in answered ${response.status}`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function call(cookie, method, path, body) {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { cookie, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(`${path}: ${answer.code}`), { code: answer.code });
  return answer;
}

/** Repeats `work` for ever; after a failure with growing patience. */
async function always(name, work) {
  for (let wait = 500; ;) {
    try {
      await work();
      wait = 500;
    } catch (error) {
      say(40, `${name}: ${error.message}`);
      await sleep(wait);
      wait = Math.min(wait * 2, 3_000);
    }
  }
}

/** One broadcast after another while the show is on. */
async function broadcast(cookie, showId) {
  const grant = await call(cookie, 'POST', `/api/shows/${showId}/go-live`, { plainIngest: true });
  const { ended, stop } = publishClip({ grant, clip, ffmpegPath });
  stopBroadcast = stop;
  say(30, `on air as ${grant.broadcastId}`);
  const reason = await ended;
  say(30, `off air: ${reason}`);
  await sleep(500);
}

let stopBroadcast = () => {};

/** The room: pins in turn, and a word for everyone who speaks for the first time. */
function host(cookie, show) {
  const socket = io(apiUrl, { transports: ['websocket'], extraHeaders: { cookie }, reconnectionDelayMax: 3_000 });
  const greeted = new Set();
  let left = false;
  let next = 0;
  const send = (event, payload) =>
    socket
      .timeout(5_000)
      .emitWithAck(event, { showId: show.id, ...payload })
      .catch((error) => say(40, `${event}: ${error.message}`));

  const pinNext = async () => {
    if (!socket.connected || show.offers.length === 0) return;
    const offer = show.offers[next % show.offers.length];
    await send('pin.set', { offerId: offer.id });
    if (next % DEAL_EVERY_PINS === DEAL_EVERY_PINS - 1) await startDeal(offer);
    next += 1;
  };
  /** A short flash deal of what is on screen, so that a newcomer meets one. */
  const startDeal = (offer) =>
    call(cookie, 'POST', `/api/shows/${show.id}/deals`, { offerId: offer.id, variantId: null, ...DEAL }).catch(
      (error) => say(40, `deal: ${error.message}`),
    );
  socket.on('connect', () => void send('show.join', {}));
  // After a goodbye or a refusal of the api, which may just be restarting, socket.io does not come back by itself.
  const comeBack = () => setTimeout(() => socket.active || left || socket.connect(), 1_000);
  socket.on('disconnect', comeBack);
  socket.on('connect_error', comeBack);
  socket.on('show.frame', ({ events = [] }) => {
    for (const event of events) {
      if (event.type !== 'chat.posted' || event.message.role !== 'viewer' || greeted.has(event.message.viewerId))
        continue;
      greeted.add(event.message.viewerId);
      const { name, text } = event.message;
      const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/.test(text + name);
      const words = japanese
        ? `${name}さん、いらっしゃいませ。気になるうつわがあれば聞いてくださいね。`
        : `Welcome, ${name}. Ask me anything about the pieces you see.`;
      setTimeout(
        () => void send('chat.send', { clientMessageId: `greet-${event.message.id}`, name: 'host', text: words }),
        GREET_AFTER_MS,
      );
    }
  });
  void pinNext();
  const timer = setInterval(() => void pinNext(), PIN_SECONDS * 1_000);
  socket.once('connect', () => setTimeout(() => void pinNext(), 500));
  return () => {
    left = true;
    clearInterval(timer);
    socket.disconnect();
  };
}

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, async () => {
    await stopBroadcast();
    process.exit(0);
  });
}

let cookie;
let show;
await (async () => {
  for (;;) {
    try {
      cookie = await signIn();
      show = await call(cookie, 'GET', `/api/public/shows/${SLUG}`);
      return;
    } catch (error) {
      say(40, `waiting for the api: ${error.message}`);
      await sleep(1_000);
    }
  }
})();
const leave = host(cookie, show);
await always('broadcast', async () => {
  try {
    await broadcast(cookie, show.id);
  } catch (error) {
    if (error.code === 'unauthenticated') cookie = await signIn();
    if (error.code !== 'show_ended') throw error;
    // Somebody ended the demo show: nothing is left to do until the next start.
    say(30, 'the demo show has ended');
    leave();
    await new Promise(() => setInterval(() => {}, 3_600_000));
  }
});
