import fc from 'fast-check';
import { Random } from '../support/random.ts';
import { deeds, type Deed, type DeedName } from './deeds.ts';
import { History, type Violation } from './history.ts';
import { judge } from './history-rules.ts';
import { readLedger } from './ledger.ts';
import { newcomer, type Person, type World } from './person.ts';
import type { Profile } from './profiles.ts';
import { comeToRest } from './quiet.ts';
import { leaveWaitlists } from './shopping.ts';
import type { Stage } from './stage.ts';
import { weather } from './weather.ts';

type Script = Iterable<fc.AsyncCommand<Person, World>>;

/** A deed with the choices that it will make, so that a script can be played again. */
class Step implements fc.AsyncCommand<Person, World> {
  readonly #name: DeedName;
  readonly #choices: number;

  constructor(name: DeedName, choices: number) {
    this.#name = name;
    this.#choices = choices;
  }

  check(person: Readonly<Person>): boolean {
    return (deeds[this.#name] as Deed).possible(person);
  }

  async run(person: Person, world: World): Promise<void> {
    if (world.closing()) return;
    await (deeds[this.#name] as Deed).run(person, world, new Random(this.#choices));
  }

  toString(): string {
    return `${this.#name}(${this.#choices})`;
  }
}

/** What comes to the minds of all people of a round. */
function scripts({ weights, people, deedsEach }: Profile): fc.Arbitrary<Script[]> {
  const names = Object.keys(deeds) as DeedName[];
  const steps = names
    .map((name) => ({ weight: weights === 'all' ? deeds[name].weight : (weights[name] ?? 0), name }))
    .filter(({ weight }) => weight > 0)
    .map(({ weight, name }) => ({
      weight,
      arbitrary: fc.nat().map((choices) => new Step(name, choices)),
    }));
  const script = fc.commands([fc.oneof(...steps)], { maxCommands: deedsEach, size: 'max' });
  return fc.array(script, { minLength: people, maxLength: people });
}

/** All people play their scripts, so many at a time, until the last is done or the time is up; then what came of it is judged. */
async function play(stage: Stage, profile: Profile, queue: Script[], seed: number, ms: number): Promise<Violation[]> {
  const random = new Random(seed);
  const history = new History();
  const shelf = await stage.staff.putUp(profile.stocks);
  const end = performance.now() + ms;
  let over = false;
  const world: World = { stage, shelf, history, closing: () => over || performance.now() > end };
  const lane = async (own: Random) => {
    for (let script = queue.pop(); script && !world.closing(); script = queue.pop()) {
      const person = newcomer();
      person.who = await stage.shop.enter(own);
      history.viewers.push(person.who.viewerId);
      stage.tally.count('people');
      await fc.asyncModelRun(() => ({ model: person, real: world }), script);
      await leaveWaitlists(person, world);
    }
  };
  const sky = weather(stage, profile.climate, random.branch(), world.closing);
  try {
    await Promise.all(Array.from({ length: profile.clients }, () => lane(random.branch())));
  } finally {
    over = true;
    await sky;
    stage.line.calm();
  }
  const closed = performance.now();
  if (profile.endsWithKill) await stage.killApi();
  const left = await comeToRest(stage);
  const atRest = performance.now();
  const broken = await stage.verify();
  stage.tally.count('seconds to come to rest', Math.round((atRest - closed) / 1000));
  stage.tally.count('seconds to verify', Math.round((performance.now() - atRest) / 1000));
  const ledger = await readLedger(stage, history.viewers, [...shelf.stock.keys()], history.startedAt);
  const late = [...ledger.orders.values()].filter((order) => order.cancel_reason === 'refunded_late').length;
  stage.tally.count('late payment after expiry', late);
  for (const { state } of ledger.orders.values()) stage.tally.count(`order: ${state}`);
  return [
    ...broken.map((line) => ({ rule: line, detail: '' })),
    ...judge(history, ledger, shelf),
    ...left.map((what) => ({ rule: 'everything comes to an end', detail: what })),
  ];
}

export interface Outcome {
  /** Empty when all is well. */
  violations: Violation[];
  /** What broke the run itself. */
  error: unknown;
}

/** One run of the model: run number `path` of `seed`. */
export async function playRound(
  stage: Stage,
  profile: Profile,
  { seed, path, ms }: { seed: number; path: number; ms: number },
): Promise<Outcome> {
  const outcome: Outcome = { violations: [], error: null };
  const property = fc.asyncProperty(scripts(profile), fc.nat(), async (queue, choices) => {
    outcome.violations = await play(stage, profile, queue, choices, ms);
    return outcome.violations.length === 0;
  });
  // A failing run is not made smaller: no two runs of a crowd are the same, and each takes its time.
  const result = await fc.check(property, { seed, path: String(path), numRuns: 1, endOnFailure: true });
  if (result.failed && outcome.violations.length === 0)
    outcome.error = result.errorInstance ?? new Error('a round failed');
  return outcome;
}
