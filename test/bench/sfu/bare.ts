import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWorker, type types } from 'mediasoup';
import { Server } from 'socket.io';
import { freePorts } from '../../support/ports.ts';
import { answer } from '../support/part.ts';
import { sendToSinks, type Suite } from './sinks.ts';

/**
 * The baseline: mediasoup as its documentation shows it, with the calls that a viewer needs and none of our checks, counting or
 * ownership. Same worker program, same codec, same kind of transport, same names of events, so that the same viewers come.
 */
export type Command = { do: 'where' } | { do: 'sinks'; suite: Suite; sinks: number; seconds: number };
export interface Outcome {
  url: string;
  workerPid: number;
  /** Sent to sinks. */
  packets: number;
  cpuMs: number;
}

const codecs: types.RouterRtpCodecCapability[] = [
  {
    kind: 'video',
    mimeType: 'video/H264',
    preferredPayloadType: 102,
    clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];

const worker = await createWorker({ workerBin: process.env.MEDIASOUP_WORKER_BIN });
const router = await worker.createRouter({ mediaCodecs: codecs });
const [port] = (await freePorts(1)) as [number];
const webRtcServer = await worker.createWebRtcServer({
  listenInfos: [
    { protocol: 'udp', ip: '127.0.0.1', port, sendBufferSize: 4_194_304, recvBufferSize: 4_194_304 },
    { protocol: 'tcp', ip: '127.0.0.1', port },
  ],
});

/** What viewers and host send, believed as it is. */
interface Request {
  videoSsrc: number;
  rtpCapabilities: types.RtpCapabilities;
  dtlsParameters: types.DtlsParameters;
  consumerId: string;
}

let producer: types.Producer | null = null;
const http = createServer();
new Server(http, { path: '/media', transports: ['websocket'] }).on('connection', (socket) => {
  let transport: types.WebRtcTransport;
  const consumers = new Map<string, types.Consumer>();
  socket.onAny((event: string, request: Request, reply: (answer: object) => void) => {
    void handle(event, request).then((data) => reply({ ok: true, data }));
  });
  socket.on('disconnect', () => transport?.close());

  async function handle(event: string, request: Request): Promise<object> {
    switch (event) {
      case 'ingest.plain': {
        const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
        const plain = await router.createPlainTransport({ listenInfo, rtcpMux: false, comedia: true });
        const { kind, mimeType, clockRate, parameters } = codecs[0]!;
        producer = await plain.produce({
          kind,
          rtpParameters: {
            codecs: [{ mimeType, clockRate, parameters, payloadType: 102 }],
            encodings: [{ ssrc: request.videoSsrc }],
          },
        });
        return { address: '127.0.0.1', videoPort: plain.tuple.localPort };
      }
      case 'transport.create': {
        transport = await router.createWebRtcTransport({ webRtcServer });
        const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
        return { id, iceParameters, iceCandidates, dtlsParameters };
      }
      case 'consumer.createAll': {
        const { rtpCapabilities } = request;
        const consumer = await transport.consume({ producerId: producer!.id, rtpCapabilities, paused: true });
        consumers.set(consumer.id, consumer);
        const { id, kind, rtpParameters } = consumer;
        return { consumers: [{ id, kind, rtpParameters }] };
      }
      case 'transport.connect':
        await transport.connect({ dtlsParameters: request.dtlsParameters });
        return {};
      case 'consumer.resume':
        await consumers.get(request.consumerId)!.resume();
        return {};
      default:
        throw new Error(`no ${event} here`);
    }
  }
});
http.listen(0, '127.0.0.1');

answer<Command, Outcome>(async (command) => {
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const nothing = { url, workerPid: worker.pid, packets: 0, cpuMs: 0 };
  if (command.do === 'where') return nothing;
  return { ...nothing, ...(await sendToSinks(worker, router, producer!, command)) };
});
