import type { Api, Viewer } from './api.ts';

/** A websocket at the api's door without socket.io's client, which would never send what these tests send. */
export class RawSocket {
  readonly received: string[] = [];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;

  private constructor(readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => this.received.push(String(data)));
    this.closed = new Promise((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
  }

  /** Opened; engine.io has greeted, socket.io was not yet asked for anything. */
  static async open(api: Api): Promise<RawSocket> {
    const raw = new RawSocket(new WebSocket(`${api.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`));
    await raw.receives(/^0\{/);
    return raw;
  }

  /** Past the handshake, as this viewer. */
  static async connect(api: Api, viewer: Viewer): Promise<RawSocket> {
    const raw = await RawSocket.open(api);
    raw.send(`40${JSON.stringify({ guest: viewer.token })}`);
    await raw.receives(/^40/);
    return raw;
  }

  send(...frames: (string | Uint8Array<ArrayBuffer>)[]): void {
    for (const frame of frames) this.socket.send(frame);
  }

  /** The first frame that looks so, be it past or to come. */
  async receives(pattern: RegExp): Promise<string> {
    for (let attempt = 0; attempt < 1000; attempt += 1) {
      const frame = this.received.find((one) => pattern.test(one));
      if (frame !== undefined) return frame;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed without ${pattern}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`never received: ${pattern}`);
  }
}
