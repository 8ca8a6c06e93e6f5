import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Id, Time } from './ids.ts';

/** viewer: a browser on our own pages · the others: as a brand's shop, app or mails named it */
export const SubjectKind = z.enum(['viewer', 'anonymous', 'user', 'email']);
export type SubjectKind = z.infer<typeof SubjectKind>;

export const IdentitySubject = z.object({ id: Id, kind: SubjectKind, value: z.nullable(z.string()) }); // a viewer has no name but its id
export type IdentitySubject = z.infer<typeof IdentitySubject>;

/** How it came about: what proved or claimed it, and with which other identifier. */
const Ground = {
  source: z.string(), // code, mail_link, server, user_hash, alias; of claims also order, browser
  with: z.nullable(IdentitySubject),
  evidence: z.record(z.string(), z.unknown()),
};

export const IdentityLink = z.object({ id: Id, subject: IdentitySubject, ...Ground, linkedAt: Time });
export type IdentityLink = z.infer<typeof IdentityLink>;

/** Somebody said so: it proves nothing. `personId` is who has the other side now. */
export const IdentityClaim = z.object({ id: Id, subject: IdentitySubject, ...Ground, claimedAt: Time, personId: Id });
export type IdentityClaim = z.infer<typeof IdentityClaim>;

export const IdentityMerge = z.object({
  id: Id,
  fromPersonId: Id,
  intoPersonId: Id,
  subjects: z.array(IdentitySubject), // that it moved
  ...Ground,
  mergedAt: Time,
  redoneBy: z.nullable(z.string()), // name of the member who made it again, where it repeats one that was undone
  undoneAt: z.nullable(Time),
  undoneBy: z.nullable(z.string()), // name of the member
  mayRedo: z.boolean(), // undone, and not made again since
});
export type IdentityMerge = z.infer<typeof IdentityMerge>;

/** What is known of who a person is. */
export const PersonIdentity = z.object({
  personId: Id, // of whom they became part, where they did
  links: z.array(IdentityLink),
  claims: z.array(IdentityClaim), // of theirs, and on what is theirs
  merges: z.array(IdentityMerge), // newest first, undone ones included
});
export type PersonIdentity = z.infer<typeof PersonIdentity>;

const OfPerson = z.object({ personId: Id });

/** Each answers the identity of the person whose page it was asked on. */
export const identityApi = {
  get: endpoint('GET', '/api/people/:personId/identity', OfPerson, PersonIdentity),
  undoMerge: endpoint(
    'POST',
    '/api/people/:personId/merges/:mergeId/undo',
    z.extend(OfPerson, { mergeId: Id }),
    PersonIdentity,
  ),
  redoMerge: endpoint(
    'POST',
    '/api/people/:personId/merges/:mergeId/redo',
    z.extend(OfPerson, { mergeId: Id }),
    PersonIdentity,
  ),
  /** Ends a link, or sets a claim aside. */
  unlink: endpoint('DELETE', '/api/people/:personId/links/:linkId', z.extend(OfPerson, { linkId: Id }), PersonIdentity),
};
