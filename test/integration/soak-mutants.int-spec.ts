import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openApiStage, type ApiStage } from '../soak/api-stage.ts';
import { mutants, type Mutant } from '../soak/mutants.ts';
import { playRound } from '../soak/round.ts';

const ROUND_MS = 5_000;
const MOST_ROUNDS = 5;
const seed = 3;

/** A proof of the harness: that it sees what it is there to see, and nothing where there is nothing. */
describe('the harness', () => {
  let stage: ApiStage;
  beforeAll(async () => {
    stage = await openApiStage();
  });
  afterAll(() => stage.close());

  async function rulesBroken({ profile }: Mutant, path = 0): Promise<string[]> {
    const { violations, error } = await playRound(stage, profile, { seed, path, ms: ROUND_MS });
    if (error) throw error as Error;
    return [...new Set(violations.map(({ rule }) => rule))];
  }

  it.each(mutants)('sees nothing where there is no $name', async (mutant) => {
    expect(await rulesBroken(mutant)).toEqual([]);
  });

  describe.each(mutants)('catches $name', (mutant) => {
    beforeAll(() => mutant.infect(stage.api));
    afterAll(async () => {
      jest.restoreAllMocks();
      await stage.anew();
    });

    it(`by "${mutant.caughtBy}"`, async () => {
      // What is a matter of luck at a single moment comes about in one of a few rounds.
      const broken: string[] = [];
      const isCaught = () => broken.some((rule) => rule.startsWith(mutant.caughtBy));
      for (let path = 0; path < MOST_ROUNDS && !isCaught(); path += 1)
        broken.push(...(await rulesBroken(mutant, path)));
      expect(broken).toContainEqual(expect.stringContaining(mutant.caughtBy));
    });
  });
});
