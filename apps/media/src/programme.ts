import type { types } from 'mediasoup';
import type { Stage } from '#contracts/stage';
import { logger } from '#platform/logger';
import type { Guests, Source } from './guests.ts';

/** The one picture and the one sound for those who take no more: a packager. */
export interface ProgrammeSource {
  participantId: string | null; // null: the host
  video: types.Producer | null;
  audio: types.Producer | null;
}

/** Who was given the programme by speaking keeps it so long: each change costs those who watch it a discontinuity. */
const SPEAKER_HOLD_MS = 6_000;
const SPEAKER_INTERVAL_MS = 500;

/**
 * Follows the stage: the programme is the main picture's, or where the host wishes that, whoever speaks. One who is not on air
 * or whose camera is away never has it; it is the host's then.
 */
export class Programme {
  readonly #router: types.Router;
  readonly #host: ReadonlyMap<Source, types.Producer>;
  readonly #guests: Guests;
  readonly #listeners = new Set<(now: ProgrammeSource) => void>();
  #current: ProgrammeSource = { participantId: null, video: null, audio: null };
  #observer: types.ActiveSpeakerObserver | null = null;
  #opening = false;
  #heard = new Set<string>();
  #speakerId: string | null = null;
  #speakerSince = -Infinity;
  #hold: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(router: types.Router, host: ReadonlyMap<Source, types.Producer>, guests: Guests) {
    this.#router = router;
    this.#host = host;
    this.#guests = guests;
  }

  get current(): ProgrammeSource {
    return this.#current;
  }

  /** Calls `listener` with each change of picture or sound, until the returned function is called. */
  onChange(listener: (now: ProgrammeSource) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The stage changed, or a producer came or went. */
  update(): void {
    if (this.#closed) return;
    this.#listen();
    const next = this.#choose();
    const same = next.video?.id === this.#current.video?.id && next.audio?.id === this.#current.audio?.id;
    this.#current = next;
    if (!same) for (const listener of this.#listeners) listener(next);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#hold);
    this.#observer?.close();
    this.#listeners.clear();
  }

  #choose(): ProgrammeSource {
    const { programme, mainId }: Stage = this.#guests.stage;
    const id = programme === 'speaker' ? this.#speakerId : mainId;
    if (id !== null && this.#guests.isOnAir(id)) {
      const theirs = [...this.#guests.sent].filter(({ participantId }) => participantId === id);
      const of = (source: Source) => theirs.find((sent) => sent.source === source)?.producer ?? null;
      const video = of('camera') ?? of('screen');
      if (video) return { participantId: id, video, audio: of('microphone') };
    }
    const of = (source: Source) => this.#host.get(source) ?? null;
    return { participantId: null, video: of('camera') ?? of('screen'), audio: of('microphone') };
  }

  /** An observer costs the worker some work for each packet of sound, so there is one only while somebody asks who speaks. */
  #listen(): void {
    const { programme, onAir } = this.#guests.stage;
    if (programme !== 'speaker' || onAir.length === 0) {
      this.#observer?.close();
      this.#observer = null;
      this.#heard.clear();
      this.#speakerId = null;
      return;
    }
    if (!this.#observer) return this.#open();
    const wanted = new Set<string>();
    const microphone = this.#host.get('microphone');
    if (microphone) wanted.add(microphone.id);
    for (const { producer, source, participantId } of this.#guests.sent) {
      if (source === 'microphone' && this.#guests.isOnAir(participantId)) wanted.add(producer.id);
    }
    const failed = (error: unknown) => logger.debug({ err: error }, 'a speaker is not listened to');
    for (const producerId of wanted) {
      if (!this.#heard.has(producerId)) this.#observer.addProducer({ producerId }).catch(failed);
    }
    for (const producerId of this.#heard) {
      if (!wanted.has(producerId)) this.#observer.removeProducer({ producerId }).catch(failed);
    }
    this.#heard = wanted;
  }

  #open(): void {
    if (this.#opening) return;
    this.#opening = true;
    this.#router
      .createActiveSpeakerObserver({ interval: SPEAKER_INTERVAL_MS })
      .then(
        (observer) => {
          if (this.#closed) return observer.close();
          this.#observer = observer;
          observer.on('dominantspeaker', ({ producer }) => {
            this.#spoke(this.#guests.find(producer.id)?.participantId ?? null);
          });
        },
        (error: unknown) => logger.warn({ err: error }, 'nobody listens for who speaks'),
      )
      .finally(() => {
        this.#opening = false;
        if (this.#observer) this.update();
      });
  }

  #spoke(participantId: string | null): void {
    clearTimeout(this.#hold);
    const wait = this.#speakerSince + SPEAKER_HOLD_MS - performance.now();
    const take = () => {
      if (this.#speakerId === participantId) return;
      this.#speakerId = participantId;
      this.#speakerSince = performance.now();
      this.update();
    };
    if (wait <= 0) take();
    else this.#hold = setTimeout(take, wait);
  }
}
