import type { PeopleService } from '../people/index.ts';
import type { Person } from './crowd.ts';
import { inParallel } from './parallel.ts';

/** Gives people the browsers that they come with, each a guest of ours. */
export class Visitors {
  constructor(private readonly people: PeopleService) {}

  async arrive(coming: { person: Person; device: number }[]): Promise<void> {
    const fresh = coming.filter(({ person, device }) => !person.viewerIds[device]);
    await inParallel(fresh, async ({ person, device }) => {
      person.viewerIds[device] = (await this.people.guest(null)).viewerId;
    });
  }
}

export const viewerOf = ({ person, device }: { person: Person; device: number }): string => person.viewerIds[device]!;
