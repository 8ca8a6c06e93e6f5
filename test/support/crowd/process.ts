import { answer } from '../../bench/support/part.ts';
import { SyntheticViewer, type Watched } from './viewer.ts';

/** As the api answers one who wants to watch. */
export interface Place {
  url: string;
  grant: string;
}

/** Many synthetic viewers in a process of their own: libdatachannel's threads and a test's time-outs do not go together. */
export type Command =
  /** Lets them in, a few at a time; answers once all have a picture. */
  | { do: 'join'; places: Place[] }
  /** Everybody so far, in the order of their coming. */
  | { do: 'look' }
  | { do: 'leave' };
export type Outcome = Watched[];

const AT_ONCE = 10;
const viewers: SyntheticViewer[] = [];

answer<Command, Outcome>(async (command) => {
  if (command.do === 'join') {
    const { places } = command;
    for (let from = 0; from < places.length; from += AT_ONCE) {
      const some = places.slice(from, from + AT_ONCE).map(({ url, grant }) => SyntheticViewer.join(url, grant));
      viewers.push(...(await Promise.all(some)));
    }
  }
  if (command.do === 'leave') for (const viewer of viewers.splice(0)) viewer.leave();
  return viewers.map(({ watched }) => watched);
});
