export { Broadcast, MediaNode } from './broadcast.entity.ts';
export { BroadcastsService } from './broadcasts.service.ts';
export { RoomLog } from './room-log.ts';
export { Offer, Pin, Room, Show } from './show.entity.ts';
export { showJoined, showLeft } from './show.events.ts';
export { requireStaff } from './shows.gateway.ts';
export { ShowsModule } from './shows.module.ts';
export { lockShow, ShowsService } from './shows.service.ts';
export { SnapshotParts } from './snapshot-parts.ts';
