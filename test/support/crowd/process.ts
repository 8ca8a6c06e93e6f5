import { answer } from '../../bench/support/part.ts';
import { SyntheticSender } from './sender.ts';
import { SyntheticViewer, type Wanted, type Watched } from './viewer.ts';

/** As the api answers one who wants to watch. */
export interface Place {
  url: string;
  grant: string;
  wants?: Wanted;
}

/** Many synthetic viewers in a process of their own: libdatachannel's threads and a test's time-outs do not go together. */
export type Command =
  /** Lets them in, a few at a time; answers once all of them receive. */
  | { do: 'join'; places: Place[] }
  /** Lets a guest in who sends, until they all leave. */
  | { do: 'send'; place: Place }
  /** Everybody so far, in the order of their coming. */
  | { do: 'look' }
  | { do: 'leave' };
export type Outcome = Watched[];

const AT_ONCE = 10;
const viewers: SyntheticViewer[] = [];
const senders: SyntheticSender[] = [];

answer<Command, Outcome>(async (command) => {
  if (command.do === 'join') {
    const { places } = command;
    for (let from = 0; from < places.length; from += AT_ONCE) {
      const some = places
        .slice(from, from + AT_ONCE)
        .map(({ url, grant, wants }) => SyntheticViewer.join(url, grant, wants));
      viewers.push(...(await Promise.all(some)));
    }
  }
  if (command.do === 'send') senders.push(await SyntheticSender.join(command.place.url, command.place.grant));
  if (command.do === 'leave') for (const one of [...viewers.splice(0), ...senders.splice(0)]) one.leave();
  return viewers.map(({ watched }) => watched);
});
