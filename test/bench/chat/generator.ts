import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Message } from '#contracts/room';
import { now, type Command, type Outcome, type Run, type System } from './protocol.ts';
import { RoomSocket } from './room-socket.ts';

// A process full of viewers. It sends by the clock, whatever the server does, and writes down what every socket gets.

/** A slow machine gets its time; what has not come when nothing else has come for so long is missing. */
const PATIENCE_MS = 20_000;
const TEXT = 'この湯のみ、電子レンジで使えますか？ The glaze looks lovely in this light!';

interface Side {
  sockets: RoomSocket[];
  showId: string;
  /** The next sender: everybody speaks in turn, so that nobody meets a limit. */
  turn: number;
}

const sides: Record<System, Side> = {
  ours: { sockets: [], showId: '', turn: 0 },
  baseline: { sockets: [], showId: '', turn: 0 },
};
const receipts: Record<System, Receipts | null> = { ours: null, baseline: null };

/** Who got what in one run. */
class Receipts {
  readonly #run: Run;
  readonly #copies: Uint8Array;
  readonly #lastSeq: Float64Array;
  readonly #latencies: Float64Array;
  readonly #expected: number;
  #received = 0;
  #disordered = 0;

  constructor(run: Run, sockets: number) {
    this.#run = run;
    this.#expected = run.event === 'chat.send' ? run.count * sockets : 0;
    this.#copies = new Uint8Array(this.#expected);
    this.#latencies = new Float64Array(this.#expected);
    this.#lastSeq = new Float64Array(sockets);
  }

  get received(): number {
    return this.#received;
  }

  get complete(): boolean {
    return this.#received >= this.#expected;
  }

  note(socket: number, { clientMessageId, seq }: Message): void {
    const { name, system, count, startAt, perSecond } = this.#run;
    const [run, number] = clientMessageId.split('/');
    if (run !== name) throw new Error(`${clientMessageId} came after the end of its run`);
    const message = Number(number);
    const place = socket * count + message;
    this.#copies[place]! += 1;
    this.#latencies[place] = now() - (startAt + (message * 1000) / perSecond);
    this.#received += 1;
    // Only ours promises an order. It is looked at beside `prev`, from the second message on.
    const last = this.#lastSeq[socket]!;
    if (system === 'ours' && last > 0 && seq !== last + 1) this.#disordered += 1;
    this.#lastSeq[socket] = seq;
  }

  outcome(): Pick<Outcome, 'latencies' | 'doubled' | 'missing' | 'disordered'> {
    let [doubled, missing] = [0, 0];
    for (const copies of this.#copies) {
      if (copies === 0) missing += 1;
      else doubled += copies - 1;
    }
    return { latencies: this.#latencies, doubled, missing, disordered: this.#disordered };
  }
}

async function open({ system, port, showId, auths }: Extract<Command, { type: 'connect' }>): Promise<void> {
  const side = sides[system];
  side.showId = showId;
  for (const auth of auths) {
    const socket = await RoomSocket.open(port, auth, () => {
      throw new Error(`${system} has closed a socket`);
    });
    const index = side.sockets.push(socket) - 1;
    socket.onEvent = (name, data) => {
      if (name === 'chat.posted') receipts[system]?.note(index, (data as { message: Message }).message);
      if (name !== 'show.frame') return;
      for (const event of (data as Frame).events ?? []) {
        if (event.type === 'chat.posted') receipts[system]?.note(index, event.message);
      }
    };
    await new Promise<void>((resolve, reject) => {
      socket.ask('show.join', { showId }, (answer) =>
        answer.ok ? resolve() : reject(new Error(JSON.stringify(answer.error))),
      );
    });
  }
}

async function play(run: Run): Promise<Outcome> {
  const side = sides[run.system];
  const received = new Receipts(run, side.sockets.length);
  receipts[run.system] = received;
  const refused: string[] = [];
  let [sent, answered] = [0, 0];

  const send = (index: number) => {
    const socket = side.sockets[side.turn++ % side.sockets.length]!;
    const request =
      run.event === 'chat.send'
        ? { showId: side.showId, clientMessageId: `${run.name}/${index}`, name: `viewer ${side.turn}`, text: TEXT }
        : { showId: side.showId, count: 1 };
    sent += 1;
    socket.ask(run.event, request, (answer) => {
      answered += 1;
      if (!answer.ok) refused.push(JSON.stringify(answer.error));
    });
  };

  const interval = 1000 / run.perSecond;
  if (run.share !== null) {
    for (let index = run.share; index < run.count; index += run.shares) {
      await until(run.startAt + index * interval, interval > 20);
      send(index);
    }
  }
  let [progress, progressAt] = [-1, 0];
  while ((answered < sent || !received.complete) && (progressAt === 0 || now() < progressAt + PATIENCE_MS)) {
    if (answered + received.received > progress) {
      progress = answered + received.received;
      progressAt = Math.max(now(), run.startAt + run.count * interval);
    }
    await sleep(20);
  }
  // A double would come at once after the first copy.
  await sleep(200);
  if (answered < sent) refused.push(`${sent - answered} not answered`);
  return { sent, refused, ...received.outcome() };
}

/** @param exactly a timer is up to a millisecond late; the rest is then spent on looking at the clock */
async function until(due: number, exactly: boolean): Promise<void> {
  for (let left = due - now(); left > 0; left = due - now()) {
    if (!exactly || left > 2) await sleep(exactly ? left - 2 : left);
    else await new Promise((resolve) => setImmediate(resolve));
  }
}

process.on('message', ({ id, command }: { id: number; command: Command }) => {
  const work: Promise<Outcome | void> = command.type === 'connect' ? open(command) : play(command);
  work.then(
    (outcome) => process.send!({ id, outcome }),
    (error: Error) => process.send!({ id, error: error.message }),
  );
});
