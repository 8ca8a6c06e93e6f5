import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { getSupportedRtpCapabilities } from 'mediasoup';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { Admission } from '../admission.ts';
import { ApiCallback } from '../api-callback.ts';
import type { Broadcast } from '../broadcast.ts';
import { Broadcasts } from '../broadcasts.ts';
import { EncoderWatch } from '../encoder/encoder-watch.ts';
import type { Participant } from '../participant.ts';
import { answering } from '../refusal.ts';
import { writeAnswer } from './answer.ts';
import { readFragment, writeFragment } from './fragment.ts';
import { readOffer, type Offer } from './offer.ts';
import { WhipIngest } from './whip-ingest.ts';

/** What any router of ours knows. */
const known = getSupportedRtpCapabilities();

const hashOf = (key: string) => createHash('sha256').update(key).digest();

interface Session {
  id: string;
  showId: string;
  keyHash: Buffer;
  /** Names the present ICE session. */
  etag: string;
  offer: Offer;
  broadcast: Broadcast;
  ingest: WhipIngest;
}

export interface Opened {
  id: string;
  etag: string;
  answer: string;
}

/** The encoders that came by WHIP (RFC 9725), each the host of a broadcast of its own. */
@Injectable()
export class WhipSessions {
  readonly #all = new Map<string, Session>();

  constructor(
    private readonly broadcasts: Broadcasts,
    private readonly admission: Admission,
    private readonly api: ApiCallback,
  ) {}

  /**
   * An offer is read before anything begins: one that cannot be taken leaves the broadcast that is running alone.
   * @throws AppError `unauthenticated`, `show_ended`, `conflict` when another came at the same moment, or what is wrong with the offer
   */
  async open(showId: string, key: string, sdp: string): Promise<Opened> {
    const asked = { showId, key, protocol: 'whip' as const };
    let offer: Offer;
    try {
      offer = readOffer(sdp, known);
    } catch (error) {
      if (error instanceof AppError) await this.admission.refuse(asked, problemOf(error));
      throw error;
    }
    const claims = await this.admission.admit(asked);
    const broadcast = await this.broadcasts.find(claims).catch((error: unknown) => {
      // Ended before it began: another encoder, or the studio, took the show in the same moment.
      throw error instanceof AppError && error.code === 'not_found' ? new AppError('conflict', { showId }) : error;
    });
    const id = randomBytes(18).toString('base64url');
    try {
      const participant = broadcast.join(claims, { push: () => undefined, close: () => void this.#all.delete(id) });
      const ingest = await this.#ingest(broadcast, participant, offer);
      if (broadcast.ended) throw new AppError('unavailable');
      const session = { id, showId, keyHash: hashOf(key), etag: newTag(), offer, broadcast, ingest };
      this.#all.set(id, session);
      logger.info({ broadcastId: broadcast.id, showId }, 'encoder came by WHIP');
      return { id, etag: session.etag, answer: writeAnswer(offer, ingest.transport) };
    } catch (error) {
      const taken = broadcast.ended;
      broadcast.end('no_media');
      throw taken ? new AppError('conflict', { showId }) : error;
    }
  }

  /**
   * Trickled candidates with the ETag of the ICE session, or a restart with `*`.
   * @returns null for candidates, which need no answer
   * @throws AppError `not_found`, `unauthenticated`, `precondition_required`, `precondition_failed`, `invalid_request`
   */
  async patch(
    place: { showId: string; id: string; key: string },
    ifMatch: string | undefined,
    text: string,
  ): Promise<{ etag: string; fragment: string } | null> {
    const session = this.#find(place);
    if (ifMatch === undefined) throw new AppError('precondition_required', { header: 'If-Match' });
    const restarts = ifMatch.trim() === '*';
    if (!restarts && ifMatch.trim() !== session.etag) throw new AppError('precondition_failed', { header: 'If-Match' });
    const { ufrag, pwd } = readFragment(text);
    const { ice } = session.offer;
    const same = ice.ufrag === ufrag && ice.pwd === pwd;
    // Candidates of another ICE session than the present one are late, and are let go as RFC 9725 has it.
    if (!restarts) return null;
    if (same) {
      throw new AppError('invalid_request', {
        issues: [{ path: 'a=ice-ufrag', message: 'a restart needs a new one' }],
      });
    }
    const { transport } = session.ingest;
    await answering('sdpfrag', () => transport.restartIce());
    session.offer.ice = { ufrag, pwd };
    session.etag = newTag();
    const first = session.offer.sections.find((section) => section.accepted)!;
    return { etag: session.etag, fragment: writeFragment(transport, first.mid!) };
  }

  /** @throws AppError `not_found`, `unauthenticated` */
  close(place: { showId: string; id: string; key: string }): void {
    this.#find(place).broadcast.end('encoder_stopped');
  }

  async #ingest(broadcast: Broadcast, participant: Participant, offer: Offer): Promise<WhipIngest> {
    const { id: broadcastId } = broadcast;
    const watch = new EncoderWatch(broadcast.router, 'whip', (incident, details) =>
      this.api.report({ type: 'incident', broadcastId, incident, details }),
    );
    broadcast.encoder = watch;
    const ingest = await WhipIngest.open(broadcast.router, broadcast.webRtcServer, offer, {
      publish: (source, producer) => {
        broadcast.publish(source, producer);
        watch.watch(producer);
      },
      changed: () => participant.encoderChanged(),
      lost: (how) => broadcast.end(how === 'goodbye' ? 'encoder_stopped' : 'host_lost'),
    });
    participant.attach(ingest);
    return ingest;
  }

  #find({ showId, id, key }: { showId: string; id: string; key: string }): Session {
    const session = this.#all.get(id);
    if (!session || session.showId !== showId) throw new AppError('not_found', { session: id.slice(0, 64) });
    if (!timingSafeEqual(session.keyHash, hashOf(key))) throw new AppError('unauthenticated');
    return session;
  }
}

const newTag = () => `"${randomBytes(12).toString('base64url')}"`;

function problemOf({ code, message, details }: AppError): Parameters<Admission['refuse']>[1] {
  if (code === 'unsupported_media') {
    const { field, offered } = details as { field: string; offered: string };
    return { kind: 'wrong_codec', details: { field, offered } };
  }
  return {
    kind: message.startsWith('m=video: the offer') ? 'no_video' : 'bad_offer',
    details: { reason: message.slice(0, 200) },
  };
}
