import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Id, Time } from './ids.ts';
import { MediaGrant, ShowState } from './shows.ts';

/** How the pictures of those who are on air stand together. `solo` shows one; all are heard in each. */
export const StageLayout = z.enum(['solo', 'side_by_side', 'picture_in_picture']);
export type StageLayout = z.infer<typeof StageLayout>;

/** Both join by a link and without an account. A co-host sends a larger picture and stands before guests. */
export const ParticipantRole = z.enum(['co_host', 'guest']);
export type ParticipantRole = z.infer<typeof ParticipantRole>;

export const StageParticipant = z.object({
  id: Id,
  name: z.string(),
  role: ParticipantRole,
  muted: z.boolean(), // by the host, at the media process
});
export type StageParticipant = z.infer<typeof StageParticipant>;

/** Who is on air beside the host, and how. Kept by the api, told to viewers and media process alike; lasts over every reload. */
export const Stage = z.object({
  version: z.int(), // one more with each change; 0 before the first
  layout: StageLayout,
  onAir: z.array(StageParticipant), // co-hosts first, then as they came
  mainId: z.nullable(Id), // whose picture is the large or only one; null: the host's
  /** Whom LL-HLS carries, which has one picture and one sound: the main picture's, or who speaks. */
  programme: z.enum(['main', 'speaker']),
});
export type Stage = z.infer<typeof Stage>;

export const emptyStage: Stage = { version: 0, layout: 'side_by_side', onAir: [], mainId: null, programme: 'main' };

/** Beside the host. */
export const MOST_ON_AIR = 3;
/** Links of one show that are good at one time. */
export const MOST_INVITED = 12;
/** Most bits per second that one participant may send, picture and sound together. */
export const participantBitrate = { co_host: 2_800_000, guest: 1_500_000 } as const;

export const ParticipantName = z.string().check(z.trim(), z.minLength(1), z.maxLength(24));

/** What the studio shows of one who was invited. */
export const Invited = z.object({
  id: Id,
  name: z.string(),
  role: ParticipantRole,
  link: z.string(), // the whole address
  expiresAt: Time,
  present: z.boolean(), // in the waiting room or on air, heard of within the last seconds
  onAir: z.boolean(),
  muted: z.boolean(),
});
export type Invited = z.infer<typeof Invited>;

export const StageDesk = z.object({ stage: Stage, invited: z.array(Invited) });
export type StageDesk = z.infer<typeof StageDesk>;

/** A guest's place in a show, as their own page sees it. */
export const Seat = z.object({
  participantId: Id,
  name: z.string(),
  role: ParticipantRole,
  show: z.object({ title: z.string(), hostName: z.string(), brandName: z.string(), state: ShowState, startsAt: Time }),
  broadcasting: z.boolean(), // there is a transmission to take part in
  stage: Stage,
  expiresAt: Time,
});
export type Seat = z.infer<typeof Seat>;

const Token = z.string().check(z.maxLength(300));

export const stageApi = {
  desk: endpoint('GET', '/api/shows/:id/stage', z.object({ id: Id }), StageDesk),
  /** @throws `conflict` with MOST_INVITED links that are good, `show_ended` */
  invite: endpoint(
    'POST',
    '/api/shows/:id/stage/participants',
    z.object({ id: Id, role: ParticipantRole, name: ParticipantName }),
    StageDesk,
  ),
  /** On air or off, muted or not. @throws `conflict` with MOST_ON_AIR on air */
  place: endpoint(
    'PATCH',
    '/api/shows/:id/stage/participants/:participantId',
    z.object({ id: Id, participantId: Id, onAir: z.optional(z.boolean()), muted: z.optional(z.boolean()) }),
    StageDesk,
  ),
  /** Ends the link, and the media of who came by it. */
  remove: endpoint(
    'DELETE',
    '/api/shows/:id/stage/participants/:participantId',
    z.object({ id: Id, participantId: Id }),
    StageDesk,
  ),
  arrange: endpoint(
    'PATCH',
    '/api/shows/:id/stage',
    z.object({
      id: Id,
      layout: z.optional(StageLayout),
      mainId: z.optional(z.nullable(Id)), // of one who is on air
      programme: z.optional(Stage.shape.programme),
    }),
    StageDesk,
  ),
  /** To see and hear who waits. @throws `show_not_live` while nothing is transmitted */
  preview: endpoint('POST', '/api/shows/:id/stage/preview', z.object({ id: Id }), MediaGrant),

  /**
   * By the link alone. `waiting`: camera and microphone are ready, and the host may take them on air; asked again each second.
   * @throws `grant_invalid`, `grant_expired`, `banned` when the host removed them, `show_ended`
   */
  seat: endpoint('POST', '/api/stage/:token/seat', z.object({ token: Token, waiting: z.boolean() }), Seat),
  /** To send and receive. @throws as `seat` does, and `show_not_live` while nothing is transmitted */
  enter: endpoint('POST', '/api/stage/:token/enter', z.object({ token: Token }), MediaGrant),
};
