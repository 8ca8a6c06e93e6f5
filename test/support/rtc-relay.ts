import { createSocket, type Socket as Udp } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket as Tcp } from 'node:net';

/** What a narrow line keeps back, as a router at home does; what would wait longer is lost. */
const LONGEST_WAIT_MS = 200;

/**
 * A network between one viewer's browser and the SFU, over UDP and TCP, which can be cut or made narrow. `script` (for `addInitScript`) makes the
 * page know no other way: the ports in the SFU's candidates are the relay's.
 */
export class RtcRelay {
  readonly #target: number;
  readonly #port: number;
  #udp: Udp | null = null;
  #tcp: Server | null = null;
  #bitrate = Infinity;
  #freeAt = 0;
  readonly #outward = new Map<string, Udp>();
  readonly #pipes = new Set<Tcp>();

  private constructor(target: number, port: number) {
    this.#target = target;
    this.#port = port;
  }

  /** @param target the SFU's port, UDP and TCP */
  static async open(target: number, port: number): Promise<RtcRelay> {
    const relay = new RtcRelay(target, port);
    await relay.mend();
    return relay;
  }

  get script(): string {
    return `(${changePorts.toString()})(${this.#target}, ${this.#port})`;
  }

  /** Nothing gets through, in either direction. */
  cut(): void {
    this.#udp?.close();
    this.#tcp?.close();
    for (const socket of this.#outward.values()) socket.close();
    for (const socket of this.#pipes) socket.destroy();
    this.#outward.clear();
    this.#pipes.clear();
    this.#udp = this.#tcp = null;
  }

  /** From now on, so many bits per second come through to the viewer by UDP. */
  narrow(bitrate: number): void {
    this.#bitrate = bitrate;
  }

  #carry(bytes: number, send: () => void): void {
    const now = performance.now();
    const wait = Math.max(0, this.#freeAt - now);
    if (wait > LONGEST_WAIT_MS) return;
    this.#freeAt = now + wait + (bytes * 8_000) / this.#bitrate;
    if (wait === 0) send();
    else setTimeout(send, wait);
  }

  async mend(): Promise<void> {
    const udp = createSocket('udp4');
    udp.on('message', (message, from) => {
      const key = `${from.address}:${from.port}`;
      let outward = this.#outward.get(key);
      if (!outward) {
        outward = createSocket('udp4');
        outward.on('message', (answer) =>
          this.#carry(answer.length, () => udp === this.#udp && udp.send(answer, from.port, from.address)),
        );
        this.#outward.set(key, outward);
      }
      outward.send(message, this.#target, '127.0.0.1');
    });
    udp.bind(this.#port, '127.0.0.1');
    await once(udp, 'listening');
    const tcp = createServer((inward) => {
      const outward = connect(this.#target, '127.0.0.1');
      for (const [one, other] of [
        [inward, outward],
        [outward, inward],
      ] as const) {
        this.#pipes.add(one);
        one
          .on('error', () => undefined)
          .on('close', () => {
            this.#pipes.delete(one);
            other.destroy();
          });
        one.pipe(other);
      }
    });
    tcp.listen(this.#port, '127.0.0.1');
    await once(tcp, 'listening');
    this.#udp = udp;
    this.#tcp = tcp;
  }
}

// Runs in the page, and uses nothing from outside itself.
function changePorts(from: number, to: number): void {
  const candidate = new RegExp(`^(a=candidate:\\S+ \\d \\S+ \\d+ \\S+) ${from} `, 'gim');
  type Set = (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void>;
  const set = RTCPeerConnection.prototype.setRemoteDescription as Set;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    return set.call(this, { type: description.type, sdp: description.sdp?.replace(candidate, `$1 ${to} `) });
  };
}
