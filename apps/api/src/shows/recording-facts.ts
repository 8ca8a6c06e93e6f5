import { Injectable } from '@nestjs/common';
import type { MediaFact } from '#contracts/media';

type Fact = Extract<MediaFact, { type: 'recording' }>;

/** What media processes say of recordings concerns a module above this one, which says here who takes it. */
@Injectable()
export class RecordingFacts {
  handler: (fact: Fact) => Promise<void> = () => Promise.resolve();
}
