import { randomUUID } from 'node:crypto';
import type { Api, Staff } from './api.ts';

/** "message 1", "message 2", … of the host, in order: through the service, past the limit that one socket has. */
export async function hostSays(api: Api, host: Staff, showId: string, count: number, text = 'message'): Promise<void> {
  const { ChatService } = await import('../../apps/api/src/chat/index.ts');
  const chat = api.app.get(ChatService);
  const { memberId, brandId } = host;
  const posts = Array.from({ length: count }, (_, index) =>
    chat.post(
      { kind: 'member', memberId, sessionId: '', brandId, role: 'owner', name: '早川' },
      { showId, clientMessageId: randomUUID(), name: '', text: `${text} ${index + 1}` },
    ),
  );
  await Promise.all(posts);
}
