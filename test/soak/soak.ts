import { randomInt } from 'node:crypto';
import { openProcessStage, type Ground } from './process-stage.ts';
import { profiles, type ProfileName } from './profiles.ts';
import { playRound } from './round.ts';
import { Tally } from './tally.ts';

export interface SoakOptions {
  seconds: number;
  seed: number | undefined;
  path: number;
  profile: string;
}

/** What a long run must have met to count. */
const demanded: Record<string, number> = {
  'late payment after expiry': 20,
  'duplicate webhook': 50,
  'cancel racing success': 20,
  'ambiguous create': 20,
};
const LONG_RUN_SECONDS = 600;
const ROUND_SECONDS = 60;

/** @returns whether all invariants held, and, of a long run, whether it met what it must */
export async function soak(ground: Ground, options: SoakOptions, print: (line: string) => void): Promise<boolean> {
  const profile = profiles[options.profile as ProfileName];
  if (!profile) throw new Error(`no profile ${options.profile}: one of ${Object.keys(profiles).join(', ')}`);
  const seed = options.seed ?? randomInt(2 ** 31);
  const tally = new Tally();
  const stage = await openProcessStage(ground, tally);
  print(`\nprofile ${options.profile}, --seed ${seed} --path ${options.path}, ${options.seconds} s\n`);

  const end = performance.now() + options.seconds * 1000;
  let sound = true;
  for (let path = options.path; sound && (path === options.path || performance.now() < end); path += 1) {
    const started = performance.now();
    const ms = Math.max(Math.min(end - started, ROUND_SECONDS * 1000), 3_000);
    const people = tally.of('people');
    const { violations, error } = await playRound(stage, profile, { seed, path, ms });
    sound = violations.length === 0 && error === null;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    print(`  ${sound ? '✓' : '✗'} --path ${path}: ${tally.of('people') - people} people, ${seconds} s`);
    for (const { rule, detail } of violations.slice(0, 40)) print(`      ${rule}  ${detail}`);
    if (error) print(String((error as Error).stack ?? error));
    if (!sound) print(`\nAgain: npm run soak -- 1m --seed ${seed} --path ${path} --profile ${options.profile}`);
  }

  print('\nmet:');
  for (const line of tally.lines()) print(`  ${line}`);
  return sound && meets(tally, options.seconds, print);
}

function meets(tally: Tally, seconds: number, print: (line: string) => void): boolean {
  const missing = Object.entries(demanded).filter(([name, least]) => tally.of(name) < least);
  if (missing.length === 0 || seconds < LONG_RUN_SECONDS) return true;
  for (const [name, least] of missing) print(`✗ ${name}: ${tally.of(name)} of ${least}. This run does not count.`);
  return false;
}
