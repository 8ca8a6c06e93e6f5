import { atom, type ReadableAtom } from 'nanostores';
import type { ErrorCode } from '#contracts/errors';
import type { RoomEvents } from '#contracts/room';
import type { MediaGrant, PublicShow } from '#contracts/shows';
import type { EventRequest } from '#contracts/socket';
import { ApiError } from '../api.ts';
import { learnServerTime, serverNow } from '../clock.ts';
import { randomId } from '../random-id.ts';
import { realtime } from '../realtime.ts';
import * as room from './room.ts';

/** joining: first time · online · reconnecting: the line broke or the api restarts · refused: banned, or no such room. */
export type RoomStatus = 'joining' | 'online' | 'reconnecting' | 'refused';

export interface RoomActions {
  /** Shows the message at once and sends it. Never throws: a refusal stands at the message itself. */
  say(text: string, name: string): void;
  sayAgain(clientMessageId: string): void;
  forget(clientMessageId: string): void;
  heart(): void;
  /** Hearts of the others as they arrive (own ones are shown when they are given). */
  onHearts(listener: (count: number) => void): () => void;
  /** A grant for the current broadcast; throws show_not_live while there is none. */
  watchGrant(): Promise<MediaGrant>;
  heartbeat(told: Omit<EventRequest<RoomEvents, 'show.heartbeat'>, 'showId'>): void;
  /** All that is known, at once. */
  known: ReadableAtom<room.RoomState>;
  /** Shows the room through something that follows `known`; null shows what is known. */
  look(view: ReadableAtom<room.RoomState> | null): void;
  record(name: EventRequest<RoomEvents, 'interaction.record'>['name'], productId: string): void;
  /** Staff; these throw ApiError. */
  setPin(offerId: string | null): Promise<void>;
  removeMessage(messageId: string): Promise<void>;
  mute(viewerId: string, minutes: number | null): Promise<void>;
  ban(viewerId: string): Promise<void>;
}

const HEART_BATCH_MS = 250;
const HEARTS_PER_BATCH = 50;
const FINAL_REFUSALS: ErrorCode[] = ['banned', 'forbidden', 'not_found', 'unauthenticated', 'invalid_request'];

export function createRoom(showId: string, as: 'viewer' | 'staff', initial: PublicShow | null) {
  const state = atom(room.emptyRoom(initial));
  const view = atom<ReadableAtom<room.RoomState>>(state);
  const status = atom<RoomStatus>('joining');
  const heartListeners = new Set<(count: number) => void>();
  let everJoined = false;
  let joining = 0; // the newest attempt; answers of older ones are void
  let heartsToSend = 0;
  let heartsInFlight = 0;
  let heartTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  const change = (next: room.RoomState) => {
    state.set(next);
    if (next.behind) void join();
  };

  async function join(attempt = 0): Promise<void> {
    const mine = ++joining;
    clearTimeout(retryTimer);
    const since = everJoined ? state.get().seq : undefined;
    const buffered = state.get().behind ? state.get().buffered : [];
    state.set({ ...room.left(state.get()), buffered, behind: false });
    const sentAt = Date.now();
    try {
      const snapshot = await realtime.request('show.join', { showId, ...(since === undefined ? {} : { since }) });
      if (mine !== joining) return;
      learnServerTime(snapshot.show.serverTime, sentAt, Date.now());
      everJoined = true;
      status.set('online');
      change(room.joined(state.get(), snapshot, since));
    } catch (error) {
      if (mine !== joining) return;
      if (error instanceof ApiError && FINAL_REFUSALS.includes(error.code)) {
        status.set('refused');
        return;
      }
      if (everJoined) status.set('reconnecting');
      const wait = Math.min(4_000, 300 * 2 ** attempt) * (0.5 + Math.random());
      retryTimer = setTimeout(() => {
        if (realtime.status.get() === 'online') void join(attempt + 1);
      }, wait);
    }
  }

  async function send(message: Pick<room.OwnMessage, 'clientMessageId' | 'name' | 'text'>): Promise<void> {
    change(room.sending(state.get(), message));
    try {
      const posted = await realtime.request('chat.send', { showId, ...message });
      change(room.withMessage(state.get(), posted));
    } catch (error) {
      const { code, details } = error instanceof ApiError ? error : ApiError.unavailable(String(error));
      change(room.sendingFailed(state.get(), message.clientMessageId, code, details, serverNow()));
    }
  }

  function sendHearts(): void {
    heartTimer = undefined;
    const count = Math.min(heartsToSend, HEARTS_PER_BATCH);
    heartsToSend = 0;
    heartsInFlight += count;
    realtime.request('reaction.send', { showId, count }).catch(() => {
      heartsInFlight = Math.max(0, heartsInFlight - count); // a lost heart is not worth a word
    });
  }

  /** The room counts our own hearts too; they rose already when they were given. */
  function heartsArrived(count: number): void {
    const ours = Math.min(count, heartsInFlight);
    heartsInFlight -= ours;
    if (count > ours) for (const listener of heartListeners) listener(count - ours);
  }

  const actions: RoomActions = {
    say: (text, name) => void send({ clientMessageId: randomId(), name, text }),
    sayAgain(clientMessageId) {
      const message = state.get().own.find((own) => own.clientMessageId === clientMessageId);
      if (message) void send({ clientMessageId, name: message.name, text: message.text });
    },
    forget: (clientMessageId) => change(room.forgotten(state.get(), clientMessageId)),
    heart() {
      heartsToSend += 1;
      heartTimer ??= setTimeout(sendHearts, HEART_BATCH_MS);
    },
    onHearts(listener) {
      heartListeners.add(listener);
      return () => void heartListeners.delete(listener);
    },
    watchGrant: () => realtime.request('show.watch', { showId }),
    heartbeat: (told) => void realtime.request('show.heartbeat', { showId, ...told }).catch(() => undefined),
    known: state,
    look: (through) => view.set(through ?? state),
    record(name, productId) {
      const at = new Date(serverNow()).toISOString();
      const payload = { showId, messageId: randomId(), name, productId, at };
      // Told once more with the same id when the answer was lost; after that the figure may miss one look.
      void realtime.request('interaction.record', payload).catch(() => {
        setTimeout(() => void realtime.request('interaction.record', payload).catch(() => undefined), 3_000);
      });
    },
    async setPin(offerId) {
      await realtime.request('pin.set', { showId, offerId });
    },
    async removeMessage(messageId) {
      await realtime.request('chat.delete', { showId, messageId });
    },
    async mute(viewerId, minutes) {
      await realtime.request('chat.mute', { showId, viewerId, minutes });
    },
    async ban(viewerId) {
      await realtime.request('chat.ban', { showId, viewerId });
    },
  };

  /** Listens and joins until the returned function is called. */
  function open(): () => void {
    realtime.open(as);
    const stops = [
      realtime.on('show.frame', (frame) => {
        if (frame.showId !== showId) return;
        change(room.framed(state.get(), frame));
        if (frame.hearts) heartsArrived(frame.hearts);
      }),
      realtime.on('you.changed', (you) => {
        if (you.showId === showId) change(room.youChanged(state.get(), you.muted, you.mutedUntil));
      }),
      realtime.on('survey.changed', ({ showId: of, survey }) => {
        if (of === showId) change({ ...state.get(), survey });
      }),
      realtime.on('sale.made', ({ showId: of, sale, sales }) => {
        if (of === showId) change(room.saleMade(state.get(), sale, sales));
      }),
      realtime.ended.listen((reason) => {
        if (reason) status.set('refused');
      }),
      realtime.status.listen((line) => {
        if (line === 'online' || status.get() === 'refused') return;
        joining += 1;
        clearTimeout(retryTimer);
        state.set(room.left(state.get()));
        heartsInFlight = 0;
        if (everJoined) status.set('reconnecting');
      }),
      realtime.onConnect(() => void join()),
    ];
    return () => {
      joining += 1;
      clearTimeout(retryTimer);
      clearTimeout(heartTimer);
      heartTimer = undefined;
      for (const stop of stops) stop();
      realtime.request('show.leave', { showId }).catch(() => undefined);
      state.set(room.left(state.get()));
    };
  }

  return { view, status, actions, open };
}
