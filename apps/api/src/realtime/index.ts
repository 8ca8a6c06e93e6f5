export { personKey, type Connection, type Identity } from './connection.ts';
export { RealtimeModule } from './realtime.module.ts';
export { RealtimeServer, type Handshake } from './realtime-server.ts';
export { Rooms } from './rooms.ts';
export { SocketEvent } from './socket-event.decorator.ts';
