import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type * as People from '../../apps/api/src/people/index.ts';
import { startApi, type Api } from '../support/api.ts';

describe('who is who', () => {
  let api: Api;
  let people: typeof People;
  let identity: People.IdentityService;
  let brandId: string;
  let memberId: string;

  beforeAll(async () => {
    api = await startApi();
    people = await import('../../apps/api/src/people/index.ts'); // not before the api has its settings
    identity = api.app.get(people.IdentityService);
    ({ brandId, memberId } = await api.staff());
  });
  afterAll(() => api.stop());

  const browser = () => randomUUID();

  async function named(
    kind: 'email' | 'user' | 'anonymous',
    value: string = randomUUID(),
    of = brandId,
  ): Promise<string> {
    const identifier = { brandId: of, kind, value: kind === 'email' ? `${value}@example.jp` : value };
    await people.keepSubjects(api.database, [identifier]);
    return people.subjectId(identifier);
  }

  const prove = (one: string, other: string, source: People.ProofSource = 'code', of = brandId) =>
    identity.prove({ brandId: of, subjectId: one, withSubjectId: other, source });
  const personOf = (subject: string) => identity.personOf(brandId, subject);

  /** Subjects by person, as the log is read. */
  async function groups(subjects: string[]): Promise<string[][]> {
    const persons = await Promise.all(subjects.map(personOf));
    return [...new Set(persons)].map((person) => subjects.filter((_, index) => persons[index] === person));
  }

  async function merges(): Promise<{ id: string; undone: boolean }[]> {
    const { rows } = await api.database.sql<{ id: string; undone: boolean }>(
      `SELECT id, undone_at IS NOT NULL AS undone FROM identity_merges WHERE brand_id = $1 ORDER BY merged_at, id`,
      [brandId],
    );
    return rows;
  }
  const newestMerge = async () => (await merges()).at(-1)!.id;

  it('leaves a subject alone until something is proven', async () => {
    const [phone, email] = [browser(), await named('email')];
    await identity.claim({ brandId, subjectId: phone, withSubjectId: email, source: 'order' });
    await identity.claim({ brandId, subjectId: phone, withSubjectId: email, source: 'order' });
    expect(await personOf(phone)).toBe(phone);
    expect(await personOf(email)).toBe(email);
    const { rows } = await api.database.sql(`SELECT 1 FROM identity_links WHERE subject_id = $1`, [phone]);
    expect(rows).toHaveLength(1);
  });

  it('makes a phone and a laptop one person by one address, undoes it and makes it again', async () => {
    const [phone, laptop, email] = [browser(), browser(), await named('email')];
    await prove(phone, email);
    const person = await personOf(phone);
    await prove(laptop, email);
    expect(await groups([phone, laptop, email])).toEqual([[phone, laptop, email]]);
    expect(await identity.subjectsOf(brandId, person)).toHaveLength(3);

    const merge = await newestMerge();
    await identity.undoMerge(brandId, merge, memberId);
    await identity.undoMerge(brandId, merge, memberId);
    expect(await groups([phone, laptop, email])).toEqual([[phone, email], [laptop]]);
    expect(await personOf(phone)).toBe(person);

    await identity.redoMerge(brandId, merge, memberId);
    await identity.redoMerge(brandId, merge, memberId);
    expect(await groups([phone, laptop, email])).toEqual([[phone, laptop, email]]);
    await identity.undoMerge(brandId, await newestMerge(), memberId);
    expect(await groups([phone, laptop, email])).toEqual([[phone, email], [laptop]]);
  });

  it('puts back what two merges one after the other have moved, in any order', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ] as const) {
      const [a, b, c] = [await named('email'), await named('email'), await named('email')];
      const [va, vb, vc] = [browser(), browser(), browser()];
      for (const [viewer, address] of [
        [va, a],
        [vb, b],
        [vc, c],
      ] as const)
        await prove(viewer, address);
      const before = await Promise.all([a, b, c].map(personOf));
      await prove(va, b);
      const first = await newestMerge();
      await prove(vb, c);
      const second = await newestMerge();
      expect(await groups([a, b, c, va, vb, vc])).toHaveLength(1);
      expect(await identity.subjectsOf(brandId, before[0]!)).toHaveLength(6);

      const undo = [first, second];
      await identity.undoMerge(brandId, undo[order[0]]!, memberId);
      expect(await groups([a, b, c, va, vb, vc])).toEqual(
        order[0] === 0
          ? [
              [a, va],
              [b, c, vb, vc],
            ]
          : [
              [a, b, va, vb],
              [c, vc],
            ],
      );
      await identity.undoMerge(brandId, undo[order[1]]!, memberId);
      expect(await Promise.all([a, b, c].map(personOf))).toEqual(before);
      expect(await Promise.all([va, vb, vc].map(personOf))).toEqual(before);
    }
  });

  it('lets what was linked since go with the identifier that proved it', async () => {
    const [a, b] = [await named('email'), await named('email')];
    const [va, vb, later, other] = [browser(), browser(), browser(), browser()];
    await prove(va, a);
    await prove(vb, b);
    await prove(va, b);
    const merge = await newestMerge();
    await prove(later, a);
    await prove(other, b);
    await identity.undoMerge(brandId, merge, memberId);
    expect(await groups([a, va, later, b, vb, other])).toEqual([
      [a, va, later],
      [b, vb, other],
    ]);
  });

  it('does not let a machine join again what staff took apart, but a person', async () => {
    const [shop, user, email] = [await named('anonymous'), await named('user'), await named('email')];
    await prove(user, email, 'server');
    await prove(shop, user, 'user_hash');
    await identity.undoMerge(brandId, await newestMerge(), memberId);
    expect(await prove(shop, user, 'user_hash')).toEqual({ state: 'pending', reason: 'undone_by_hand' });
    expect(await personOf(shop)).toBe(shop);
    expect(await prove(shop, user, 'code')).toMatchObject({ state: 'proven' });
  });

  it('does not make two users of a shop one person because they share a browser', async () => {
    const [shared, one, two] = [await named('anonymous'), await named('user'), await named('user')];
    await prove(shared, one, 'server');
    expect(await prove(shared, two, 'server')).toEqual({ state: 'pending', reason: 'two_users' });
    expect(await groups([shared, one, two])).toEqual([[shared, one], [two]]);
    expect(await prove(two, one, 'alias')).toMatchObject({ state: 'proven' });
  });

  it('unlinks one subject, and sets a claim aside', async () => {
    const [phone, tablet, email] = [browser(), browser(), await named('email')];
    await prove(phone, email);
    await prove(tablet, email);
    const { rows } = await api.database.sql<{ id: string; subject_id: string }>(
      `SELECT id, subject_id FROM identity_links WHERE subject_id = ANY($1)`,
      [[phone, tablet]],
    );
    for (const { id } of rows) await identity.unlink(brandId, id, memberId);
    expect(await groups([phone, tablet, email])).toHaveLength(3);
    const stranger = await api.staff();
    await expect(identity.unlink(stranger.brandId, rows[0]!.id, stranger.memberId)).rejects.toThrow('not found');
    await expect(identity.undoMerge(stranger.brandId, await newestMerge(), null)).rejects.toThrow('not found');
  });

  it('keeps brands apart: a browser is somebody at each', async () => {
    const [phone, email] = [browser(), await named('email', 'same')];
    const other = (await api.staff()).brandId;
    const there = await named('email', 'same', other);
    await prove(phone, email);
    await prove(phone, there, 'code', other);
    expect(await personOf(phone)).not.toBe(await identity.personOf(other, phone));
    expect(await identity.personOf(other, email)).toBe(email);
    expect(await identity.subjectsOf(other, await personOf(phone))).toEqual([await personOf(phone)]);
  });

  it('stands proofs, undoings and their repetition at once', async () => {
    const emails = await Promise.all([1, 2, 3].map(() => named('email')));
    const viewers = Array.from({ length: 6 }, browser);
    const proofs = viewers.flatMap((viewer) => emails.map((email) => prove(viewer, email)));
    await Promise.all([...proofs, ...viewers.map((viewer) => prove(viewer, emails[0]!))]);
    expect(await groups([...viewers, ...emails])).toHaveLength(1);

    const all = [...viewers, ...emails];
    const { rows } = await api.database.sql<{ id: string }>(
      `SELECT DISTINCT merge_id AS id FROM identity_links WHERE subject_id = ANY($1) AND merge_id IS NOT NULL`,
      [all],
    );
    await Promise.all(rows.flatMap(({ id }) => [1, 2].map(() => identity.undoMerge(brandId, id, memberId))));
    const apart = await groups(all);
    expect(apart.length).toBeGreaterThan(1);
    await Promise.all(rows.flatMap(({ id }) => [1, 2].map(() => identity.redoMerge(brandId, id, memberId))));
    expect(await groups(all)).toHaveLength(1);
    const { rows: twice } = await api.database.sql(
      `SELECT subject_id FROM person_links WHERE subject_id = ANY($1) GROUP BY subject_id HAVING count(*) > 1`,
      [all],
    );
    expect(twice).toEqual([]);
  });
});
