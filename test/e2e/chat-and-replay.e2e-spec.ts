import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Replay } from '#contracts/replays';
import { wallTimeAt } from '#contracts/time-map';
import { cards } from './drivers/buyer.ts';
import { Evening, show } from './drivers/evening.ts';
import { eventually } from './drivers/eventually.ts';
import type { Host } from './drivers/host.ts';
import { desktop, phone } from './drivers/person.ts';
import type { Rewatcher, Scene } from './drivers/rewatcher.ts';

const CUP = '灰釉の湯のみ';
const MUG = '月白のマグ';
/** A camera that stops on a busy machine leaves its last keyframe on the screen. */
const STILL_SECONDS = 3;
const run = promisify(execFile);

let evening: Evening;
let host: Host;
let mio: Rewatcher;
let ken: Rewatcher;
beforeAll(async () => {
  evening = await Evening.begin();
  host = await evening.hostOnAir();
  [mio, ken] = await Promise.all([evening.rewatcher(phone), evening.rewatcher({ ...desktop, still: true })]);
  ken.name = 'Ken';
  for (const viewer of [mio, ken]) await viewer.opens(show.slug);
  await Promise.all([mio.seesPictureAfter(0), ken.seesPictureAfter(0)]);
}, 240_000);
afterAll(() => evening?.end());

const everybody = () => [host, mio, ken];

describe('chat both ways', () => {
  it('shows an own message at once, first as being sent', async () => {
    const seen = await mio.watchesChat();
    await mio.hasSaid('電子レンジで使えますか');
    const [sending, sent] = (await seen()).filter((line) => line.includes('電子レンジ'));
    expect(sending).toContain(mio.wordForSending);
    expect(sent).not.toContain(mio.wordForSending);
  });

  it('carries the question to the host and the answer to everybody', async () => {
    await host.reads('電子レンジで使えますか');
    await host.says('はい、急須のほかは使えます');
    for (const viewer of [mio, ken]) await viewer.readsFromHost('はい、急須のほかは使えます');
    await ken.says('Good to know, thank you');
    for (const person of everybody()) await person.reads('Good to know, thank you');
  });

  it('lets a key of the host put an offer on every screen, and 0 take it off', async () => {
    await host.presses('3');
    for (const person of everybody()) await person.seesPinned(MUG);
    await host.presses('1');
    for (const person of everybody()) await person.seesPinned(CUP);
    await host.presses('0');
    for (const person of everybody()) await person.seesNothingPinned();
  });

  it('counts the hearts of others', async () => {
    await mio.givesHearts(3);
    await ken.seesHearts(3);
  });

  it('tells a viewer who is muted, and lets nothing of theirs through until they are not', async () => {
    await host.mutes('Good to know, thank you');
    await ken.isMuted();
    await mio.says('わたしは書けます');
    await host.reads('わたしは書けます');
    await host.unmutes('Good to know, thank you');
    await ken.isUnmuted();
    await ken.says('I am back');
    for (const person of everybody()) await person.reads('I am back');
  });

  it('has a desk for a moderator, who looks after the chat and moves nothing of the show', async () => {
    const moderator = await evening.moderator();
    await moderator.opensDesk(host.showId);
    await moderator.reads('I am back');
    await moderator.seesPicture();
    expect(await moderator.buttonsOfTheHost()).toEqual([]);
    for (const key of ['3', 'd', 'm', 'c']) await moderator.presses(key);
    // What a key had asked of the server would have been done before this.
    await moderator.mutes('電子レンジで使えますか');
    await mio.isMuted();
    await moderator.unmutes('電子レンジで使えますか');
    await mio.isUnmuted();
    for (const person of [host, moderator]) await person.seesNothingPinned();
    expect(await moderator.page.getByRole('dialog').count()).toBe(0);
    await moderator.leaves();
  });

  it('takes a deleted message off every screen', async () => {
    await host.deletes('わたしは書けます');
    for (const viewer of [mio, ken]) {
      await viewer.readsOfDeletion();
      expect(await viewer.line('わたしは書けます').count()).toBe(0);
    }
  });

  it('shows the same history after a reload', async () => {
    const said = [
      'みお: 電子レンジで使えますか',
      '早川: はい、急須のほかは使えます',
      'Ken: Good to know, thank you',
      'Ken: I am back',
    ];
    expect(await mio.messages()).toEqual(said);
    await mio.reloads();
    await mio.reads('I am back');
    expect(await mio.messages()).toEqual(said);
    await mio.says('読み直しました');
    await ken.reads('読み直しました');
  });

  it('reads after a cut what was said meanwhile, without a hole and without a double', async () => {
    const said = [1, 2, 3, 4, 5].map((count) => `器の話 その${count}`);
    await ken.losesNetwork();
    await ken.noticesLostNetwork();
    for (const text of said) await host.says(text);
    await mio.reads(said.at(-1)!);
    expect(await ken.line('器の話').count()).toBe(0);
    await ken.regainsNetwork();
    await ken.catchesUp(said.length);
    await host.says('器の話 おわり');
    await ken.reads('器の話 おわり');
    const read = (await ken.messages()).filter((message) => message.includes('器の話'));
    expect(read).toEqual([...said, '器の話 おわり'].map((text) => `早川: ${text}`));
  });
});

describe('the replay', () => {
  /** Of the last scenes, when each began on the host's clock. */
  const began: number[] = [];
  let replay: Replay;

  /** By how many seconds the picture is older than the moment of which chat and product are shown with it. */
  const late = ({ position, clock }: Scene) => (wallTimeAt(replay.map, position)! - clock) / 1000;

  beforeAll(async () => {
    for (const [key, name] of [
      ['3', MUG],
      ['1', CUP],
    ] as const) {
      began.push(Date.now());
      await host.presses(key);
      for (const person of everybody()) await person.seesPinned(name);
      await host.says(`${name}の話`);
      await mio.reads(`${name}の話`);
      await sleep(3_000);
    }
    await host.endsShow();
  }, 90_000);

  it('follows the show by itself, and plays to its end', async () => {
    await mio.seesEnd();
    await mio.opensReplay();
    replay = (await (await fetch(`${mio.origin}/api/public/shows/${show.slug}/replay`)).json()) as Replay;
    expect((await mio.seesScene()).position).toBeLessThan(replay.seconds / 2);
    const scenes = await mio.playsToEnd();
    expect(Math.abs(scenes.at(-1)!.position - replay.seconds)).toBeLessThan(0.5);
    expect(scenes.map(late).filter((seconds) => seconds < -0.5 || seconds > STILL_SECONDS)).toEqual([]);
  });

  it('shows at each place the picture, the product and the chat of its time', async () => {
    await ken.opensReplayOf(show.slug);
    await ken.seesScene();
    await ken.pauses();
    await ken.playsAt(0.25);
    expect((await ken.chapters()).slice(-2)).toEqual([MUG, CUP]);
    await ken.jumpsTo(CUP);
    await ken.seesCardOf(CUP);
    const scene = await ken.seesScene();
    expect(Math.abs(late(scene))).toBeLessThan(STILL_SECONDS);
    expect(Math.abs(scene.clock - began[1]!)).toBeLessThan(STILL_SECONDS * 1000);
    await ken.reads(`${MUG}の話`);
    expect(await ken.line(`${CUP}の話`).count()).toBe(0);
    await ken.plays();
    await ken.reads(`${CUP}の話`);
    await ken.jumpsTo(MUG);
    await ken.seesCardOf(MUG);
    await ken.line(`${CUP}の話`).waitFor({ state: 'detached' });
  });

  it('is gone through by its bar, which shows what is there', async () => {
    const picture = await ken.page.request.get(await ken.pointsAt(0.5));
    expect([picture.status(), picture.headers()['content-type']]).toEqual([200, 'image/jpeg']);
    await ken.seeks(0.5);
    const scene = await ken.seesScene();
    expect(Math.abs(scene.position / replay.seconds - 0.5)).toBeLessThan(0.1);
    expect(Math.abs(late(scene))).toBeLessThan(STILL_SECONDS);
  });

  it('runs on from where somebody goes back to after its end', async () => {
    await ken.playsToEnd();
    await ken.jumpsTo(MUG);
    await ken.playsAt(0.25);
    await ken.seesItRun();
  });

  it('sells what it shows, while it runs on', async () => {
    await ken.jumpsTo(MUG);
    await ken.buysFromCard(MUG);
    await ken.holds(1);
    await ken.seesItRun();
    await ken.fillsAddress();
    await ken.fillsCard(cards.good);
    await ken.pays();
    await ken.hasPaid();
    await ken.goesBackToShow();
    await ken.jumpsTo(MUG);
    await ken.hasBoughtFromCard();
  });

  it('is saved by the brand as one MP4, beside who watched it', async () => {
    const marketer = await evening.marketer();
    await marketer.signsIn();
    await marketer.opensInsights(host.showId);
    await eventually(async () => {
      await marketer.reloads();
      expect(await marketer.figure('replayViewers')).toBe('2');
    });
    const file = await marketer.savesReplay();
    const wanted = ['-v', 'error', '-show_entries', 'stream=codec_name:format=duration', '-of', 'json', file];
    const { stdout } = await run('ffprobe', wanted);
    const { streams, format } = JSON.parse(stdout) as {
      streams: { codec_name: string }[];
      format: { duration: string };
    };
    expect(streams.map(({ codec_name }) => codec_name).toSorted()).toEqual(['aac', 'h264']);
    expect(Math.abs(Number(format.duration) - replay.seconds)).toBeLessThan(1);
  });
});

it('nothing failed unnoticed on a page', () => expect(evening.faults).toEqual([]));
